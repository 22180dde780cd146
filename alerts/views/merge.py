"""Stub."""

from django.http import Http404, HttpRequest, HttpResponse

from safety_app.members.guards import role_required


@role_required("moderator")
def merge(request: HttpRequest, alert_id: int = 0) -> HttpResponse:
    """Not there yet."""
    raise Http404
