"""How long browsers, proxies and this process may keep public pages."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from safety_app.privacy.page_state import page_state
from safety_app.privacy.public.content import current_content

A_DAY = 24 * 3600  # seconds
BROWSER_SECONDS = 300

View = Callable[..., HttpResponse]


def public_page(
    known: Mapping[str, Callable[[str], bool]] | None = None, seconds: int = A_DAY
) -> Callable[[View], View]:
    """A public page is the same for everybody signed out, in one language: no cookie, no token.

    Browsers keep it for `BROWSER_SECONDS`, and this process for `seconds` at most while nothing
    that public pages show changes. `known` are the parameters that the view reads, and which of
    their values: an address with anything else in its query is not kept. What somebody signed in
    gets is never stored: the headers middleware overrides this.
    """

    def decorator(view: View) -> View:
        @wraps(view)
        def decorated(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
            # Read before the page is made: it may be newer than its version says, never older.
            content = current_content()
            response = view(request, *arguments, **options)
            patch_cache_control(response, public=True, max_age=min(seconds, BROWSER_SECONDS))
            state = page_state(request)
            state.shared, state.content = True, content
            state.kept_seconds = seconds if _is_known(request, known or {}) else 0
            return response

        return decorated

    return decorator


def _is_known(request: HttpRequest, known: Mapping[str, Callable[[str], bool]]) -> bool:
    return all(
        name in known and len(values) == 1 and known[name](values[0])
        for name, values in request.GET.lists()
    )
