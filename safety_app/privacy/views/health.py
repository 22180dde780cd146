"""For whoever watches whether the site is up."""

from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """`ok`, and nothing about what is inside."""
    return HttpResponse("ok", content_type="text/plain")
