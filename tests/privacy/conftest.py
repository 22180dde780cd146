"""The small site of `pages.py`, and browsers in front of it."""

import re
import time
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import clear_url_caches

from safety_app.privacy.middleware.request_limits import FORM
from tests.privacy import pages

MEMBERS = {
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "safety_app.accounts.middleware.trusted_row.trusted_row",
}
ORIGIN = "http://testserver"


class Browser(Client):
    """A client that checks CSRF tokens and says where its forms come from."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True, raise_request_exception=False)

    def token(self, page: str = "/en/in/") -> str:
        return re.search(rb'csrfmiddlewaretoken" value="(\w+)', self.get(page).content)[1].decode()

    def send(self, to: str, fields: dict[str, object] | None = None, **extra):
        """Post a form of ours, with token, Origin and Referer."""
        fields = {"csrfmiddlewaretoken": self.token(), **(fields or {})}
        return self.raw(to, urlencode(fields, doseq=True).encode(), **extra)

    def raw(self, to: str, body: bytes, **extra):
        """Post these very bytes as a form of ours."""
        headers = {"HTTP_ORIGIN": ORIGIN, "HTTP_REFERER": f"{ORIGIN}/en/a/new/", **extra}
        return self.post(to, body, content_type=FORM, **headers)

    def sign_in(self, pin: str = "") -> "Browser":
        assert self.send("/en/in/", {"pseudonym": "Someone", "pin": pin}).status_code == 302
        return self


@pytest.fixture(autouse=True)
def _site(settings):
    settings.ROOT_URLCONF = "tests.privacy.pages"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name not in MEMBERS]
    place = settings.MIDDLEWARE.index("safety_app.privacy.middleware.idle_lock.idle_lock")
    settings.MIDDLEWARE.insert(place, "tests.privacy.pages.pretend")
    memory = caches["default"]  # some tests put another one in its place
    memory.clear()
    pages.SEEN.clear()
    clear_url_caches()
    yield
    clear_url_caches()
    memory.clear()


@pytest.fixture
def nobody():
    return Browser()


@pytest.fixture
def someone():
    """Signed in, without a PIN."""
    return Browser().sign_in()


@pytest.fixture
def careful():
    """Signed in, with the PIN 123456."""
    return Browser().sign_in("123456")


@pytest.fixture
def clock(monkeypatch):
    """Move the time of sessions and budgets with `clock(seconds)`."""
    moved = [0.0]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + moved[0])

    def move(seconds: float) -> None:
        moved[0] += seconds

    return move


def hidden(response) -> dict[str, str]:
    """The hidden fields of the page's own form."""
    page = response.content.decode()
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return dict(found)
