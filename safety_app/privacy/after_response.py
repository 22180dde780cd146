"""Work that waits until an answer has been sent."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse


def after(response: HttpResponse, action: Callable[[], None]) -> None:
    """Do something when the server is done with sending an answer."""
    close = response.close

    def close_then_act() -> None:
        close()
        action()

    response.close = close_then_act  # type: ignore[method-assign]
