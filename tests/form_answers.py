"""The test client opens the page that answers a form, as a browser does.

A signed-in form is answered with 303 and a page entry (`safety_app.privacy.post_redirect_get`).
Tests mean the page. Those that look at the redirect itself call `client.generic("POST", …)`, or
`post_only` here.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from safety_app.page_entries import PARAMETER

_post = Client.post


def open_answers() -> None:
    """Have every test client follow redirects to page entries, and no others."""
    Client.post = _post_and_open  # type: ignore[method-assign]


def post_only(client: Client, path: str, data: Any = None, **extra: Any) -> Any:
    """The answer to the form itself."""
    return _post(client, path, data, **extra)


def _post_and_open(
    self: Client, path: str, data: Any = None, *args: Any, secure: bool = False, **extra: Any
) -> Any:
    response: Any = _post(self, path, data, *args, secure=secure, **extra)
    if response.status_code != 303:
        return response
    location = response["Location"]
    if PARAMETER not in parse_qs(urlsplit(location).query):
        return response
    return self.get(location, secure=secure, **extra)
