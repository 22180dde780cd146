"""No script may turn text into script, in a browser that enforces it; ours need not."""

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser

# What would turn text into markup or script, and whether the browser let it.
TRY = """() => Object.fromEntries(Object.entries({
  markup: () => { document.createElement("p").innerHTML = "<b>a"; },
  beside: () => { document.body.insertAdjacentHTML("beforeend", "<b>a"); },
  script: () => { document.createElement("script").src = "/static/x.js"; },
  policy: () => { trustedTypes.createPolicy("default", { createHTML: (text) => text }); },
}).map(([name, run]) => { try { run(); return [name, true]; } catch { return [name, false]; } }))"""
REFUSED = {"markup": False, "beside": False, "script": False, "policy": False}
PUBLIC = ["/en/", "/en/in/", "/en/join/", "/en/keep/", "/en/booking/", "/en/doctor/", "/en/now/"]
SIGNED_IN = ["/en/a/", "/en/a/check/", "/en/a/new/", "/en/me/", "/en/me/second-step/key/"]


def complaints(page):
    """What the browser said about the pages' own scripts."""
    said = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_text_never_becomes_script(phone):
    page = phone()
    said = complaints(page)
    for path in PUBLIC:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert not said, f"{path}: {said}"
    for path in PUBLIC:
        page.goto(path)
        assert page.evaluate(TRY) == REFUSED, path


def test_nor_for_somebody_signed_in(phone, demo):
    page = phone()
    steps.sign_in(page, demo.account("member"))
    said = complaints(page)
    for path in SIGNED_IN:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert not said, f"{path}: {said}"
    for path in SIGNED_IN:
        page.goto(path)
        assert page.evaluate(TRY) == REFUSED, path
