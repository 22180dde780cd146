"""On paper: every page on one sheet, with a code that leads back to it."""

import re

import pytest

from tests.languages import EACH
from tests.resources.conftest import NUMBERS

pytestmark = pytest.mark.browser
_SHEET = re.compile(rb"/Type\s*/Page\b(?!s)")


def sheets(page, paper):
    return len(_SHEET.findall(page.pdf(format=paper)))


@pytest.mark.parametrize("language", EACH)
def test_every_page_prints_on_one_sheet(phone, language):
    page = phone(script=False)
    more = {}
    for number in NUMBERS:
        page.goto(f"/{language}/r/{number}/")
        for paper in ("A4", "Letter"):
            if (printed := sheets(page, paper)) != 1:
                more[f"{number} on {paper}"] = printed
    assert more == {}


def test_what_is_longer_than_a_sheet_is_counted_so(phone):
    page = phone(script=False)
    page.set_content("<p>A line</p>" * 200)
    assert sheets(page, "A4") > 1


def test_the_sheet_has_the_code_and_nothing_to_tap(phone):
    page = phone(script=False)
    page.goto("/en/r/8/")
    page.emulate_media(media="print")
    assert page.locator(".on-paper .qr").is_visible()
    for gone in ("#exit", ".foot", "main form", "summary"):
        assert not any(found.is_visible() for found in page.locator(gone).all())
