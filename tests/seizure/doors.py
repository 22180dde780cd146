"""The second sign-in step, a security key and a new recovery code, of somebody in the world."""

import base64
import html
import json
import re
import time

from safety_app.vault import second_factor
from safety_app.vault.second_factor import HOTP, SHA1
from tests.seizure.client import Page
from tests.seizure.world import CODE, Person, World, sign_in
from tests.vault.soft_key import SoftKey

STEP = "/en/me/second-step/"
_QUESTION = re.compile(r'data-question="([^"]+)"')
_SECRET = re.compile(r'class="secret"[^>]*>([A-Z0-9 ]+)<')


def question(page: Page) -> dict[str, object]:
    """What a page asks a browser of a security key."""
    found = _QUESTION.search(page.body.decode())
    if not found:
        raise AssertionError(f"no question: {page.path} {page.status} {page.text[:300]}")
    return dict(json.loads(html.unescape(found.group(1))))


def second_step(world: World, person: Person) -> None:
    """An app, ten codes on paper and a key; one code on paper is used, and the key from then on."""
    asked = person.browser.get(STEP)
    page = person.browser.fill(asked, {"passphrase": person.passphrase})
    secret = base64.b32decode(_shown(page).replace(" ", ""))
    world.secret("secret of an app", _shown(page).replace(" ", ""))
    step = int(time.time() // second_factor.STEP)
    code = HOTP(secret, second_factor.DIGITS, SHA1()).generate(step).decode()
    page = person.browser.fill(page, {"code": code})
    paper = [world.secret("code on paper", one) for one in _shown(page).split()]
    key = SoftKey(f"http://127.0.0.1:{world.server.port}")
    page = person.browser.get(f"{STEP}key/")
    answer = key.create(question(page))
    typed = {"name": world.word("key"), "credential": answer, "code": paper[1]}
    page = person.browser.fill(page, typed)
    if page.path != STEP:
        raise AssertionError(f"no key: {page.status} {page.text[:300]}")
    person.browser.cookies.clear()
    page = person.browser.get("/en/in/")
    typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
    page = person.browser.fill(page, typed)
    page = person.browser.fill(page, {"code": paper[0]}, action="/in/code/")
    if "/in/" in page.path:
        raise AssertionError(f"no code on paper: {page.status} {page.text[:300]}")
    person.answer = lambda page: key.get(question(page))
    sign_in(person)
    person.paper_code = paper[2]


def new_recovery_code(world: World, person: Person) -> None:
    """The one before opens nothing any more."""
    asked = person.browser.get("/en/me/recovery/")
    page = person.browser.fill(asked, {"passphrase": person.passphrase})
    page = person.browser.fill(page, {"make": "1", "code": person.paper_code})
    shown = CODE.search(page.text)
    if not shown:
        raise AssertionError(f"no new code: {page.status} {page.text[:300]}")
    person.recovery_code = world.secret("recovery code", shown.group())


def _shown(page: Page) -> str:
    found = _SECRET.search(page.body.decode())
    if not found:
        raise AssertionError(f"nothing shown: {page.path} {page.status} {page.text[:300]}")
    return found.group(1).strip()
