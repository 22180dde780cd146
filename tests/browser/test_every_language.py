"""The main job in every language, without script, on the narrowest phone.

Join, write a note, check the number, find help, leave. On each screen axe finds nothing, nothing
scrolls sideways, no word is cut off, no writing runs the wrong way and every letter has a shape.
"""

import os
import re

import pytest

from tests.browser import fonts, steps
from tests.browser.test_pages import AXE
from tests.languages import LANGUAGES
from tests.look.sheet import STATIC

pytestmark = pytest.mark.browser
# What somebody who looks would see; by name, with the words it happens to.
WRONG = r"""() => {
  const shown = e => e.checkVisibility({visibilityProperty: true})
    && !e.closest('.visually-hidden, .skip');
  const words = '.bar > *, .top a, .foot > *, button, .button, summary, .languages a, label, th';
  const cut = [...document.querySelectorAll(words)].filter(shown).filter(e => {
    const box = e.getBoundingClientRect();
    return e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
      || box.left < -.5 || box.right > innerWidth + .5;
  });
  const rows = new Set([...document.querySelectorAll('.bar > *')].map(e => e.offsetTop));
  const arabic = /\p{Script=Arabic}/u, latin = /\p{Script=Latin}/u;
  const rtl = document.documentElement.dir === 'rtl', mixed = [], walker =
    document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), parent = walker.currentNode.parentElement;
    if (!text || !shown(parent) || parent.closest('[dir=ltr], option, textarea')) continue;
    // Numbers of several parts or with a sign, and whole texts in the other writing. A text that is
    // set apart takes the direction of its first letter, so a number before Arabic turns round.
    const apart = parent.closest('bdi, [dir]:not(html)') || /[\u2066-\u2068]/.test(text);
    const number = /\d[\s().\/-]+\d|[+]\d|\d-/.test(text);
    const foreign = latin.test(text) && !arabic.test(text) && /[^\p{L}\d]/u.test(text);
    if (apart && !(rtl && number && /^[^\p{L}\u2066-\u2068]+\p{Script=Arabic}/u.test(text)))
      continue;
    if (rtl ? number || foreign : arabic.test(text)) mixed.push(text.slice(0, 60));
  }
  return {
    cut: cut.map(e => e.outerHTML.slice(0, 120)),
    'rows of the bar': rows.size > 1 ? rows.size : 0,
    sideways: document.documentElement.scrollWidth > innerWidth,
    mixed,
  };
}"""
# Letters and signs that no font has: they look as one that has no meaning.
BOXES = r"""() => {
  const canvas = new OffscreenCanvas(40, 40);
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  pen.font = '24px system-ui';
  const draw = letter => {
    pen.clearRect(0, 0, 40, 40);
    pen.fillText(letter, 8, 28);
    return pen.getImageData(0, 0, 40, 40).data.join();
  };
  const box = draw('\u{10FFFF}');
  window.drawn ??= {};
  return [...new Set(document.body.innerText)]
    .filter(letter => /[\p{L}\p{N}\p{P}\p{S}]/u.test(letter))
    .filter(letter => window.drawn[letter] ??= draw(letter) === box);
}"""


@pytest.fixture(scope="module")
def moderator_page(chromium, demo):
    """A moderator, who invites one person for each language."""
    context = chromium.new_context(base_url=demo.address)
    page = context.new_page()
    steps.sign_in(page, demo.account("moderator"))
    yield page
    context.close()


@pytest.fixture(scope="module")
def examiner(chromium):
    """A page with script, for axe: it is given what the page without script shows."""
    context = chromium.new_context(viewport={"width": 320, "height": 568})
    yield context.new_page()
    context.close()


class Screens:
    """Looks at one screen after the other, and keeps what is wrong with each."""

    def __init__(self, page, examiner, language):
        self.page, self.examiner, self.language = page, examiner, language
        self.problems = {}

    def look(self, name):
        self.page.wait_for_load_state("load")
        found = self.page.evaluate(WRONG)
        found |= self.examined()
        self.problems |= {f"{name}: {kind}": what for kind, what in found.items() if what}
        if folder := os.environ.get("SCREENS"):
            self.page.screenshot(path=f"{folder}/{self.language}-{name}.png")

    def examined(self):
        """What script finds on the same screen."""
        style = f"<style>{(STATIC / 'site.css').read_text()}</style>"
        html = re.sub(r"<script[^>]*></script>", "", self.page.content())
        html = re.sub(r"<link[^>]*stylesheet[^>]*>", lambda _link: style, html)
        self.examiner.set_content(html)
        if not self.examiner.evaluate("'axe' in window"):
            self.examiner.evaluate(AXE)
        run = "axe.run(document, {resultTypes: ['violations']})"
        found = self.examiner.evaluate(run)["violations"]
        return {
            "axe": [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found],
            "boxes": self.examiner.evaluate(BOXES),
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_main_job(phone, demo, moderator_page, examiner, language):
    fonts.need_letters(language)
    code = steps.invite(moderator_page)
    page = phone(script=False, width=320, height=568)
    screens = Screens(page, examiner, language)
    page.goto(f"/{language}/")
    screens.look("home")
    page.goto(f"/{language}/join/")
    screens.look("join")
    steps.join_here(page, code, f"fifteen doors {language}")
    screens.look("joined")
    number = f"06 39 98 50 {LANGUAGES.index(language):02}"
    post_a_note(page, screens, number)
    page.goto(f"/{language}/a/check/")
    page.fill("[name=q]", number)
    page.click("button.wide")
    page.locator(".result a").first.wait_for()
    screens.look("answer")
    for name, path in (("feed", "a/"), ("help", "now/"), ("page", "r/8/")):
        page.goto(f"/{language}/{path}")
        screens.look(name)
    page.click(".top [href*='/language/'], .top [value=language]")
    screens.look("languages")
    page.locator("#exit button").click()
    page.wait_for_url(re.compile(r"^https://(?!localhost)"))
    assert screens.problems == {}


def post_a_note(page, screens, number):
    page.click(".bar a[href$='/a/new/']")
    screens.look("write")
    steps.tick(page, "what", "threats")
    steps.choose(page, "level", "2")
    page.select_option("[name=region]", "online")
    page.fill("[name=paste]", number)
    page.click("button[name=look]")
    screens.look("look it over")
    page.click("button[name=send]")
    screens.look("sent")
