"""20,000 requests that nobody in good faith sends. Each is answered, and gives nothing away.

A quarter goes to any address at all, the rest are real forms, filled in but for one thing. The same
in every run; `make explore` searches at random. What it found is in FOUND, or where it belongs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from safety_app.privacy import budgets
from tests.fuzz import hostile
from tests.fuzz.asking import Request, faults
from tests.fuzz.site import PEOPLE, Form, Site
from tests.languages import LANGUAGES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.thorough,
    pytest.mark.sqlite_only("once is long enough"),
]

BATCH = 40  # requests an example
# 20,000 requests in all, and the pages that forms lead to. A moderator's cost four times others'.
SHARES = {"nobody": 190, "member": 130, "moderator": 30, "translator": 80, "editor": 70}
METHODS = ["GET"] * 6 + ["POST"] * 6 + ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PRI"]
_KIND = "x/y; a*=x'y'z"
FOUND = [
    ("nobody", Request(headers={"CONTENT_TYPE": _KIND})),
    ("member", Request("DELETE", query="s=%ED%A0%80", headers={"CONTENT_TYPE": "x; charset=idna"})),
    ("nobody", Request(path="/en/services/", query="s=%ED%B3%A5")),
    ("nobody", Request(path="/sq/r/7/local/", query="%ff")),
]


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every pattern, with what it takes still in it."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield f"/{prefix}{entry.pattern}"


with translation.override("en"):
    ROUTES = sorted(set(routes()))


def address(random: Random, site: Site, person: str) -> str:
    """An address with something odd in it, or one that is really there."""
    kind = random.random()
    if kind < 0.35:
        path = random.choice(site.addresses[person]).partition("?")[0]
    else:
        path = ""
        for piece in random.choice(ROUTES).split("<"):
            _taken, closed, rest = piece.rpartition(">")
            path += (hostile.path_part(random) if closed else "") + rest
    if kind > 0.9:
        path += hostile.path_part(random)
    if path.startswith("/en/"):
        path = f"/{random.choice(LANGUAGES)}/" + path[4:]
    return path


def anything(random: Random, site: Site, person: str) -> Request:
    """To any address, by any method, with any body and headers."""
    method = random.choice(METHODS)
    kind, body = hostile.FORM, b""
    if method in {"POST", "PUT", "PATCH"}:
        kind, body = hostile.body(random, [(hostile.field_name(random), hostile.text(random))])
    return Request(
        method, address(random, site, person), hostile.query(random), hostile.headers(random), body,
        kind, checks_csrf=random.random() < 0.2,
    )  # fmt: skip


def altered(random: Random, form: Form) -> Request:
    """A real form with one thing that is not right."""
    fields, files = list(form.fields), [(one, "x.json", hostile.file(random)) for one in form.files]
    if form.buttons:
        fields.append(random.choice(form.buttons))
    if random.random() < 0.3:  # boxes that are not ticked
        fields = [one for one in fields if random.random() < 0.85]
    open_ones = [at for at, (name, _value) in enumerate(fields) if name != "csrfmiddlewaretoken"]
    kind = random.random()
    if open_ones and kind < 0.8:
        at = random.choice(open_ones)
        fields[at] = fields[at][0], hostile.text(random)
    elif open_ones and kind < 0.87:
        fields += [(fields[random.choice(open_ones)][0], hostile.text(random))] * 3
    elif kind < 0.95:
        fields.append((hostile.field_name(random), hostile.text(random)))
    elif files:
        files = [(one, hostile.text(random)[:300], content) for one, _name, content in files]
    request = form.request(fields, files)
    if random.random() < 0.05:
        request.content_type, request.body = hostile.body(random, fields)
    request.headers = hostile.headers(random, most=1) if random.random() < 0.1 else {}
    if request.path.startswith("/en/") and random.random() < 0.2:
        request.path = f"/{random.choice(LANGUAGES)}/" + request.path[4:]
    return request


def told(person: str, request: Request, wrong: object) -> str:
    """Enough to send it again."""
    shown = repr(request)
    return f"{person}: {wrong}\n{shown[:1500]}{' …' if len(shown) > 1500 else ''}"


def ask(site: Site, person: str, request: Request, form: Form | None = None) -> None:
    """Send it, open the page that it leads to, and look at both."""
    with site.as_it_was(person, form) as client:
        sent: Request | None = request
        while sent is not None:
            is_hers = person != "nobody" and "HTTP_COOKIE" not in sent.headers
            try:
                answer: Any = sent.send(client)
            except Exception as error:
                raise AssertionError(told(person, sent, repr(error))) from error
            wrong = faults(sent, answer, signed_in=is_hers)
            assert not wrong, told(person, request, wrong)
            sent = sent.entry(answer) if sent is request else None


@pytest.fixture
def site(
    request: pytest.FixtureRequest, cast: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[Site]:
    """For the person whom the test is about, or for all."""
    monkeypatch.setattr(budgets.time, "sleep", lambda _seconds: None)
    # That each step is said is about those who mean well.
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if not one.startswith("tests.")]
    logging.disable()
    callspec = getattr(request.node, "callspec", None)
    yield Site(cast, (callspec.params["person"],) if callspec else PEOPLE)
    logging.disable(logging.NOTSET)


def few(share: int) -> hypothesis_settings:
    """As many examples as `make explore` wants, or this share of those that never change."""
    profile = hypothesis_settings()
    return hypothesis_settings(
        max_examples=share if profile.derandomize else profile.max_examples,
        suppress_health_check=[*HealthCheck],
        phases=[phase for phase in profile.phases if phase.name in {"explicit", "generate"}],
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_whatever_is_sent_is_answered(site: Site, person: str) -> None:
    @few(SHARES[person])
    @given(st.integers(min_value=0, max_value=2**64))
    def asked(seed: int) -> None:
        random = Random(seed)
        for _ in range(BATCH):
            forms = site.forms[person]
            if not forms or random.random() < 0.25:
                ask(site, person, anything(random, site, person))
            else:
                form = random.choice(forms)
                ask(site, person, altered(random, form), form)

    asked()


@pytest.mark.parametrize(("person", "request_"), FOUND)
def test_what_was_found(site: Site, person: str, request_: Request) -> None:
    ask(site, person, request_)


def test_there_are_20_000_of_them() -> None:
    assert sum(SHARES.values()) * BATCH == 20_000
    assert set(SHARES) == set(PEOPLE)


def test_everybody_has_forms_to_fill_in(site: Site) -> None:
    """The walk finds the pages of each role: without them there would be nothing to send."""
    forms = {person: len(site.forms[person]) for person in PEOPLE}
    pages = {person: len(site.addresses[person]) for person in PEOPLE}
    views = {form.view for person in PEOPLE for form in site.forms[person]}
    assert min(forms.values()) >= 8, forms
    assert min(pages.values()) >= 25, pages
    assert len(views) >= 60, sorted(views)
    assert forms["moderator"] >= 40, forms
