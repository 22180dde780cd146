"""The test client opens the page that answers a form, as a browser does.

A signed-in form is answered with 303 and a page entry (`safety_app.privacy.post_redirect_get`), and
a draft begins with a redirect to one. Tests mean the page. Those that look at the redirect itself
call `client.generic("POST", …)`, or `post_only` here.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from safety_app.page_entries import PARAMETER

_post, _get = Client.post, Client.get


def open_answers() -> None:
    """Have every test client follow redirects to page entries, and no others."""
    Client.post = _post_and_open  # type: ignore[method-assign]
    Client.get = _get_and_open  # type: ignore[method-assign]


def post_only(client: Client, path: str, data: Any = None, **extra: Any) -> Any:
    """The answer to the form itself."""
    return _post(client, path, data, **extra)


def get_only(client: Client, path: str, **extra: Any) -> Any:
    """The answer at this address itself."""
    return _get(client, path, **extra)


def _post_and_open(
    self: Client, path: str, data: Any = None, *args: Any, secure: bool = False, **extra: Any
) -> Any:
    response: Any = _post(self, path, data, *args, secure=secure, **extra)
    entry = _entry_of(response)
    return _get(self, entry, secure=secure, **extra) if entry else response


def _get_and_open(self: Client, path: str, *args: Any, secure: bool = False, **extra: Any) -> Any:
    response: Any = _get(self, path, *args, secure=secure, **extra)
    entry = _entry_of(response)
    return _get(self, entry, secure=secure, **extra) if entry else response


def _entry_of(response: Any) -> str:
    """The address of the page entry that a redirect leads to; empty for any other answer."""
    location: str = response.get("Location", "")
    is_entry = PARAMETER in parse_qs(urlsplit(location).query)
    return location if response.status_code in {302, 303} and is_entry else ""
