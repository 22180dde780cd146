"""A browser without script, for tests that walk through forms."""

from html.parser import HTMLParser

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpResponse
from django.test import Client

from safety_app.accounts.keys import keyring
from safety_app.sealed_sessions import SessionStore
from tests.alerts.bare_network import Person


def client_of(person: Person) -> Client:
    """A browser in which this person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.member.get_session_auth_hash()
    keyring.remember(session, person.ring)
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


class Form(HTMLParser):
    """What the page's form holds: `fields` as a browser would send them, `buttons` by name."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.buttons: set[str] = set()
        self.text = response.content.decode()
        self._inside = False
        self._select = self._textarea = ""
        self._several = False
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name, value = attributes.get("name") or "", attributes.get("value") or ""
        if tag == "form":
            self._inside = "covered" in (attributes.get("class") or "")
        if not self._inside:
            return
        if tag == "button" and "formaction" not in attributes and "form" not in attributes:
            self.buttons.add(name)
        elif tag == "textarea":
            self._textarea = name
            self.fields[name] = [""]
        elif tag == "select":
            self._select, self._several = name, "multiple" in attributes
        elif tag == "option" and (
            "selected" in attributes or not (self._several or self._select in self.fields)
        ):
            kept = self.fields.get(self._select, []) if self._several else []
            self.fields[self._select] = [*kept, value]
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            if attributes.get("type") not in ("checkbox", "radio"):
                self.fields.setdefault(name, []).append(value)
            elif "checked" in attributes:
                self.fields.setdefault(name, []).append(value or "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            text = self.fields.get(self._textarea, [""])[0]
            self.fields[self._textarea] = [text.removeprefix("\n")]
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea] = [self.fields[self._textarea][0] + data]


class Writer:
    """Someone who fills in what is on the screen and presses a button."""

    def __init__(self, client: Client, path: str) -> None:
        self.client, self.path = client, path
        self.response = client.get(path)
        self.form = Form(self.response)

    def fill(self, **fields: str | list[str]) -> "Writer":
        """Type into boxes that are there; anything else would not be possible in a browser."""
        for name, value in fields.items():
            name = name.replace("_", "-") if name.startswith("identifier") else name
            assert f'name="{name}"' in self.form.text or f"name={name} " in self.form.text, name
            self.form.fields[name] = value if isinstance(value, list) else [value]
        return self

    def press(self, button: str, value: str = "1") -> "Writer":
        """Send the form with one of its buttons."""
        assert button in self.form.buttons, button
        self.response = self.client.post(self.path, {**self.form.fields, button: value})
        self.form = Form(self.response)
        return self

    @property
    def step(self) -> str:
        """The number of the step on the screen; empty where there is none."""
        return self.form.fields.get("step", [""])[0]
