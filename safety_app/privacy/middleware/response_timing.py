"""Responses leave at fixed time steps, so that how long one took does not tell what was found."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from safety_app.privacy.page_state import page_state


def response_timing(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, outermost: hold a response until the next multiple of its step.

    Everything is rendered, padded and saved before the wait, so the step is all that shows.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        came_in = time.monotonic()
        response = get_response(request)
        step = page_state(request).hold_until_step
        if step > 0:
            time.sleep(step - (time.monotonic() - came_in) % step)
        return response

    return middleware
