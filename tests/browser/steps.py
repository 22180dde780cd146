"""What people do, step by step, as the tests' sentences."""

import re

PIN = "314159"


def sign_in(page, account, *, pin=""):
    page.goto("/en/in/")
    page.fill("[name=pseudonym]", account["pseudonym"])
    page.fill("[name=passphrase]", account["passphrase"])
    if pin:
        page.fill("[name=pin]", pin)
    submit(page)
    page.wait_for_url("**/en/a/")


def open_confirmed(page, path, account):
    """Open a page that asks for the passphrase once more, unless it was typed a moment ago."""
    page.goto(path)
    if "/me/again/" in page.url:
        page.fill("[name=passphrase]", account["passphrase"])
        submit(page)
        page.wait_for_url(f"**{path}")


def submit(page):
    """The main button of the page's form."""
    page.locator("main form .buttons button:not([name=another])").first.click()


def invite(page):
    """As a moderator: make an invitation and read its code from the page."""
    page.goto("/en/desk/invite/")
    choose(page, "role", "member")
    page.click("button[name=make]")
    return read_code(page)


def read_code(page):
    shown = page.locator(".secret").first.inner_text()
    return re.sub(r"[^0-9A-Z]", "", shown.upper())


def join(page, code, pseudonym):
    """Use an invitation with the passphrase the page offers; gives the new account."""
    page.goto("/en/join/")
    return join_here(page, code, pseudonym)


def join_here(page, code, pseudonym):
    """The same on the page that is open, in its language."""
    offered = page.locator(".secret").first.inner_text()
    page.fill("[name=code]", code)
    page.fill("[name=pseudonym]", pseudonym)
    page.fill("[name=passphrase]", offered)
    submit(page)
    page.locator(".secret").first.wait_for()
    return {"pseudonym": pseudonym, "passphrase": " ".join(offered.split())}


def report(page, *, phone, text):
    """Write a note in five steps and send it."""
    page.goto("/en/a/new/")
    tick(page, "what", "threats")
    choose(page, "level", "2")
    page.click("button[name=next]")
    page.select_option("[name=country]", "FR")
    page.select_option("[name=region]", "FR-IDF")
    page.click("button[name=next]")
    page.select_option("[name=identifier-0-kind]", "phone")
    page.fill("[name=identifier-0-value]", phone)
    page.click("button[name=next]")
    page.click("button[name=next]")
    page.fill("[name=text]", text)
    page.click("button[name=send]")


def tick(page, name, value):
    box = page.locator(f"input[name={name}][value={value}]")
    fold = box.locator("xpath=ancestor::details")
    if fold.count() and not box.is_visible():
        fold.first.locator("summary").click()
    box.check()


def choose(page, name, value):
    page.locator(f"input[name={name}][value='{value}']").check()


def check(page, typed, country="FR"):
    page.goto("/en/a/check/")
    page.fill("[name=q]", typed)
    page.select_option("[name=country]", country)
    page.click("button.wide")
    page.locator(".results").wait_for()


def leave(page):
    page.click("#exit button")
    page.wait_for_url(re.compile("wikipedia"))
