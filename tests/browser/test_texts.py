"""A number changes in an original, and every language says so until somebody has caught up.

An editor, a moderator as second person, two translators and people who only read, each on a phone
of her own. Both modes play on one site, so each reads the numbers that are there when it begins.
"""

import re

import pytest

from tests.browser import trust_steps as steps

pytestmark = pytest.mark.browser

OLDER = {"es": "Una versión anterior", "fr": "Une version plus ancienne"}


@pytest.fixture
def people(phone, demo, script):
    """Who is in it, signed in; "reader" is nobody."""
    one, other = (0, 1) if script else (1, 2)
    accounts = {
        "editor": demo.account("editor", one),
        "moderator": demo.account("moderator", other),
        "translator": demo.account("translator", one),
        "proofreader": demo.account("translator", other),
    }
    pages = {name: phone(script=script, height=740) for name in (*accounts, "reader")}
    for name, account in accounts.items():
        sign_in(pages[name], account)
    yield pages
    assert [page.foreign for page in pages.values() if page.foreign] == []


def sign_in(page, account):
    page.goto("/en/in/")
    page.fill("[name=pseudonym]", account["pseudonym"])
    page.fill("[name=passphrase]", account["passphrase"])
    page.locator("main form .buttons button").first.click()
    page.wait_for_url(re.compile(r"/en/(a|translate|r/edit)/$"))


def read(page, language, number):
    """The words of a public page."""
    page.goto(f"/{language}/r/{number}/")
    steps.fits(page)
    return " ".join(page.locator("main").inner_text().split())


def change_number(page, number, found, put, *, said, correction=False):
    """As an editor: change one number of a page's original; publish it, or ask for it."""
    steps.go(page, f"/r/{number}/edit/")
    body = page.locator("[name=body]").input_value()
    assert len(re.findall(found, body)) == 1, found
    page.fill("[name=body]", re.sub(found, put, body))
    page.fill("[name=change_note]", said)
    if correction:
        page.check("[name=correction]")
    steps.press(page, page.locator("main button[name=preview]"))
    assert put in " ".join(page.locator(".phone").inner_text().split())
    button = "ask" if correction else "publish"
    steps.press(page, page.locator(f"main button[name={button}]"))


def open_changed_text(page, language, number, words):
    """As a translator: from the desk, where the change is listed, to the text it is about."""
    steps.go(page, f"/translate/{language}/")
    steps.says(page, words)
    steps.press(page, page.locator(f"main a[href$='/translate/{language}/{number}/']").first)
    steps.press(page, page.locator("main .rows a", has_text="needs editing").first)
    steps.says(page, "What changed in the original")


def write(page, text, button="save"):
    page.fill("[name=text]", text)
    steps.press(page, page.locator(f"main button[name={button}]"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_changed_number_shows_as_older_until_somebody_approves_the_new_one(people, script):
    reader, editor, translator = people["reader"], people["editor"], people["translator"]
    before = int(re.search(r"Of every 100, (\d+) had", read(reader, "en", 5))[1])
    for language, words in OLDER.items():
        assert script is False or words not in read(reader, language, 5)
    after = f"Of every 100, {before + 1} had"
    said = f"The survey says {before + 1} of 100"
    change_number(editor, 5, rf"Of every 100, {before} had", after, said=said)

    assert after in read(reader, "en", 5)
    for language, words in OLDER.items():
        assert words in read(reader, language, 5)
        steps.go(translator, f"/translate/{language}/")
        steps.says(translator, said)
    open_changed_text(translator, "es", 5, said)
    assert translator.locator("main del").first.inner_text().endswith(str(before))
    assert translator.locator("main ins").first.inner_text().endswith(str(before + 1))

    older = translator.locator("[name=text]").input_value()
    write(translator, older.replace(str(before), str(before + 2)), "approve")
    steps.says(translator, str(before + 1), str(before + 2))  # a wrong number is refused and named
    write(translator, older.replace(str(before), str(before + 1)), "approve")
    shown = read(reader, "es", 5)
    assert OLDER["es"] not in shown
    assert str(before + 1) in shown
    assert OLDER["fr"] in read(reader, "fr", 5)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_urgent_correction_puts_the_original_in_place_of_every_translation(people, script):
    reader, translator = people["reader"], people["translator"]
    number, found, put = (
        (8, "best within 24 hours", "best within 23 hours")
        if script
        else (10, "wears off after 30 to 90 minutes", "wears off after 20 to 90 minutes")
    )
    said = f"A number was wrong on page {number}"
    change_number(people["editor"], number, found, put, said=said, correction=True)
    assert found in read(reader, "en", number)  # nobody publishes her own words here

    steps.go(people["moderator"], "/desk/?show=other")
    asked = f"main a[href$='/r/{number}/asked/']"
    steps.press(people["moderator"], people["moderator"].locator(asked).first)
    steps.press(people["moderator"], people["moderator"].locator("main button[name=publish]"))

    assert put in read(reader, "en", number)
    for language in OLDER:
        assert put in read(reader, language, number)
        place = reader.locator("main [lang=en][dir=ltr]", has_text=put)
        assert place.count() == 1
    open_changed_text(translator, "es", number, "Urgent correction")
    steps.says(translator, "readers see the original")
    (old,), (new,) = (
        [value for value in re.findall(r"\d+", one) if value not in re.findall(r"\d+", other)]
        for one, other in ((found, put), (put, found))
    )
    right = re.sub(rf"\b{old}\b", new, translator.locator("[name=text]").input_value())
    write(translator, right)
    steps.silent(translator, "Please look at this again")
    assert put in read(reader, "es", number)  # nobody has read it yet
    address = translator.url
    assert translator.locator("main button[name=approve]").count() == 0

    proofreader = people["proofreader"]
    proofreader.goto(address)
    steps.press(proofreader, proofreader.locator("main button[name=approve]"))
    shown = read(reader, "es", number)
    assert put not in shown
    assert reader.locator("main [lang=en][dir=ltr]").count() == 0
    assert re.search(rf"\b{new}\b", shown)
    assert put in read(reader, "fr", number)
