"""Leaving at once. The session dies, cookies go, and a neutral site opens.

GET does the same as POST: someone frightened may type the address, follow a link that a browser
has turned into a GET, or have a page so old that its form no longer works. Nobody else can make
use of that: a request that another site caused is only sent on and takes nothing away.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_path, get_language_from_request
from django.views.decorators.csrf import csrf_exempt

from safety_app.privacy.origin import is_foreign, is_prefetch, referrer_path


# Without a CSRF check, so that it works when the session or the cookie is gone already and public
# pages need no cookie for it.
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
    # Not "cache": it can hold Chrome up for seconds, and there is nothing of ours in it.
    response["Clear-Site-Data"] = '"cookies", "storage"'
    # A browser that does not know that header still drops its cookies, and with them whatever
    # pages it kept for going back.
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
