"""Text at twice its size on the narrowest phone: it is the page that grows, not the bars."""

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser
SIZES = """() => {
  const size = (one) => document.querySelector(one).getBoundingClientRect();
  return {
    bars: size(".top").height + size(".bar").height,
    language: size(".languages summary").width,
    page: document.documentElement.scrollWidth,
  };
}"""


def test_the_bars_take_a_quarter_at_most_and_the_languages_stay(phone, demo):
    page = phone()
    page.set_viewport_size({"width": 320, "height": 568})
    steps.sign_in(page, demo.account("member"))
    for language in ("en", "es", "fr"):
        page.goto(f"/{language}/a/check/")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        sizes = page.evaluate(SIZES)
        assert sizes["bars"] <= 568 / 4, language
        assert sizes["language"] >= 44, language
        assert sizes["page"] <= 320, language
