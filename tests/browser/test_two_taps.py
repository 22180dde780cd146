"""From the bare address to "PEP within 72 hours": two taps, one screen, no script."""

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser
NAMES = {"en": "English", "es": "Español", "fr": "Français"}


def first_help(page):
    """The first page listed under urgent help, if a thumb finds it without scrolling."""
    link = page.locator("main a.card").first
    assert is_whole(link), page.url
    return link


def is_whole(locator):
    """Whether all of it stands on the screen as it is now, under nothing."""
    return locator.evaluate(
        """element => {
             const box = element.getBoundingClientRect();
             const x = box.x + box.width / 2;
             const seen = [box.top + 1, box.bottom - 1].map(y => document.elementFromPoint(x, y));
             return scrollY === 0 && box.top >= 0 && box.bottom <= innerHeight
               && seen.every(found => element.contains(found) || found.contains(element));
           }"""
    )


def fact(page):
    return page.locator(".fact", has_text="72").first


@pytest.mark.parametrize("language", sorted(NAMES))
def test_one_tap_when_the_phone_speaks_the_language(phone, language):
    page = phone(script=False, language=language, height=740)
    page.goto("/")
    assert page.url.endswith(f"/{language}/")
    first_help(page).tap()
    page.wait_for_url(f"**/{language}/r/8/")
    assert is_whole(fact(page))
    assert page.foreign == []


@pytest.mark.parametrize("language", sorted(NAMES))
def test_two_taps_when_it_speaks_another_one(phone, language):
    page = phone(script=False, language="fi", height=740)
    page.goto("/")
    if not page.url.endswith(f"/{language}/"):
        own_name = page.locator("main").get_by_role("link", name=NAMES[language], exact=True)
        assert is_whole(own_name)
        own_name.tap()
        page.wait_for_url(f"**/{language}/")
    first_help(page).tap()
    page.wait_for_url(f"**/{language}/r/8/")
    assert is_whole(fact(page))


@pytest.mark.parametrize("language", sorted(NAMES))
def test_urgent_help_fills_the_first_screen_and_the_search_box_comes_after_it(phone, language):
    page = phone(script=False, language=language, height=740)
    page.goto("/")
    urgent = page.locator("main .cards").first.locator("a.card")
    assert all(is_whole(urgent.nth(place)) for place in range(4))
    last, box = urgent.last.bounding_box(), page.locator("main form").first.bounding_box()
    assert last["y"] + last["height"] < box["y"]


@pytest.mark.parametrize("language", sorted(NAMES))
@pytest.mark.parametrize("signed_in", [False, True])
def test_help_now_fits_the_smallest_screen(phone, demo, language, signed_in):
    page = phone(script=False, language=language, width=320, height=568)
    if signed_in:
        steps.sign_in(page, demo.account("member"))
    page.goto(f"/{language}/")
    page.locator(f"a[href='/{language}/now/']").first.tap()
    page.wait_for_url(f"**/{language}/now/")
    assert is_whole(page.locator("main a[href^='tel:']").first)
    links = page.locator("main .rows a")
    assert links.count() >= 4
    assert all(is_whole(links.nth(place)) for place in range(links.count() - 1))
    assert page.evaluate("document.documentElement.scrollWidth") == 320
