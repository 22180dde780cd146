"""Where a request comes from, as far as the browser tells."""

from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from safety_app.page_entries import address_part


def is_own_form(request: HttpRequest) -> bool:
    """Whether the browser vouches that a page of ours sent this form.

    Only an exact `Origin` counts; a missing one, or `null`, does not.
    """
    return request.META.get("HTTP_ORIGIN") == _own(request)


def is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that a page of another site sent this. Old browsers do not say."""
    return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}


def is_prefetch(request: HttpRequest) -> bool:
    """Whether the browser says that it is prefetching this, before anyone tapped."""
    return "prefetch" in request.headers.get("Sec-Purpose", "")


def referrer_path(request: HttpRequest) -> str:
    """The path of the page of ours that led here; empty for any other referrer."""
    return referrer_page(request).partition("?")[0]


def referrer_page(request: HttpRequest) -> str:
    """The same, with the name of the entry that the page showed (`safety_app.page_entries`)."""
    try:
        referrer = urlsplit(request.META.get("HTTP_REFERER", ""))
    except ValueError:
        return ""
    if f"{referrer.scheme}://{referrer.netloc}" != _own(request):
        return ""
    return f"{referrer.path}{address_part(referrer.query)}"


def _own(request: HttpRequest) -> str:
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return "none"
