"""A walk through every address, as everybody. Each page keeps the rules that all pages keep."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from tests.cast import let_in
from tests.languages import LANGUAGES

UNIT = 12_288
# Every other number in an address is a row's id that nobody has.
SAMPLES = {"number": 7, "language": "fr", "app": "accounts"}
NOBODYS = 2**62 + 1

# Who may open what, by the first part of the path after the language. Others get 404.
PUBLIC = {
    "",
    "find",
    "now",
    "new",
    "new.xml",
    "r",
    "services",
    "doctor",
    "booking",
    "kept",
    "keep",
    "phone",
    "in",
    "join",
    "apply",
    "language",
    "lock",
    "object",
}
ROLES = {
    "translate": {"translator", "editor"},
    "a": {"member", "colleague", "reporter", "moderator", "other_moderator"},
    "desk": {"moderator", "other_moderator"},
    "vouch": {"member", "colleague", "reporter", "moderator", "other_moderator"},
    "me": {
        "member",
        "colleague",
        "reporter",
        "moderator",
        "other_moderator",
        "translator",
        "editor",
    },
}
FOR_MACHINES = {"/exit", "/healthz", "/pages.js", "/robots.txt", "/.well-known/security.txt"}
PEOPLE = ["nobody", "member", "moderator", "translator", "editor"]


class Page(HTMLParser):
    """What the rules look at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, wanted: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == wanted]


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every address of the site in English, with sample numbers where it takes one."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            route = prefix + str(entry.pattern)
            yield "/" + re.sub(
                r"<(?:\w+:)?(\w+)>", lambda m: str(SAMPLES.get(m[1], NOBODYS)), route
            )


def every_address() -> list[str]:
    with translation.override("en"):
        return sorted(set(addresses()))


@pytest.fixture
def people(cast):
    """The cast by name, with a signed-out person."""
    editor = let_in("editor").confirm()
    return {
        "nobody": Client(),
        "editor": editor,
        **{name: cast[name].confirm() for name in PEOPLE[1:4]},
    }


def section(address: str) -> str:
    return address.removeprefix("/en/").split("/")[0]


def expected(address: str, person: str) -> set[int]:
    """The statuses that are right for this person at this address."""
    part = section(address)
    if address in FOR_MACHINES or part in PUBLIC:
        return {200, 302, 404, 405}
    if person == "nobody":
        return {302, 405}
    return {200, 302, 404, 405} if person in ROLES[part] else {404, 405}


def walks() -> Iterator[Any]:
    """Who walks in which language: in quick tests readers in all, the others in one each."""
    for number, person in enumerate(PEOPLE):
        for language in LANGUAGES:
            quick = person == "nobody" or language == LANGUAGES[number % len(LANGUAGES)]
            marks = [] if quick else [pytest.mark.thorough]
            yield pytest.param(person, language, marks=marks)


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize(("person", "language"), list(walks()))
def test_every_address_answers_the_right_people_and_keeps_the_rules(people, person, language):
    seen = 0
    for address in every_address():
        localised = address.replace("/en/", f"/{language}/", 1)
        response = people[person].get(localised)
        status = response.status_code
        assert status in expected(address, person), f"{localised} for {person}: {status}"
        is_page = response.status_code == 200 and "text/html" in response["Content-Type"]
        if is_page and response.content:
            check_page(localised, response, language, signed_in=person != "nobody")
            seen += 1
    assert seen >= 5


def check_page(address, response, language, *, signed_in):
    text = response.content.decode()
    page = Page(text)
    html = page.named("html")[0]
    assert html["lang"] == language, address
    assert html["dir"] in {"ltr", "rtl"}, address
    assert len(page.named("h1")) == 1, address
    title = re.search(r"<title>(.*?)</title>", text, re.S)
    assert title, address
    assert 0 < len(title[1].strip()) <= 40, address
    check_headers(address, response, signed_in=signed_in)
    check_contents(address, page)


def check_headers(address, response, *, signed_in):
    assert "default-src 'none'" in response["Content-Security-Policy"], address
    assert "unsafe" not in response["Content-Security-Policy"], address
    assert response["X-Content-Type-Options"] == "nosniff", address
    assert response["Referrer-Policy"] == "same-origin", address
    assert response["Cross-Origin-Opener-Policy"] == "same-origin", address
    assert response["Cross-Origin-Resource-Policy"] == "same-origin", address
    if signed_in:
        assert len(response.content) % UNIT == 0, f"{address}: {len(response.content)}"
        assert len(response.content) <= 2 * UNIT, f"{address}: {len(response.content)}"
        assert "no-store" in response["Cache-Control"], address
        assert "Content-Encoding" not in response, address


def check_contents(address, page):
    for tag, attributes in page.tags:
        assert "style" not in attributes, f"{address}: inline style on {tag}"
        assert not [name for name in attributes if name.startswith("on")], f"{address}: {tag}"
        for name in ("src", "action", "formaction"):
            value = attributes.get(name) or "/"
            assert re.match(r"/(?!/)", value), f"{address}: {value}"
        if tag in {"a", "link"} and not (attributes.get("href") or "/").startswith(("/", "#", "?")):
            assert tag == "a", f"{address}: {attributes}"
            assert "noreferrer" in (attributes.get("rel") or ""), f"{address}: {attributes}"
    assert all(script.get("src") for script in page.named("script")), address
    assert not page.named("style"), address
    # The stylesheet, one small script and the icon: nothing else is fetched. A second script has
    # only the page about keeping pages on the phone, and those where a passphrase can be shown.
    shows = any("data-show" in attributes for _tag, attributes in page.tags)
    assert len(page.named("script")) <= 1 + (address.endswith("/keep/") or shows), address
    fetched = [link for link in page.named("link") if link.get("rel") != "alternate"]
    # Who asks for the home screen gets the manifest, on that page alone.
    assert len(fetched) <= 2 + address.endswith("/phone/"), address
    # The first screen alone names the feed, which no browser fetches by itself.
    alternates = len(page.named("link")) - len(fetched)
    assert alternates == (address in {f"/{code}/" for code in LANGUAGES}), address
    assert not page.named("img"), address
    assert not page.named("iframe"), address
