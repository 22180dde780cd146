"""Signed-in pages get corrected texts of the interface too, a few seconds after they are approved.

Public pages read the version of everything they show with every request (`public.content`). Other
pages need it only for texts, so a process reads it for them once in INTERFACE_TEXTS_SECONDS; with
None, never.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from safety_app.privacy.public.content import current_version


def interface_texts(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, outside the one that chooses the language."""
    read_at: float | None = None

    def middleware(request: HttpRequest) -> HttpResponse:
        nonlocal read_at
        now, seconds = time.monotonic(), settings.INTERFACE_TEXTS_SECONDS
        if seconds is not None and (read_at is None or now - read_at >= seconds):
            read_at = now
            current_version()
        return get_response(request)

    return middleware
