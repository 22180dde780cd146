"""Pages are drawn with the fonts the tests bring, whatever else is installed."""

import pytest

from tests.browser.fonts import MONO, SANS

pytestmark = pytest.mark.browser


def drawn_with(page, selector):
    """The names of the fonts that the browser took for the text there."""
    page.evaluate("() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))")
    inspector = page.context.new_cdp_session(page)
    inspector.send("DOM.enable")
    inspector.send("CSS.enable")
    root = inspector.send("DOM.getDocument")["root"]["nodeId"]
    node = inspector.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    used = inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["familyName"] for font in used}


def test_words_and_codes_are_drawn_with_our_fonts(phone):
    page = phone()
    page.goto("/fr/")
    assert drawn_with(page, "h1") == {SANS}
    families = ("-apple-system", "'Segoe UI'", "'Noto Sans'", "'DejaVu Sans'", "serif")
    for family in families:
        page.evaluate("family => document.body.style.fontFamily = family", family)
        assert drawn_with(page, "h1") == {SANS}, family
    page.evaluate("document.body.style.fontFamily = 'ui-monospace, monospace'")
    assert drawn_with(page, "h1") == {MONO}
