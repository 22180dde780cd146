"""How many taps the main jobs take. A list to choose from counts as one, a box to type as none."""

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


class Thumb:
    """Taps, and counts taps and pages."""

    def __init__(self, page):
        self.page, self.taps, self.pages = page, 0, []

    def tap(self, locator):
        locator.scroll_into_view_if_needed()
        locator.tap()
        self.taps += 1
        self.page.wait_for_load_state()

    def choose(self, locator, value):
        locator.select_option(value)
        self.taps += 1

    def see(self, heading):
        """The page that is on the screen."""
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        self.pages.append(heading)


@SCRIPT
def test_a_note_takes_five_taps_one_field_and_two_pages(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 28))
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("link", name="Write"))
    thumb.see("What happened")
    thumb.tap(page.locator("input[name=what][value=theft]"))
    thumb.choose(page.locator("[name=region]"), "FR-IDF")
    page.fill("[name=paste]", "06 39 98 49 41")
    thumb.tap(page.get_by_role("button", name="Look it over and send"))
    thumb.see("In your words")
    assert "Risky" in page.inner_text("main")
    assert "+33 6 39 98 49 41" in page.inner_text("main")
    thumb.tap(page.get_by_role("button", name="Send", exact=True))
    page.get_by_role("link", name="See what you wrote").wait_for()
    assert thumb.taps <= 5
    assert len(thumb.pages) == 2


@SCRIPT
def test_a_check_takes_three_taps_and_a_note_about_it_four_more(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 29))
    thumb = Thumb(page)
    thumb.tap(page.locator(".bar").get_by_role("link", name="Check"))
    thumb.tap(page.locator("[name=q]"))
    page.keyboard.type("06 39 98 49 42")
    thumb.tap(page.locator("button.wide"))
    page.locator(".result").wait_for()
    assert thumb.taps <= 3
    thumb.tap(page.get_by_role("button", name="Write about this"))
    thumb.see("What happened")
    assert "+33 6 39 98 49 42" in page.inner_text("main")
    thumb.tap(page.locator("input[name=what][value=threats]"))
    thumb.choose(page.locator("[name=region]"), "FR-IDF")
    thumb.tap(page.get_by_role("button", name="Look it over and send"))
    thumb.see("In your words")
    assert thumb.taps <= 7
    assert "+33 6 39 98 49 42" in page.inner_text("main")
