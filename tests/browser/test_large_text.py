"""Text at twice its size on the narrowest phone: it is the page that grows, not the bars."""

import pytest

from tests.browser import steps
from tests.languages import LANGUAGES

pytestmark = pytest.mark.browser
SIZES = """() => {
  const size = (one) => document.querySelector(one).getBoundingClientRect();
  return {
    bars: size(".top").height + size(".bar").height,
    language: size(".top [href*='/language/'], .top [value=language]").width,
    page: document.documentElement.scrollWidth,
  };
}"""


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_the_bars_take_a_quarter_at_most_and_the_languages_stay(phone, demo, role):
    page = phone()
    page.set_viewport_size({"width": 320, "height": 568})
    steps.sign_in(page, demo.account(role))
    for language in LANGUAGES:
        for path in ("/a/check/", "/a/new/"):
            page.goto(f"/{language}{path}")
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            sizes = page.evaluate(SIZES)
            assert sizes["bars"] <= 568 / 4, (language, path)
            assert sizes["language"] >= 44, (language, path)
            assert sizes["page"] <= 320, (language, path)
