"""Leaving at once: the session dies, cookies go, and a neutral site opens.

GET does the same as POST: somebody frightened may type the address, or have a page so old that its
form no longer works. Nobody else can abuse that: a request caused by another site is only
redirected and ends nothing.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_path, get_language_from_request
from django.views.decorators.csrf import csrf_exempt

from safety_app.privacy.origin import is_foreign, is_prefetch, referrer_path


# No CSRF check: it must work when session and cookie are already gone, and public pages should not
# need a cookie for it.
@csrf_exempt
def leave(request: HttpRequest) -> HttpResponse:
    """End the session and go to the neutral site; an empty 200, since the policy on forms would
    stop a redirect to another site.
    """
    response = HttpResponse()
    response["Refresh"] = f"0; url={neutral_site(_language(request))}"
    if is_foreign(request) or is_prefetch(request):
        return response
    request.session.flush()
    # Not "cache": clearing it can block Chrome for seconds, and nothing of ours is in it.
    response["Clear-Site-Data"] = '"cookies", "storage"'
    # A browser that does not know that header still deletes its cookies, and drops its
    # back/forward cache with them.
    for name in request.COOKIES:
        if name in own_cookies():
            response.delete_cookie(name, samesite="Strict")
    return response


def own_cookies() -> tuple[str, str, str]:
    """Names of our cookies: session, CSRF secret, and the mark that changes with each lock."""
    return settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, lock_cookie()


def lock_cookie() -> str:
    """The name of the cookie that changes with each lock: `v`, or `__Host-v`."""
    return settings.SESSION_COOKIE_NAME.removesuffix("s") + "v"


def neutral_site(language: str) -> str:
    """The address of the operator's neutral site for this language."""
    sites: dict[str, str] = settings.NEUTRAL_SITES
    return settings.NEUTRAL_SITE or sites.get(language) or sites[settings.LANGUAGE_CODE]


def _language(request: HttpRequest) -> str:
    """The language of the page someone leaves from, else the browser's."""
    return get_language_from_path(referrer_path(request)) or get_language_from_request(request)
