"""A security key as a second step, by Chromium's virtual one; and codes without script."""

import base64
import time

import pytest

from safety_app.vault import second_factor
from safety_app.vault.second_factor import HOTP, SHA1
from tests.browser import steps

pytestmark = pytest.mark.browser
STEP = "/en/me/second-step/"
# A key that could keep a passkey, so that what is kept is what we asked for.
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# What a site asks to be offered its passkeys: there must be none.
PASSKEYS = """async (host) => {
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const asked = { challenge, rpId: host, timeout: 5000, userVerification: "discouraged" };
  try {
    return (await navigator.credentials.get({ publicKey: asked })).id;
  } catch (error) {
    return error.name;
  }
}"""


class Key:
    """A virtual key that is plugged into one page."""

    def __init__(self, page):
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        self._named = {"authenticatorId": added["authenticatorId"]}

    @property
    def credentials(self):
        return self._session.send("WebAuthn.getCredentials", self._named)["credentials"]

    def unplug(self):
        self._session.send("WebAuthn.removeVirtualAuthenticator", self._named)


def app_code(secret, later=0):
    step = int(time.time() // second_factor.STEP) + later
    return HOTP(secret, second_factor.DIGITS, SHA1()).generate(step).decode()


def switch_on(page, account):
    """An app and ten codes on paper; gives the secret and the codes."""
    steps.open_confirmed(page, STEP, account)
    secret = base64.b32decode(page.locator(".secret").inner_text().replace(" ", ""))
    page.fill("[name=code]", app_code(secret))
    steps.submit(page)
    page.locator("h1", has_text="The second step is on").wait_for()
    return secret, page.locator(".secret").inner_text().split()


def sign_out(page):
    page.goto("/en/me/")
    page.locator("form[action='/en/me/out/'] button").first.click()
    page.wait_for_url("**/en/in/")


def half_in(page, account):
    """Pseudonym and passphrase; the page asks for the second step."""
    page.goto("/en/in/")
    page.fill("[name=pseudonym]", account["pseudonym"])
    page.fill("[name=passphrase]", account["passphrase"])
    steps.submit(page)
    page.locator("[name=code]").wait_for()


@pytest.fixture(scope="module")
def prepared():
    """What the first test leaves for the second: one account, its app, its codes on paper."""
    return {}


def test_a_key_is_added_used_and_not_listed_as_a_passkey(phone, demo, prepared):
    account = demo.account("member", 40)
    page = phone()
    steps.sign_in(page, account)
    secret, paper = switch_on(page, account)
    prepared.update(account=account, secret=secret, paper=paper)

    key = Key(page)
    page.goto(STEP)
    page.click("a[href$='/me/second-step/key/']")
    page.locator("text=only works at this address: localhost").wait_for()
    page.fill("[name=name]", "the blue one")
    page.fill("[name=code]", paper.pop())
    page.click("[data-with]")
    page.wait_for_url(f"**{STEP}")
    assert "the blue one" in page.locator("main").inner_text()
    kept = key.credentials
    assert [one["isResidentCredential"] for one in kept] == [False]
    assert not kept[0].get("backupEligibility")
    assert {kept[0].get(name, "Notes") for name in ("userName", "userDisplayName")} == {"Notes"}
    assert page.evaluate(PASSKEYS, "localhost") == "NotAllowedError"

    sign_out(page)
    half_in(page, account)
    page.locator("[data-without]").wait_for(state="hidden")  # by the page's script
    page.click("[data-with]")
    page.wait_for_url("**/en/a/")
    assert page.foreign == []

    # The same key cannot be added twice, and without it the page says what happened.
    steps.open_confirmed(page, f"{STEP}key/", account)
    page.fill("[name=name]", "again")
    page.fill("[name=code]", paper[-1])
    page.click("[data-with]")
    page.locator("[data-failed]").wait_for()
    sign_out(page)
    key.unplug()
    other = Key(page)
    half_in(page, account)
    page.click("[data-with]")
    page.locator("[data-failed]").wait_for()
    assert other.credentials == []
    page.fill("[name=code]", paper[0])
    steps.submit(page)
    page.wait_for_url("**/en/a/")


def test_without_script_codes_of_the_app_and_on_paper_work(phone, prepared):
    account, secret, paper = (prepared[name] for name in ("account", "secret", "paper"))
    for code in (app_code(secret, later=1), paper[1]):
        page = phone(script=False)
        half_in(page, account)
        assert page.locator("[data-with]").is_hidden()
        assert page.locator("[data-without]").is_visible()
        page.fill("[name=code]", code)
        steps.submit(page)
        page.wait_for_url("**/en/a/")
    steps.open_confirmed(page, f"{STEP}key/", account)
    assert page.locator("[data-with]").is_hidden()
    assert "needs JavaScript" in page.locator("main").inner_text()
