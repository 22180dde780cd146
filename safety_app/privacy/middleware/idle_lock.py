"""Pages that are only read go to the lock page by themselves, without script."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safety_app.privacy.page_privacy import is_page, is_signed_in

# The stylesheet covers such a form instead: what is typed in it must not be lost.
_COVERED = re.compile(rb'<form[^>]* class="[^"]*\bcovered\b')


def idle_lock(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a signed-in page without a covered form refreshes to the lock page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (
            is_signed_in(request)
            and is_page(response)
            and response.content
            and not _COVERED.search(response.content)
        ):
            seconds = settings.SESSION_IDLE_SECONDS
            response.setdefault("Refresh", f"{seconds}; url={reverse('lock')}")
        return response

    return middleware
