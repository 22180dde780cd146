"""For machines: the health check for monitoring, and what search engines are asked."""

from django.http import HttpRequest, HttpResponse

from safety_app.privacy.retention import health


def healthz(request: HttpRequest) -> HttpResponse:
    """`ok`, or 503 and `not ok`: `manage.py status` tells the operator why."""
    works = not health.problems()
    return HttpResponse(
        "ok" if works else "not ok", content_type="text/plain", status=200 if works else 503
    )


def robots(request: HttpRequest) -> HttpResponse:
    """Ask every search engine to stay away: people are told of the site by people."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
