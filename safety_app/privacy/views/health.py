"""For machines: the health check for monitoring, and what search engines are asked."""

from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """`ok`, and nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def robots(request: HttpRequest) -> HttpResponse:
    """Ask every search engine to stay away: people are told of the site by people."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
