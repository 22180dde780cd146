"""The screenshots of the README, made anew by `make screens`; not collected as a test."""

from pathlib import Path

import pytest

from tests.browser import steps

SCREENS = Path(__file__).resolve().parent.parent.parent / "docs" / "screens"

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_screens(phone, demo, scheme):
    page = phone(dark=scheme == "dark")
    steps.sign_in(page, demo.account("reporter"))
    page.goto("/en/a/")
    page.screenshot(path=SCREENS / f"feed-{scheme}.png")
    known = "+33 6 39 98 02 13"
    steps.check(page, f"{known}\n06 39 98 45 45")
    page.screenshot(path=SCREENS / f"check-{scheme}.png")
    page.goto("/en/a/new/")
    page.screenshot(path=SCREENS / f"report-{scheme}.png")
