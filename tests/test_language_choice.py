"""`/language/`: the languages, for somebody signed in, whose pages do not carry the menu."""

import html
import re
from urllib.parse import quote

import pytest
from django.conf import settings

from tests.cast import Person

pytestmark = pytest.mark.django_db


def offered(person: Person, to: str) -> list[str]:
    page = person.client.get(f"/en/language/?to={quote(to)}")
    assert page.status_code == 200
    main = page.content.decode().partition("<main")[2]
    return [html.unescape(link) for link in re.findall(r'<a href="([^"]*)" lang', main)]


def test_every_signed_in_page_leads_there_and_on_in_every_language(member: Person) -> None:
    for path in ("/en/a/", "/en/a/check/", "/en/me/", "/en/services/"):
        page = member.client.get(path).content.decode()
        assert "hreflang" not in page
        [link] = re.findall(r'href="(/en/language/[^"]*)"', page)
        page = member.client.get(html.unescape(link)).content.decode()
        for code, own_name in settings.LANGUAGES:
            there = path.replace("/en/", f"/{code}/")
            link = f'<a href="{there}" lang="{code}" hreflang="{code}">'
            assert re.search(rf"{re.escape(link)}\s*<bdi>{re.escape(own_name)}</bdi>", page)


@pytest.mark.parametrize(
    "to",
    [
        "/evil.example/",
        "//evil.example/",
        '"><script>alert(1)</script>',
        "javascript:alert(1)",
        "..//evil.example",
        "a/?next=x",
        "nothing-here/",
        "language/",
        "a/\\evil",
        "x" * 10_000,
    ],
)
def test_what_is_no_page_of_ours_becomes_the_first_one(member: Person, to: str) -> None:
    assert offered(member, to) == [f"/{code}/" for code, _name in settings.LANGUAGES]


def test_a_page_with_an_entry_is_led_back_to(member: Person) -> None:
    to = "a/new/?s=" + "A" * 22 + "&step=3"
    assert offered(member, to)[0] in {f"/es/{to}", "/es/"}
