"""Every language on the narrowest phone: the bar in one row, no word cut off, nothing sideways.

The pages are made by the test's own client and only drawn by the browser, without script.
"""

import os
import re

import pytest

from tests.browser import fonts
from tests.languages import LANGUAGES
from tests.look.sheet import STATIC
from tests.resources.conftest import starter

__all__ = ("starter",)
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SIGNED_IN = ["a/", "a/check/", "a/new/", "me/", "language/"]
PUBLIC = ["", "join/", "in/", "doctor/", "services/"]
WRONG = """() => {
  const shown = e => e.checkVisibility({visibilityProperty: true})
    && !e.matches('.visually-hidden, .skip, .name');
  const words = [...document.querySelectorAll('.bar > *, button, .button, .foot > *, .help')];
  const cut = words.filter(shown).filter(e => {
    const box = e.getBoundingClientRect();
    return e.scrollWidth > e.clientWidth + 1 || box.left < -.5 || box.right > innerWidth + .5;
  });
  const rows = new Set([...document.querySelectorAll('.bar > *')].map(e => e.offsetTop));
  return [
    ...cut.map(e => 'cut: ' + e.textContent.trim()),
    ...(rows.size > 1 ? ['rows of the bar: ' + rows.size] : []),
    ...(document.documentElement.scrollWidth > innerWidth ? ['sideways'] : []),
  ];
}"""


@pytest.fixture(autouse=True, scope="session")
def database_beside_a_browser():
    """The browser's loop runs in this thread, where Django would refuse its database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


def drawn_with(page):
    """The fonts that the browser took; one that the tests do not bring draws boxes."""
    inspector = page.context.new_cdp_session(page)
    inspector.send("DOM.enable")
    inspector.send("CSS.enable")
    root = inspector.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = inspector.send("DOM.querySelector", {"nodeId": root, "selector": "main"})["nodeId"]
    used = inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["familyName"] for font in used}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits(chromium, moderator, nobody, starter, language):
    fonts.need_letters(language)
    style = f"<style>{(STATIC / 'site.css').read_text()}</style>"
    screen = chromium.new_page(viewport={"width": 320, "height": 568}, java_script_enabled=False)
    wrong = {}
    for client, paths in ((moderator.client, SIGNED_IN), (nobody, PUBLIC)):
        for path in paths:
            answer = client.get(f"/{language}/{path}", follow=True)
            assert answer.status_code == 200
            html = re.sub(r"<script[^>]*></script>", "", answer.content.decode())
            screen.set_content(re.sub(r"<link[^>]*stylesheet[^>]*>", lambda _: style, html))
            if found := screen.evaluate(WRONG):
                wrong[path] = found
            if folder := os.environ.get("SCREENS"):
                name = path.replace("/", "-") or "home"
                screen.screenshot(path=f"{folder}/{language}-{name}.png", full_page=False)
    known = {fonts.SANS, fonts.MONO, fonts.ARABIC, fonts.THAI}
    foreign = {name for name in drawn_with(screen) if not name.startswith("Noto Sans CJK")} - known
    screen.close()
    assert wrong == {}
    assert foreign == set()


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_the_number_that_was_read_is_on_one_line(chromium, member, language):
    """Broken in two, it is read wrong; and from right to left its end would come first."""
    style = f"<style>{(STATIC / 'site.css').read_text()}</style>"
    typed = {"q": "06 39 98 12 42", "country": "FR"}
    html = member.client.post(f"/{language}/a/check/", typed, follow=True).content.decode()
    html = re.sub(r"<script[^>]*></script>", "", html)
    screen = chromium.new_page(viewport={"width": 320, "height": 568}, java_script_enabled=False)
    screen.set_content(re.sub(r"<link[^>]*stylesheet[^>]*>", lambda _: style, html))
    lines = screen.locator(".result p bdi").first.evaluate(
        """e => {
          const range = document.createRange();
          range.setStart(e.firstChild, 0);
          range.setEnd(e.firstChild, e.textContent.indexOf('42') + 2);
          return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
        }"""
    )
    screen.close()
    assert lines == 1
