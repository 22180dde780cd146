"""Response headers that no package sets for us."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from safety_app.privacy.page_privacy import is_page, is_private_answer, is_static

_FOR_DOCUMENTS = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-DNS-Prefetch-Control",
    "X-Frame-Options",
)


def headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: isolation from other sites, and no stored copy of what is for one person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Frame-Options"] = "DENY"
        response["X-DNS-Prefetch-Control"] = "off"
        if _is_onion(request):
            # An onion service needs no certificate: its name is its key.
            del response["Strict-Transport-Security"]
        if response.headers.get("Content-Type", "").startswith("text/css"):
            # A stylesheet is no document and fetches nothing, and it has to be small.
            for name in _FOR_DOCUMENTS:
                del response[name]
            response["Content-Type"] = "text/css"  # read as its page is: UTF-8
        if is_static(request) and not is_page(response):
            # Both tell the second in which this copy of the site was installed.
            del response["Last-Modified"], response["ETag"]
            return response
        response["Cross-Origin-Embedder-Policy"] = "require-corp"
        if is_page(response):
            patch_vary_headers(response, ["Cookie"])
        if is_private_answer(request, response):
            response["Cache-Control"] = "no-store"
            response["X-Robots-Tag"] = "noindex"
        else:
            response.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


def _is_onion(request: HttpRequest) -> bool:
    host = str(request.META.get("HTTP_HOST", ""))
    return host.partition(":")[0].endswith(".onion")
