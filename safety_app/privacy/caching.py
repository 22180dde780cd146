"""How long browsers and proxies may keep public pages."""

from django.views.decorators.cache import cache_control

# A public page is the same for everybody signed out, in one language: no cookie, no token. What
# somebody signed in gets is never stored: the headers middleware overrides this.
for_a_while = cache_control(public=True, max_age=300)  # seconds
