"""Housekeeping without a timer: the day's first response triggers it, in its own process."""

import datetime
import logging
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from safety_app.locales.dates import today
from safety_app.privacy.after_response import after
from safety_app.privacy.retention import clock, own_process, rewrite

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_done_on: datetime.date | None = None


def daily_housekeeping(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: housekeeping after the first response of a day has been sent, unless a timer
    does it (`settings.HOUSEKEEPING_BY_TIMER`).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _done_on != today():
            after(response, _once_today)
        return response

    return middleware


def _once_today() -> None:
    """Housekeeping, unless another thread, process or machine has begun it.

    If it fails, it is tried again after a restart or by the timer, not at each request.
    """
    global _done_on
    day = today()
    with _lock:
        if _done_on == day:
            return
        _done_on = day
    try:
        if not settings.HOUSEKEEPING_BY_TIMER and not clock.was_seen(day):
            own_process.start()
        # What a process wrote before it was killed may still lie in the order in which it came.
        rewrite.soon()
    except Exception:  # the person has their page already, and the server goes on
        _log.exception("Housekeeping did not finish")
    finally:
        close_old_connections()
