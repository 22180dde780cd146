"""Work that waits until a response has been sent."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse


def after(response: HttpResponse, action: Callable[[], None]) -> None:
    """Run `action` once the server has sent this response.

    The server closes a response last, so the person does not wait for what runs here.
    """
    close = response.close

    def close_then_act() -> None:
        close()
        action()

    response.close = close_then_act  # type: ignore[method-assign]
