"""Joining from a picture, showing a passphrase, and the same without script."""

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser


def test_a_scanned_invitation_fills_the_code_and_leaves_no_trace(phone, demo):
    moderator = phone()
    steps.sign_in(moderator, demo.account("moderator"))
    code = steps.invite(moderator)
    newcomer = phone()
    newcomer.goto(f"/join/#{code}")
    assert newcomer.input_value("[name=code]") == code
    assert "#" not in newcomer.url
    assert code not in newcomer.evaluate("JSON.stringify(history.state) + location.href")
    offered = newcomer.locator(".secret").first.inner_text()
    newcomer.fill("[name=pseudonym]", "scanned heron")
    newcomer.fill("[name=passphrase]", offered.upper() + ".")
    steps.submit(newcomer)
    newcomer.get_by_text("warnings from other members").wait_for()
    # Somebody with an account who scans one keeps no code in the address either.
    newcomer.goto(f"/join/#{code}")
    assert code not in newcomer.url


def test_show_shows_what_is_typed_and_hides_it_before_it_is_sent(phone):
    page = phone()
    page.goto("/en/in/")
    page.fill("[name=pseudonym]", "calm heron")
    field = page.locator("[name=passphrase]")
    field.fill("four herons")
    show = page.get_by_role("button", name="Show")
    show.click()
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Hide").click()
    assert field.get_attribute("type") == "password"
    show.click()
    page.evaluate(
        "document.querySelector('#sign_in').addEventListener('submit', e => e.preventDefault())"
    )
    field.press("Enter")
    assert field.get_attribute("type") == "password"


def test_without_script_the_code_is_typed_and_nothing_is_missing(phone, demo):
    page = phone(script=False)
    page.goto("/join/#ABCDEFGHJKMNPQRSTVWXYZ0123")
    assert page.input_value("[name=code]") == ""
    assert page.get_by_role("button", name="Show").count() == 0
    page.goto("/en/in/")
    steps.sign_in(page, demo.account("member"))
