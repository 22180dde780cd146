"""Fifteen languages on the smallest phone: all of them on the screen, without scrolling."""

import re

import pytest
from django.utils import translation

from safety_app.settings import ALL_LANGUAGES
from tests.look.sheet import STATIC
from tests.look.test_frame import frame

pytestmark = pytest.mark.browser
BOXES = """() => [...document.querySelectorAll(".languages li > *")].map((one) => {
  const box = one.getBoundingClientRect();
  return [box.left, box.right, box.bottom, box.height];
})"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_language_is_on_the_screen(chromium, language, monkeypatch):
    monkeypatch.setattr("tests.look.test_frame.LANGUAGES", list(ALL_LANGUAGES.items()))
    with translation.override(language):
        html = frame(signed_in=False, LANGUAGE_CODE=language, LANGUAGE_BIDI=language == "ar")
    style = f"<style>{(STATIC / 'site.css').read_text()}</style>"
    page = chromium.new_page(viewport={"width": 320, "height": 568})
    page.set_content(re.sub(r"<link[^>]*stylesheet[^>]*>", lambda _link: style, html))
    page.locator(".languages summary").click()
    boxes = page.evaluate(BOXES)
    page.close()
    assert len(boxes) == len(ALL_LANGUAGES)
    assert min(left for left, _right, _bottom, _height in boxes) >= 0
    assert max(right for _left, right, _bottom, _height in boxes) <= 320
    assert max(bottom for _left, _right, bottom, _height in boxes) <= 568
    assert min(height for _left, _right, _bottom, height in boxes) >= 44
