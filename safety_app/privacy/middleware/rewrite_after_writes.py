"""After a request that wrote to the database its file is put in order (`retention.rewrite`)."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from safety_app.privacy.after_response import after
from safety_app.privacy.retention import rewrite


def rewrite_after_writes(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: plans it once the response has been sent."""

    def middleware(request: HttpRequest) -> HttpResponse:
        before = _rows_written()
        response = get_response(request)
        if _rows_written() != before:
            after(response, rewrite.soon)
        return response

    return middleware


def _rows_written() -> int:
    """How many rows this thread's connection has written so far."""
    opened = connection.connection
    return int(getattr(opened, "total_changes", 0))
