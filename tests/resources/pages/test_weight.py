"""Every public page comes with the first flight: 14,600 bytes on the wire, in every language.

The pages are found by following links from the front page and from each public address, so a page
that is added is weighed without anybody thinking of it.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.translation import override

from resources.directory import vocabulary
from resources.directory.content import KnownAnswer
from resources.pages.models import Page
from safety_app.locales.dates import today
from tests.languages import EACH_SLOW
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire
from tests.resources.directory.places import content, full, put, secret
from tests.test_roles import PUBLIC, patterns

# Of addresses that differ in a row's id, or in what stands behind the question mark, so many.
ALIKE = 4
_ID = re.compile(r"\d{6,}")
_HREF = re.compile(r'<(?:a|form)[^>]*? (?:href|action)="([^"]*)"')


@pytest.fixture
def directory(starter: None) -> list[int]:
    """The places where most is said, by id, among many others; and local notes."""
    day = today()
    facts = {
        name: KnownAnswer("depends", f"Somebody else {name} " * 4, day)
        for name in vocabulary.QUESTIONS
    }
    long = content(name="Long", facts=facts, description="Ein Wort. " * 290, taken="x y " * 140)
    most = [put(what).pk for what in (full(), secret(), long)]
    for number in range(60):
        put(content(name=f"Place {number}", region=f"Region {number}", country="FR"))
    hurt = Page.objects.get(number=8)
    for key in ("lawyer", "care-at-night"):
        for country in ("FR", "ES", "DE"):
            text = f"Somebody answers in {country}. " * 40
            hurt.local_notes.create(key=key, country=country, language="en", text=text, checked=day)
    return most


def starts(language: str, space: str | tuple[str, ...] = "") -> list[str]:
    """Every public address that takes no number, of one namespace or of all."""
    taken = dict(patterns(get_resolver()))
    with override(language):
        return [
            reverse(name) for name in sorted(PUBLIC) if name.startswith(space) and not taken[name]
        ]


def found_from(client: Client, language: str, most: list[int]) -> dict[str, int]:
    """Every page that can be reached, with its weight in bytes."""
    left, seen = starts(language), set[str]()
    left += [f"/{language}/services/{pk}/" for pk in most]
    doors = {*starts(language)} - {
        *starts(language, ("pages:", "translation:", "directory:", "doctor:", "booking:"))
    }
    alike: Counter[str] = Counter()
    weights: dict[str, int] = {}
    while left:
        address = left.pop()
        path = urlsplit(address).path
        form = _ID.sub("#", path)
        if address in seen or not path.startswith(f"/{language}/") or alike[form] == ALIKE:
            continue
        seen.add(address)
        alike[form] += 1
        response = client.get(address)
        if response.status_code != 200 or "text/html" not in response["Content-Type"]:
            continue
        assert path in doors or not response.cookies, address
        weights[address] = on_the_wire(response)
        links = _HREF.findall(response.content.decode())
        left += [urljoin(address, unescape(link)).partition("#")[0] for link in links]
    return weights


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH_SLOW)
def test_no_public_page_is_heavier_than_the_first_flight(
    directory: list[int], language: str
) -> None:
    weights = found_from(Client(), language, directory)
    numbers = Page.objects.values_list("number", flat=True)
    assert {f"/{language}/r/{number}/" for number in numbers} <= set(weights)
    assert sum("/services/" in address for address in weights) >= 2 * ALIKE
    assert {
        f"/{language}/{part}/" for part in ("find", "kept", "keep", "doctor", "booking", "new")
    } <= set(weights)
    too_heavy = {address: size for address, size in weights.items() if size > FIRST_FLIGHT}
    assert not too_heavy
