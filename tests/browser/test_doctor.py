"""The sheet for a doctor on a phone and on paper, without script."""

import re

import pytest

from tests.browser import steps
from tests.browser.test_pages import SCHEME, findings
from tests.languages import LANGUAGES
from tests.resources.doctor.sheets import LEFT_OUT
from tests.resources.doctor.test_doctor import PAIRS

pytestmark = pytest.mark.browser
# As wide as free text gets.
FULL = ("Penicilina, látex, МОЛОКО, W" * 9)[:120]
# Thai has high lines, as Arabic has, which is among the pairs; beside it, the longest languages.
HIGH_LINES = [pytest.param("th", doctors, marks=pytest.mark.thorough) for doctors in ("de", "ru")]


def open_folds(page):
    page.evaluate("document.querySelectorAll('details.group').forEach(fold => fold.open = true)")


def fill_everything(page, own, doctors):
    """Tick and type all that fits on one sheet."""
    page.goto(f"/{own}/doctor/")
    page.select_option("[name=doctor]", doctors)
    open_folds(page)
    page.evaluate(
        """([leftOut, text]) => {
             for (const box of document.querySelectorAll("main input")) {
               if (box.type == "checkbox") box.checked = !leftOut.includes(box.value);
               else if (box.type == "radio") box.checked = box.value != "unsaid";
               else if (box.dir == "auto") box.value = text;
             }
           }""",
        [sorted(LEFT_OUT), FULL],
    )


def make_sheet(page):
    page.click(".buttons button[name=show]")
    page.locator("article").wait_for()
    page.wait_for_load_state("load")


def printed_pages(page):
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page[^s]", paper))


@pytest.mark.parametrize(("own", "doctors"), [*PAIRS, *HIGH_LINES])
def test_everything_prints_on_one_page(phone, own, doctors):
    page = phone(script=False, width=320)
    fill_everything(page, own, doctors)
    make_sheet(page)
    assert page.locator("article li").count() >= 70
    assert printed_pages(page) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_word_without_end_stays_on_screen_and_paper(phone):
    page = phone(script=False, width=320)
    page.goto("/en/doctor/")
    open_folds(page)
    for name in ("happened", "allergies", "medicines", "wishes"):
        page.fill(f"[name={name}]", "W" * 120)
    make_sheet(page)
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) <= 320
    assert printed_pages(page) == 1
    page.set_viewport_size({"width": 794, "height": 1123})  # A4
    page.emulate_media(media="print")
    assert page.evaluate(width) <= 794


@pytest.mark.parametrize("ticks", [5, 12, 20])
def test_a_sheet_of_the_usual_length_prints_on_one_page(phone, ticks):
    page = phone(script=False)
    page.goto("/es/doctor/")
    open_folds(page)
    boxes = page.locator("main [type=checkbox]").all()
    for number in range(ticks):
        box = boxes[number * len(boxes) // ticks]
        box.set_checked(box.get_attribute("value") not in LEFT_OUT)
    page.fill("[name=allergies]", FULL)
    make_sheet(page)
    assert printed_pages(page) == 1


def test_from_ticks_to_the_sheet_and_back(phone):
    page = phone(script=False, width=320)
    page.goto("/en/doctor/")
    page.select_option("[name=doctor]", "es")
    steps.tick(page, "what", "broke")
    steps.tick(page, "want", "pep")
    steps.tick(page, "when", "h24")
    page.fill("[name=hours]", "80")
    page.click("button[name=show]")
    assert "differ" in page.locator(".errors").inner_text()
    page.fill("[name=hours]", "20")
    make_sheet(page)
    assert page.url.endswith("/en/doctor/")
    doctors = page.locator("article li [lang=es]").all_inner_texts()
    assert len(doctors) >= 5
    assert "20" in page.locator(".fact").inner_text()
    assert "72" in page.locator(".fact").inner_text()
    # Held out to somebody: the doctor's words are the larger ones, and come first.
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('article li:first-child > *')].slice(0, 2)
             .map(e => [e.getBoundingClientRect().top, parseFloat(getComputedStyle(e).fontSize)])"""
    )
    assert sizes[0][0] < sizes[1][0]
    assert sizes[0][1] > sizes[1][1]
    page.click("button[name=change]")
    assert page.locator("[name=what][value=broke]").is_checked()
    assert page.input_value("[name=hours]") == "20"
    assert page.input_value("[name=doctor]") == "es"
    page.click("text=Clear everything")
    page.locator("details.group:not([open])").nth(12).wait_for()
    assert page.locator("main :checked:not(option)").count() == 0
    assert page.context.cookies() == []


@SCHEME
def test_axe_finds_nothing(phone, dark):
    page = phone(dark=dark, bypass_csp=True, width=320)
    page.goto("/en/doctor/")
    problems = {"closed": findings(page)}
    fill_everything(page, "en", "fr")
    problems["open"] = findings(page)
    make_sheet(page)
    problems["sheet"] = findings(page)
    page.click("button[name=change]")
    page.fill("[name=hours]", "x")
    page.click(".buttons button[name=show]")
    page.locator(".errors").wait_for()
    problems["mistake"] = findings(page)
    assert {name: found for name, found in problems.items() if found} == {}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_does_not_scroll_sideways_and_fits_a_thumb(phone, language, width):
    page = phone(width=width)
    page.goto(f"/{language}/doctor/")
    open_folds(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main :is(summary, label.tick, select, button)')]
             .filter(e => e.checkVisibility({visibilityProperty: true}))
             .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"""
    )
    assert small == []


def test_a_sheet_left_alone_shows_nothing_until_asked(phone):
    page = phone(script=False)
    page.goto("/en/doctor/")
    steps.tick(page, "what", "hit")
    page.evaluate("document.getAnimations().forEach(a => { a.currentTime = 901000 })")
    assert not page.locator("h1").is_visible()
    page.click(".cover button[name=change]")
    assert page.locator("[name=what][value=hit]").is_checked()
    make_sheet(page)
    said = page.locator("article li").first
    assert said.is_visible()
    page.evaluate("document.getAnimations().forEach(a => { a.currentTime = 901000 })")
    assert not said.is_visible()
    assert not page.locator("h1").is_visible()
    page.click(".cover button[name=show]")
    page.locator("h1").wait_for()
    assert page.locator("article li").first.is_visible()


def test_a_phone_that_slept_is_covered_when_it_wakes(phone):
    page = phone()
    page.goto("/en/doctor/")
    page.evaluate(
        """() => {
             const now = Date.now;
             Date.now = () => now() + 901000;
             document.dispatchEvent(new Event("visibilitychange"));
           }"""
    )
    assert not page.locator("h1").is_visible()
    assert page.locator(".cover button").first.is_visible()
