"""One entry of the directory, as anybody sees it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from resources.directory import vocabulary
from resources.directory.content import KnownAnswer
from resources.directory.models import LONGEST_TEXT
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from tests.languages import EACH
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire
from tests.resources.directory.places import content, full, put, secret

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(html: Callable[[str], str]) -> Callable[..., str]:
    return lambda what: html(f"/en/services/{put(what).pk}/")


def test_everything_is_there(page: Callable[..., str]) -> None:
    text = page(full())
    for part in (
        "1 rue de l&#x27;Exemple",
        "75000",
        "Île-de-France",
        "09:00–12:30, 14:00–18:00",
        'href="tel:+33199000000"',
        'href="mailto:door@example.org"',
        "Portuguese, French, Dutch and Lingala",
        "Closed in August",
        "A guide",
        'dir="ltr"',
    ):
        assert part in text
    assert text.count("<h1") == 1
    assert "<title>Places</title>" in text


def test_every_question_is_answered_or_not_known(
    page: Callable[..., str],
) -> None:
    text = page(content())
    for label in vocabulary.QUESTIONS.values():
        assert f"<dt>{label}</dt>" in text
    assert text.count("<dd>Not known</dd>") == len(vocabulary.QUESTIONS) - 2
    assert "<b>It depends</b>" in text
    assert "the place itself" in text


@pytest.mark.parametrize(
    ("days", "warned"), [(0, False), (183, False), (184, True), (4000, True), (None, True)]
)
def test_after_six_months_it_warns(
    page: Callable[..., str], days: int | None, warned: bool
) -> None:
    checked = None if days is None else today() - datetime.timedelta(days=days)
    facts = {
        "police": KnownAnswer("no", "", checked),
        "immigration": KnownAnswer("no", "", checked),
    }
    text = page(replace(content(), checked=checked, facts=facts))
    assert ("Ask before you rely on it." in text) is warned
    assert (text.count("Not checked for six months") == 2) is warned


def test_a_secret_address_is_nowhere(page: Callable[..., str]) -> None:
    text = page(secret())
    assert "The address is secret." in text
    assert "someone meets you at the station" in text
    assert "Bayern, Germany" in text


def test_hostile_text_is_shown_as_text(page: Callable[..., str]) -> None:
    evil = "</title><script>alert(1)</script>"
    text = page(content(name=evil, organisation=evil, description=evil, city=evil[:60], taken=evil))
    assert "<script>alert" not in text


@pytest.mark.parametrize("language", EACH)
def test_the_longest_entry_fits_the_first_flight(client: Client, language: str) -> None:
    facts = {
        name: KnownAnswer("depends", f"Somebody else {name}" * 4, today())
        for name in vocabulary.QUESTIONS
    }
    prose = "".join(chr(0x4E00 + number * 7919 % 20000) for number in range(LONGEST_TEXT))
    what = replace(full(), facts=facts, kinds=tuple(vocabulary.Kind.values))
    what.texts["description"] = prose
    address = f"/{language}/services/{put(what).pk}/"
    response = client.get(address, headers={"accept-encoding": "gzip"})
    assert on_the_wire(response) < FIRST_FLIGHT, on_the_wire(response)


def test_it_prints_with_its_own_address(page: Callable[..., str]) -> None:
    sheet = page(content()).split('class="on-paper"')[1]
    assert "<svg" in sheet
    assert "http://testserver/en/services/" in sheet


def test_what_is_not_published_is_not_there(client: Client) -> None:
    row = put(content(), published=False)
    assert client.get(f"/en/services/{row.pk}/").status_code == 404
    assert client.get(f"/en/services/{random_id()}/").status_code == 404


@pytest.mark.parametrize("number", ["0", "1", "9" * 19, "9" * 40, "-1", "x"])
def test_what_is_no_id_is_not_looked_up(client: Client, number: str) -> None:
    assert client.get(f"/en/services/{number}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)(f"/en/services/{put(content()).pk}/").status_code == 405
