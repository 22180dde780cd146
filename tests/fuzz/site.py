"""The whole site for everybody: a network with something of everything, and its real forms.

Somebody of each role walks through what she can reach once, and fills in every form she finds. What
was stored and remembered then comes back before each request, so that no request spends another's
budget, signs anybody out or takes a form's page away.
"""

from __future__ import annotations

import copy
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from safety_app.privacy.public.page_store import store
from tests.cast import Person
from tests.changed_worlds import quiet
from tests.fuzz import hostile
from tests.fuzz.asking import Request
from tests.test_walk import every_address

PEOPLE = ("nobody", "member", "moderator", "translator", "editor")
# Of each view so many pages and forms: there are hundreds of segments.
ALIKE = 3
MOST_PAGES = 260
STEPS = 5  # of a form that goes over several pages
FILLED = {
    "text": "Two words", "tel": "06 39 98 12 42", "number": "1", "email": "a@example.org",
    "url": "https://example.org/", "date": "2026-01-31", "search": "help", "password": "a b c d",
}  # fmt: skip


@dataclass
class Memory:
    """What the server remembers of a browser, and the browser of the server."""

    entries: dict[str, Any]
    ends: dict[str, Any]
    cookies: SimpleCookie

    @classmethod
    def of(cls, client: Client) -> Memory:
        cache: Any = caches["default"]
        return cls(dict(cache._cache), dict(cache._expire_info), copy.deepcopy(client.cookies))

    def bring_back(self, client: Client) -> None:
        cache: Any = caches["default"]
        for there, before in ((cache._cache, self.entries), (cache._expire_info, self.ends)):
            there.clear()
            there.update(before)
        client.cookies = copy.deepcopy(self.cookies)


@dataclass
class Form:
    """A form of a page, filled in."""

    action: str
    view: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    memory: Memory | None = None

    @property
    def shape(self) -> tuple[object, ...]:
        names = {name for name, _value in [*self.fields, *self.buttons]}
        return self.view, frozenset(names), tuple(self.files)

    def request(
        self, fields: list[tuple[str, str]], files: list[tuple[str, str, bytes]]
    ) -> Request:
        path, _mark, query = self.action.partition("?")
        if not self.files:
            return Request("POST", path, query, body=hostile.form(fields))
        kind = f"multipart/form-data; boundary={hostile.BOUNDARY}"
        body = hostile.multipart(fields, files)
        return Request("POST", path, query, body=body, content_type=kind)


class _Page(HTMLParser):
    """Links and forms of a page."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._select: tuple[Form, str] | None = None
        self._filled: set[tuple[int, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href", "").startswith(("/", "?")):
            self.links.append(urljoin(self.address, said["href"]))
        elif tag == "form":
            self._open(said)
        elif tag in {"input", "textarea", "button"} and said.get("name"):
            self._field(tag, said)
        elif tag == "select" and said.get("name") and (form := self._of(said)):
            self._select = form, said["name"]
        elif tag == "option" and self._select and said.get("value"):
            form, name = self._select
            self._fill(form, name, said["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def _open(self, said: dict[str, str]) -> None:
        if said.get("method", "get").lower() != "post":
            self._form = None
            return
        action = urljoin(self.address, said.get("action") or self.address)
        form = Form(action, view_of(action))
        self._form = form
        self.forms.append(form)
        if said.get("id"):
            self._by_id[said["id"]] = form

    def _of(self, said: dict[str, str]) -> Form | None:
        return self._by_id.get(said["form"]) if said.get("form") else self._form

    def _field(self, tag: str, said: dict[str, str]) -> None:
        form, name, kind = self._of(said), said["name"], said.get("type", "text")
        if form is None:
            return
        if tag == "button" or kind == "submit":
            form.buttons.append((name, said.get("value", "")))
        elif kind == "file":
            form.files.append(name)
        elif kind == "hidden":
            form.fields.append((name, said.get("value", "")))
        elif kind == "checkbox":
            form.fields.append((name, said.get("value", "on")))
        else:
            self._fill(form, name, said.get("value") or FILLED.get(kind, "Two words"))

    def _fill(self, form: Form, name: str, value: str) -> None:
        if (id(form), name) not in self._filled:
            self._filled.add((id(form), name))
            form.fields.append((name, value))


def view_of(address: str) -> str:
    """The name of the view at an address; empty where there is none."""
    try:
        with translation.override("en"):
            return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


class Site:
    """Everybody's browsers, addresses and forms."""

    def __init__(self, cast: dict[str, Person], people: tuple[str, ...] = PEOPLE) -> None:
        self.world = quiet(cast)
        self.clients = {name: self._browser(name) for name in people}
        self.memories = {name: Memory.of(client) for name, client in self.clients.items()}
        self.forms: dict[str, list[Form]] = {name: [] for name in people}
        self.addresses: dict[str, list[str]] = {name: [] for name in people}
        for name in people:
            with self.as_it_was(name):
                self._walk(name)

    def _browser(self, name: str) -> Client:
        client = Client() if name == "nobody" else self.world.cast[name].confirm()
        client.raise_request_exception = True
        return cast(Client, client)

    @contextmanager
    def as_it_was(self, name: str, form: Form | None = None) -> Iterator[Client]:
        """What happens inside has not happened afterwards."""
        client = self.clients[name]
        before = transaction.savepoint()
        (form and form.memory or self.memories[name]).bring_back(client)
        try:
            yield client
        finally:
            transaction.savepoint_rollback(before)
            self.memories[name].bring_back(client)
            store.clear()

    def _walk(self, name: str) -> None:
        """Open what can be reached, and fill in each form once to find what comes after it."""
        waiting, seen = deque(every_address()), set(every_address())
        views: Counter[str] = Counter()
        while waiting and len(self.addresses[name]) < MOST_PAGES:
            address = waiting.popleft()
            view = view_of(address)
            if views[view] >= ALIKE or view in {"exit", "accounts:sign_out"}:
                continue
            page = self._open(name, address)
            if page is None:
                continue
            views[view] += 1
            self.addresses[name].append(address)
            waiting += [link for link in page.links if link not in seen]
            seen.update(page.links)
            self._fill_in(name, page.forms, STEPS)

    def _open(self, name: str, address: str) -> _Page | None:
        path, _mark, query = address.partition("?")
        answer = Request(path=path, query=query).send(self.clients[name])
        return _page(answer, address)

    def _fill_in(self, name: str, forms: list[Form], left: int) -> None:
        known = {form.shape for form in self.forms[name]}
        for form in forms:
            if form.shape in known or not form.view:
                continue
            known.add(form.shape)
            form.memory = Memory.of(self.clients[name])
            self.forms[name].append(form)
            if left:
                self._go_on(name, form, left)

    def _go_on(self, name: str, form: Form, left: int) -> None:
        before = transaction.savepoint()
        files = [(one, "x.json", b"{}") for one in form.files]
        request = form.request([*form.fields, *form.buttons[-1:]], files)
        answer = request.send(self.clients[name])
        entry = request.entry(answer)
        if entry:
            request, answer = entry, entry.send(self.clients[name])
        page = _page(answer, request.path + (f"?{request.query}" if request.query else ""))
        if page:
            self._fill_in(name, page.forms, left - 1)
        transaction.savepoint_rollback(before)
        assert form.memory
        form.memory.bring_back(self.clients[name])


def _page(answer: Any, address: str) -> _Page | None:
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if answer.status_code >= 400 or not is_page or answer.headers.get("Content-Encoding"):
        return None
    return _Page(re.sub(r"<!--.*?-->", "", answer.content.decode(), flags=re.DOTALL), address)
