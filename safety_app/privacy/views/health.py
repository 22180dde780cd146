"""The health check, for monitoring."""

from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """`ok`, and nothing else."""
    return HttpResponse("ok", content_type="text/plain")
