"""The main job from end to end: a code becomes a member, her note is found by another member."""

import re

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


@SCRIPT
def test_join_report_check_leave(phone, demo, script):
    moderator = phone(script=script)
    steps.sign_in(moderator, demo.account("moderator"))
    code = steps.invite(moderator)
    assert len(code) == 26

    newcomer = phone(script=script)
    account = steps.join(newcomer, code, f"windowsill fern {'js' if script else 'plain'}")
    # She comes back on another day, with what she wrote down.
    newcomer = phone(script=script)
    steps.sign_in(newcomer, account)
    number = "06 39 98 40 11" if script else "06 39 98 40 22"
    steps.report(newcomer, phone=number, text="He followed me to the station.")
    assert "/a/new/" in newcomer.url or "/a/" in newcomer.url
    assert newcomer.locator("h1").count() == 1

    colleague = phone(script=script)
    steps.sign_in(colleague, demo.account("member", 7))
    steps.check(colleague, "+33 " + number[1:])
    assert "Dangerous" in colleague.locator(".result").first.inner_text()
    colleague.locator(".result a").first.click()
    colleague.wait_for_url(re.compile(r"/en/a/\d+/"))
    body = colleague.locator("main").inner_text()
    assert "He followed me to the station." in body
    assert number[-5:] not in body
    assert number.replace(" ", "")[1:] not in colleague.content().replace(" ", "")

    steps.check(colleague, "06 39 98 49 77")
    assert "No notes about this. That does not mean it is safe." in (
        colleague.locator(".result").first.inner_text()
    )

    steps.leave(colleague)
    colleague.go_back()
    colleague.wait_for_load_state()
    assert "No notes about this" not in colleague.content()
    assert "39 98" not in colleague.content()
    colleague.goto("/en/a/")
    assert colleague.url.endswith("/en/in/")
    for page in (moderator, newcomer):
        assert page.foreign == []
    assert all("wikipedia" in address for address in colleague.foreign)


@SCRIPT
def test_the_same_code_works_once(phone, demo, script):
    moderator = phone(script=script)
    steps.sign_in(moderator, demo.account("moderator", 1))
    code = steps.invite(moderator)
    steps.join(phone(script=script), code, f"teapot {'marble js' if script else 'marble'}")
    late = phone(script=script)
    late.goto("/en/join/")
    offered = late.locator(".secret").first.inner_text()
    for name, value in [("code", code), ("pseudonym", "second teapot")]:
        late.fill(f"[name={name}]", value)
    late.fill("[name=passphrase]", offered)
    steps.submit(late)
    late.locator(".errors").wait_for()
    assert late.input_value("[name=pseudonym]") == "second teapot"


@SCRIPT
def test_lock_and_unlock_keeps_what_was_typed(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 3), pin=steps.PIN)
    page.goto("/en/lock/")
    page.goto("/en/a/")
    page.wait_for_url("**/en/lock/**")
    assert page.locator(".card").count() == 0
    page.fill("[name=pin]", "000000")
    steps.submit(page)
    assert page.locator("[name=pin]").count() == 1
    page.fill("[name=pin]", steps.PIN)
    steps.submit(page)
    page.wait_for_url("**/en/a/**")
    page.goto("/en/a/")
    assert page.locator(".card").count() > 0


def test_the_cover_hides_a_form_and_brings_it_back_filled(phone, demo):
    page = phone()
    steps.sign_in(page, demo.account("member", 4), pin=steps.PIN)
    page.goto("/en/a/check/")
    page.fill("[name=q]", "06 39 98 41 41")
    unlock = page.locator("button[name=unlock]")
    assert not unlock.is_visible()
    page.evaluate("document.getAnimations().forEach(a => { a.currentTime = 901000 })")
    assert unlock.is_visible()
    # The server has locked the session meanwhile, as it does after 15 minutes.
    other_tab = page.context.new_page()
    other_tab.goto("/en/lock/")
    other_tab.close()
    unlock.click()
    page.fill("[name=pin]", steps.PIN)
    steps.submit(page)
    page.wait_for_url("**/en/a/check/**")
    assert "39 98 41 41" in page.content()
