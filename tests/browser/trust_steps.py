"""What the people of the trust story do, and what every page of it is measured by."""

import re

from playwright.sync_api import Error

from tests.browser import steps

SHOWN_TO_NOBODY_ELSE = "main .secret"


def fits(page):
    """No page of the story scrolls sideways."""
    widths = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert widths[0] <= widths[1], f"{page.url} is {widths[0]} wide on {widths[1]}"


def go(page, path, status=200):
    """Open an address of this site, in English."""
    try:
        answer = page.goto(f"/en{path}")
    except Error as error:
        # The page before may renew itself (`Refresh`) at that moment, which ends what was begun.
        if "ERR_ABORTED" not in error.message:
            raise
        answer = page.goto(f"/en{path}")
    assert answer.status == status, f"{path}: {answer.status}"
    fits(page)


def press(page, what, status=200):
    """Press a button or follow a link, given as a locator or by its words, and land on a page."""
    found = named(page, what) if isinstance(what, str) else what
    with page.expect_navigation() as landed:
        found.click()
    assert landed.value.status == status, f"{what} on {page.url}: {landed.value.status}"
    fits(page)


def named(page, words):
    """The one thing in the text of the page that can be pressed and says exactly these words."""
    exactly = re.compile(rf"^\s*{re.escape(words)}\s*$")
    return page.locator("main").locator("a, button").filter(has_text=exactly).first


def unfold(page, words):
    """Open what is folded under these words."""
    page.locator("main summary").filter(has_text=words).first.click()
    fits(page)


def says(page, *words):
    """The page says all of this."""
    shown = flat(page.locator("main").inner_text())
    for one in words:
        assert flat(one) in shown, f"{page.url} does not say “{one}”: {shown}"


def silent(page, *words):
    """The page says nothing of this."""
    shown = flat(page.locator("main").inner_text())
    for one in words:
        assert flat(one) not in shown, f"{page.url} says “{one}”"


def flat(words):
    return " ".join(words.split()).casefold()


def secret(page, number=0):
    """The words or the code that the page shows this once."""
    return " ".join(page.locator(SHOWN_TO_NOBODY_ELSE).nth(number).inner_text().split())


def take_offered(page, name="passphrase"):
    """Take the passphrase that the page made: it is typed once."""
    offered = secret(page)
    page.fill(f"[name={name}]", offered)
    return offered


def apply(page, organisation, pseudonym, note):
    """Ask an organisation to be let in; gives the account."""
    go(page, "/apply/")
    page.select_option("[name=organisation]", label=organisation)
    page.fill("[name=pseudonym]", pseudonym)
    passphrase = take_offered(page)
    page.fill("[name=note]", note)
    press(page, "Send")
    says(page, "It is sent. One thing to write down")
    recovery = secret(page)
    press(page, "I have written it down")
    return {"pseudonym": pseudonym, "passphrase": passphrase, "recovery": recovery}


def join(page, code, pseudonym):
    """Use an invitation and see the recovery code; gives the account."""
    go(page, "/join/")
    page.fill("[name=code]", code)
    page.fill("[name=pseudonym]", pseudonym)
    passphrase = take_offered(page)
    press(page, "Join")
    says(page, "You are in. One thing to write down")
    recovery = secret(page)
    press(page, "I have written it down")
    assert page.url.endswith("/en/a/")
    return {"pseudonym": pseudonym, "passphrase": passphrase, "recovery": recovery}


def refused(page, account):
    """Neither the passphrase nor the recovery code opens anything."""
    go(page, "/in/")
    page.fill("[name=pseudonym]", account["pseudonym"])
    page.fill("[name=passphrase]", account["passphrase"])
    press(page, page.locator("main form .buttons button").first, status=403)
    assert page.locator(".errors").count() == 1
    if "recovery" not in account:
        return
    go(page, "/in/recover/")
    page.fill("[name=recovery_code]", account["recovery"])
    page.fill("[name=pseudonym]", account["pseudonym"])
    take_offered(page)
    press(page, "Set the new passphrase", status=403)
    assert page.locator(".errors").count() == 1


def from_desk(page, words):
    """Open the first thing on the desk that says this, on its first page or among the rest."""
    go(page, "/desk/")
    found = page.locator("main li a").filter(has_text=words)
    if not found.count():
        go(page, "/desk/?show=other")
    press(page, found.first)


def person(page, account):
    """As a moderator: the page of someone of one's own organisation, found by name."""
    go(page, "/desk/people/")
    page.fill("[name=q]", account["pseudonym"])
    press(page, "Find")
    press(page, page.locator("main li a").filter(has_text=account["pseudonym"]).first)


def write_note(page, *, level, what, phone, others=(), text, ticks=()):
    """Write a note in five steps and send it; gives its address, /a/<id>/."""
    go(page, "/a/new/")
    steps.tick(page, "what", what)
    steps.choose(page, "level", level)
    press(page, "Add more")
    page.select_option("[name=country]", "FR")
    page.select_option("[name=region]", "FR-IDF")
    press(page, "Next")
    for number, (kind, value) in enumerate([("phone", phone), *others]):
        page.select_option(f"[name=identifier-{number}-kind]", kind)
        page.fill(f"[name=identifier-{number}-value]", value)
    press(page, "Skip to the last step")
    page.fill("[name=text]", text)
    for name in ticks:
        page.locator(f"input[name={name}]").check()
    press(page, "Send")
    press(page, "See what you wrote")
    return re.search(r"/a/\d+/", page.url).group()


def looked_up(page, typed):
    """What looking up one line answers, in small letters."""
    steps.check(page, typed)
    fits(page)
    return flat(page.locator(".result").first.inner_text())


def listed(page, word):
    """How many notes the list finds with a word."""
    go(page, "/a/")
    unfold(page, "Filters")
    page.fill("[name=q]", word)
    press(page, "Show")
    return page.locator(".card").count()
