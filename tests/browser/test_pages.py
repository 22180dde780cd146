"""Every kind of page in a real browser: no axe finding, no sideways scrolling, thumbs fit."""

import re
from importlib.resources import files

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser
AXE = files("axe_core_python").joinpath("axe.min.js").read_text()
PUBLIC = ["/en/", "/en/r/8/", "/es/r/7/", "/fr/r/6/", "/en/kept/", "/en/keep/", "/en/in/"]
PUBLIC += [
    "/en/join/",
    "/en/find/",
    "/en/new/",
    "/en/in/recover/",
    "/en/lock/",
    "/en/nothing-here/",
]
PUBLIC += ["/en/apply/", "/en/object/", "/en/now/"]
SIGNED_IN = ["/en/a/", "/es/a/", "/fr/a/check/", "/en/a/new/", "/en/me/", "/en/desk/"]
SIGNED_IN += ["/en/a/desk/", "/en/me/change/", "/en/me/erase/", "/en/me/second-step/"]
SIGNED_IN += ["/en/me/again/", "/en/me/recovery/", "/en/a/4700000000000000000/"]
# What else a moderator has.
DESK = ["/en/desk/people/", "/en/desk/people/keys/", "/en/desk/invite/", "/en/desk/looks/"]
DESK += ["/en/desk/organisations/", "/en/desk/leaving/", "/en/desk/keys/", "/en/desk/keys/renew/"]
DESK += ["/en/desk/invite/elsewhere/", "/en/a/unreviewed/", "/en/a/objections/", "/en/a/figures/"]
DESK += ["/en/a/sheet/", "/en/a/shared/", "/en/a/shared/own/", "/en/a/shared/networks/"]
DESK += ["/en/a/shared/send/", "/en/a/shared/take/", "/en/vouch/", "/en/me/desk/"]
SCHEME = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


def findings(page):
    page.wait_for_load_state("load")  # the stylesheet is there
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]


def visit(page, path):
    page.goto(path)
    return findings(page)


@SCHEME
def test_axe_finds_nothing_on_public_pages(phone, dark):
    page = phone(dark=dark, bypass_csp=True)
    assert {path: found for path in PUBLIC if (found := visit(page, path))} == {}


@SCHEME
def test_axe_finds_nothing_on_signed_in_pages(phone, demo, dark):
    page = phone(dark=dark, bypass_csp=True)
    moderator = demo.account("moderator", 2)
    steps.sign_in(page, moderator)
    steps.open_confirmed(page, "/en/me/second-step/", moderator)
    problems = {path: found for path in SIGNED_IN + DESK if (found := visit(page, path))}
    page.goto("/en/a/")
    page.locator(".card").first.click()
    page.wait_for_url(re.compile(r"/en/a/\d+/"))
    alert = page.url
    for more in ("review/", "author/", "flag/", "translate/"):
        problems |= {more: found} if (found := visit(page, alert + more)) else {}
    page.goto(alert)
    problems |= {"one alert": found} if (found := findings(page)) else {}
    steps.check(page, "06 39 98 40 99\nnot-a-number-at-all\n+33639980201")
    problems |= {"answer": found} if (found := findings(page)) else {}
    problems |= report_findings(page)
    page.click("button[name=send]")
    problems |= {"sent": found} if (found := findings(page)) else {}
    steps.invite(page)
    problems |= {"invitation": found} if (found := findings(page)) else {}
    assert problems == {}


@SCHEME
def test_axe_finds_nothing_on_mistakes_and_locks(phone, demo, dark):
    page = phone(dark=dark, bypass_csp=True)
    problems = {}
    for path in ("/en/in/", "/en/join/", "/en/in/recover/"):
        page.goto(path)
        for field in page.locator("main input:not([type=hidden])").all():
            field.fill("not right 1")
        steps.submit(page)
        problems |= {f"{path}, wrong": found} if (found := findings(page)) else {}
    steps.sign_in(page, demo.account("member", 11), pin=steps.PIN)
    page.goto("/en/lock/")
    problems |= {"locked": found} if (found := findings(page)) else {}
    page.fill("[name=pin]", "000000")
    steps.submit(page)
    problems |= {"wrong PIN": found} if (found := findings(page)) else {}
    assert problems == {}


def report_findings(page):
    """The five steps, and each of them with a mistake."""
    page.goto("/en/a/new/")
    page.click("button[name=next]")
    found = {"step 1, empty": findings(page)}
    steps.tick(page, "what", "theft")
    for step in range(2, 6):
        page.click("button[name=next]")
        found[f"step {step}"] = findings(page)
        if step == 2:
            page.select_option("[name=region]", "online")
        if step == 3:
            page.select_option("[name=identifier-0-kind]", "phone")
            page.fill("[name=identifier-0-value]", "x")
            page.click("button[name=next]")
            found["step 3, mistake"] = findings(page)
            page.fill("[name=identifier-0-value]", "06 39 98 42 42")
    return {name: problems for name, problems in found.items() if problems}


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways(phone, demo, width):
    page = phone(width=width)
    steps.sign_in(page, demo.account("moderator", 1))
    wide = []
    for path in PUBLIC + SIGNED_IN + (DESK if width == 320 else []):
        for language in ("en", "es", "fr") if width == 320 else ("en",):
            page.goto(f"/{language}/{path[4:]}")
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wide.append(page.url)
    assert wide == []


def test_a_long_link_in_somebodys_words_stays_on_the_phone(phone, demo):
    link = "https://somewhere.example/" + "averylongpath" * 8
    author = phone()
    steps.sign_in(author, demo.account("member", 5))
    steps.report(author, phone="06 39 98 61 43", text=link)
    author.wait_for_load_state()
    page = phone(width=320)
    steps.sign_in(page, demo.account("member", 7))
    steps.check(page, "06 39 98 61 43")
    page.locator(".results a[href*='../']").first.click()
    page.wait_for_url(re.compile(r"/en/a/\d+/"))
    page.locator("summary", has_text="This happened to me too").click()
    page.fill("[name=note]", link)
    page.get_by_role("button", name="Yes, to me too").click()
    page.locator("ul.rows li", has_text=link).wait_for()
    page.wait_for_load_state("load")  # the stylesheet is there
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) <= 320
    steps.check(page, link)
    page.wait_for_load_state("load")
    assert page.evaluate(width) <= 320


def test_controls_are_large_enough_for_a_thumb(phone, demo):
    page = phone()
    steps.sign_in(page, demo.account("moderator", 1))
    small = {}
    for path in [*SIGNED_IN, *DESK, "/en/in/", "/en/join/"]:
        page.goto(path)
        found = page.evaluate(
            """() => [...document.querySelectorAll(
                 'button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]),'
                 + 'select, textarea, summary, label.tick, .bar a, .card')]
               .filter(e => e.checkVisibility({visibilityProperty: true}))
               .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
               .filter(([, box]) => box.height > 1 && (box.height < 43.5 || box.width < 43.5))
               .map(([html, box]) => [html, box.width, box.height])"""
        )
        if found:
            small[path] = found
    assert small == {}


def test_a_signed_in_page_fetches_little(phone, demo):
    page = phone()
    steps.sign_in(page, demo.account("member", 9))
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/en/a/")
    page.wait_for_load_state("networkidle")
    assert len(set(fetched)) <= 4, fetched  # the page, the stylesheet, one script, the icon
    assert page.foreign == []
