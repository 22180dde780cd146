"""Back, in a real browser: never a question to send a form again, nothing lost, nothing after.

A page that answered a form itself shows Chrome's error page on Back, whose address is
`chrome-error:`; every step here asserts that it is ours.
"""

import re

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
STEPS = ("what", "region", "identifier-0-value", "age", "text")


def back(page):
    page.go_back()
    page.wait_for_load_state()
    assert page.url.startswith("http://localhost"), page.url
    assert page.locator("h1").count() == 1
    assert "Confirm Form Resubmission" not in page.content()


def filtered(page, word):
    """Notes in Paris region that hold a word, second page."""
    page.goto("/en/a/")
    page.locator(".filters summary").click()
    page.fill("[name=q]", word)
    page.locator(".filters button").first.click()
    page.wait_for_url(re.compile(r"\?s="))
    page.click("button[name=page][value='2']")
    page.locator("button[name=page][value='1']").wait_for()


def cards(page):
    return [card.get_attribute("href") for card in page.locator("a.card").all()]


@SCRIPT
def test_from_a_note_to_a_filtered_second_page(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 20))
    filtered(page, "e")
    listed, address = cards(page), page.url
    page.locator("a.card").first.click()
    page.wait_for_url(re.compile(r"/en/a/\d+/"))
    page.get_by_role("link", name="Back to results").click()
    page.wait_for_url(address)
    assert cards(page) == listed
    back(page)
    back(page)
    assert page.url == address
    assert cards(page) == listed
    assert page.input_value("[name=q]") == "e"
    back(page)
    assert page.locator("button[name=page][value='1']").count() == 0
    assert page.input_value("[name=q]") == "e"


@SCRIPT
def test_to_the_answer_of_a_check(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 21))
    steps.check(page, "06 39 98 49 31")
    answer = page.locator(".result").first.inner_text()
    page.get_by_role("link", name="More about this").click()
    page.wait_for_url(re.compile(r"/en/r/\d+/"))
    back(page)
    assert page.locator(".result").first.inner_text() == answer
    back(page)
    assert page.locator(".result").count() == 0


def write(page):
    """Through all five steps, without sending; gives the address of each."""
    page.goto("/en/a/new/")
    addresses = [page.url]
    steps.tick(page, "what", "threats")
    page.click("button[name=next]")
    page.select_option("[name=region]", "FR-IDF")
    page.fill("[name=city]", "Montreuil")
    addresses.append(page.url)
    page.click("button[name=next]")
    page.fill("[name=identifier-0-value]", "06 39 98 49 32")
    addresses.append(page.url)
    page.click("button[name=next]")
    page.select_option("[name=age]", "35-44")
    addresses.append(page.url)
    page.click("button[name=next]")
    page.locator("[name=text]").wait_for()
    return [*addresses, page.url]


def is_all_there(page, step):
    """What this step shows of what was typed."""
    match step:
        case 1:
            return page.locator("input[name=what][value=threats]").is_checked()
        case 2:
            return page.input_value("[name=city]") == "Montreuil"
        case 3:
            return page.input_value("[name=identifier-0-value]") == "06 39 98 49 32"
        case 4:
            return page.input_value("[name=age]") == "35-44"
    return "Montreuil" in page.inner_text("main")


@SCRIPT
def test_through_every_step_of_a_report(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 22))
    addresses = write(page)
    assert len(set(addresses)) == 5
    for step in (4, 3, 2, 1):
        back(page)
        assert page.url.split("&")[0] == addresses[0].split("&")[0]
        assert is_all_there(page, step), step
    for step in (2, 3, 4, 5):
        page.go_forward()
        page.wait_for_load_state()
        assert is_all_there(page, step), step


@SCRIPT
def test_help_and_back_and_another_language_in_the_middle(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 23))
    write(page)
    page.fill("[name=text]", "He waited outside.")
    page.locator(".bar").get_by_role("link", name="Help").click()
    page.wait_for_url(re.compile("/en/now/$"))
    back(page)
    assert page.input_value("[name=text]") == "He waited outside."
    page.fill("[name=text]", "He waited outside for an hour.")
    page.get_by_role("link", name="Language: English").click()
    page.get_by_role("link", name="Français").click()
    page.wait_for_url(re.compile("/fr/a/new/"))
    assert page.input_value("[name=text]") == "He waited outside for an hour."
    assert page.locator("html").get_attribute("lang") == "fr"
    back(page)
    back(page)
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.input_value("[name=text]") == "He waited outside for an hour."


@SCRIPT
def test_enter_goes_on_and_nowhere_else(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 24))
    page.goto("/en/a/new/")
    steps.tick(page, "what", "threats")
    page.click("button[name=next]")
    page.select_option("[name=region]", "FR-IDF")
    page.press("[name=city]", "Enter")
    page.locator("[name=identifier-0-value]").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"


@SCRIPT
def test_two_tabs_have_each_their_own(phone, demo, script):
    one = phone(script=script)
    steps.sign_in(one, demo.account("member", 25))
    other = one.context.new_page()
    for tab, what in ((one, "threats"), (other, "theft")):
        tab.goto("/en/a/new/")
        steps.tick(tab, "what", what)
        tab.click("button[name=next]")
        tab.locator("[name=city]").wait_for()
    for tab, what in ((one, "threats"), (other, "theft")):
        back(tab)
        ticked = tab.locator("input[name=what]:checked")
        assert [box.get_attribute("value") for box in ticked.all()] == [what]


@SCRIPT
@pytest.mark.parametrize("ending", ["leave", "sign out", "wrong PINs"])
def test_afterwards_none_of_it_is_there(phone, demo, script, ending):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 26), pin=steps.PIN)
    write(page)
    page.fill("[name=text]", "He waited outside.")
    draft = page.url
    page.locator(".bar").get_by_role("link", name="Help").click()
    page.wait_for_url(re.compile("/en/now/$"))
    filtered(page, "e")
    listed = page.url
    if ending == "leave":
        steps.leave(page)
    elif ending == "sign out":
        page.goto("/en/me/")
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.wait_for_url(re.compile("/en/in/"))
    else:
        page.goto("/en/lock/")
        for _ in range(5):
            page.fill("[name=pin]", "000000")
            steps.submit(page)
            page.wait_for_load_state()
    for _ in range(6):
        page.go_back()
        page.wait_for_load_state()
        for typed in ("He waited outside.", "Montreuil", "39 98 49 32"):
            assert typed not in page.content()
    for address in (draft, listed):
        page.goto(address)
        assert page.url.endswith("/en/in/")


@SCRIPT
def test_the_lock_loses_nothing(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 27), pin=steps.PIN)
    draft = write(page)[-1]
    page.goto("/en/lock/")
    page.goto(draft)
    assert "/en/lock/" in page.url
    assert "Montreuil" not in page.content()
    page.fill("[name=pin]", steps.PIN)
    steps.submit(page)
    page.wait_for_url(draft)
    assert is_all_there(page, 5)
