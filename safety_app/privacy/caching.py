"""What all public pages have in common as answers."""

from django.views.decorators.cache import cache_control

# The same for everybody signed out, in this language: no cookie, no token. What someone signed in
# gets is never kept: the headers middleware sees to that.
for_a_while = cache_control(public=True, max_age=300)  # seconds
