"""`/in/code/`"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from safety_app.accounts.budgets import SECOND_STEP
from safety_app.accounts.flows.login_stages import waiting_stage
from safety_app.accounts.flows.sign_in import UnknownAccount
from safety_app.accounts.forms.auth import CodeForm
from safety_app.accounts.keys import credentials, keyring, second_step
from safety_app.sealed_sessions import SessionStore
from tests.accounts.conftest import app_code, wrong_code
from tests.cast import Person

URL = "/en/in/code/"
SwitchOn = Callable[[Person], tuple[bytes, tuple[str, ...]]]


@pytest.fixture
def half_in(nobody: Client, member: Person, with_second_step: SwitchOn) -> tuple[Client, bytes]:
    """A browser that has entered pseudonym and passphrase, and the secret of the second step."""
    secret, _paper = with_second_step(member)
    answer = start(nobody, member)
    assert answer.status_code == 200
    assert b'name="code"' in answer.content
    return nobody, secret


def start(client: Client, person: Person, **other: str):  # noqa: ANN201
    typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase, **other}
    return client.post("/en/in/", typed)


def is_in(client: Client) -> bool:
    return client.get("/en/me/").status_code == 200


def test_the_app_code_signs_in(half_in: tuple[Client, bytes]) -> None:
    client, secret = half_in
    assert not is_in(client)
    response = client.post(URL, {"code": app_code(secret)})
    assert (response.status_code, response["Location"]) == (302, "/en/a/")
    assert is_in(client)


def test_the_keys_wait_under_a_name_that_nothing_else_reads(
    half_in: tuple[Client, bytes], member: Person
) -> None:
    client, _secret = half_in
    session = client.session
    assert keyring.SESSION_KEY not in session
    assert list(session.keys()) == ["account_login"]
    waiting = session["account_login"]
    assert (waiting["redirect_url"], waiting["email"], waiting["phone"]) == (None, None, None)
    assert member.passphrase not in str(dict(session))
    for path in ("/en/me/", "/en/desk/", "/en/a/", "/en/a/check/"):
        assert client.get(path).status_code == 302


def test_a_code_of_the_app_works_once(half_in: tuple[Client, bytes], member: Person) -> None:
    client, secret = half_in
    used = app_code(secret)
    client.post(URL, {"code": used})
    other = Client()
    start(other, member)
    assert other.post(URL, {"code": used}).status_code == 403
    assert not is_in(other)


def test_a_code_on_paper_works_once_and_is_struck_out(
    nobody: Client, member: Person, with_second_step: SwitchOn
) -> None:
    _secret, paper = with_second_step(member)
    start(nobody, member)
    spoken = f" {paper[3][:5]}-{paper[3][5:]} ".lower()
    assert nobody.post(URL, {"code": spoken}).status_code == 302
    row, ring = member.keys
    assert second_step.open_settings(ring, row).paper == paper[:3] + paper[4:]
    assert len(row.second_factor_box) == second_step.BOX_SIZE + 29
    other = Client()
    start(other, member)
    assert other.post(URL, {"code": paper[3]}).status_code == 403


@pytest.mark.thorough
def test_five_wrong_codes_end_it(half_in: tuple[Client, bytes]) -> None:
    client, secret = half_in
    for _ in range(4):
        response = client.post(URL, {"code": "abc def"})
        assert response.status_code == 403
        assert b'name="code"' in response.content
    fifth = client.post(URL, {"code": "000 0000"})
    assert b'name="passphrase"' in fifth.content
    client.post(URL, {"code": app_code(secret)})
    assert not is_in(client)


def test_it_waits_for_two_minutes(
    half_in: tuple[Client, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, secret = half_in
    code = app_code(secret)
    later = time.time() + settings.ACCOUNT_LOGIN_TIMEOUT + 1
    monkeypatch.setattr(time, "time", lambda: later)
    response = client.post(URL, {"code": code})
    assert b'name="passphrase"' in response.content
    assert client.get(URL).status_code == 302


@pytest.mark.thorough
def test_twenty_codes_an_hour(nobody: Client, member: Person, with_second_step: SwitchOn) -> None:
    secret, _paper = with_second_step(member)
    spend_codes(nobody, member, secret)
    start(nobody, member)
    response = nobody.post(URL, {"code": app_code(secret)})
    assert response.status_code == 429
    assert b"Use a code on paper or a security key" in response.content
    assert not is_in(nobody)


def spend_codes(client: Client, person: Person, secret: bytes) -> None:
    """Somebody who knows the passphrase tries all the codes of an hour."""
    wrong = wrong_code(secret)
    for _ in range(SECOND_STEP.amount // 4):
        start(client, person)
        for _ in range(4):
            assert client.post(URL, {"code": wrong}).status_code == 403


@pytest.mark.thorough
def test_who_knows_the_passphrase_does_not_lock_her_out(
    nobody: Client, member: Person, with_second_step: SwitchOn
) -> None:
    secret, paper = with_second_step(member)
    spend_codes(nobody, member, secret)
    start(nobody, member)
    assert nobody.post(URL, {"code": app_code(secret)}).status_code == 429
    assert nobody.post(URL, {"code": paper[3]}).status_code == 302
    assert is_in(nobody)


@pytest.mark.thorough
def test_what_is_no_code_of_the_app_is_not_counted_as_one(
    nobody: Client, member: Person, with_second_step: SwitchOn
) -> None:
    """Nor is it compared with one, so nothing can be guessed beside the budget."""
    secret, _paper = with_second_step(member)
    for typed in (app_code(secret) + "0", "0" + app_code(secret), app_code(secret)[:5]):
        start(nobody, member)
        assert nobody.post(URL, {"code": typed}).status_code == 403
    assert not is_in(nobody)


def test_pin_and_form_come_along(
    nobody: Client, member: Person, with_second_step: SwitchOn
) -> None:
    nobody.get("/en/in/")
    secret, _paper = with_second_step(member)
    page = start(
        nobody, member, pin="246810", new_pseudonym="Calm Heron", carry_to="/en/me/change/"
    )
    assert b'name="new_pseudonym" value="Calm Heron"' in page.content
    fields = {"new_pseudonym": "Calm Heron", "carry_to": "/en/me/change/"}
    again = nobody.post(URL, {"code": "x", **fields})
    assert b'name="new_pseudonym" value="Calm Heron"' in again.content
    response = nobody.post(URL, {"code": app_code(secret), **fields})
    assert (response.status_code, response["Location"]) == (307, "/en/me/change/")
    nobody.get("/en/lock/")
    assert not is_in(nobody)
    nobody.post("/en/lock/", {"pin": "246810"})
    assert is_in(nobody)


CARRIED = {"new_pseudonym": "Calm Heron", "carry_to": "/en/me/change/"}


def test_a_form_goes_on_when_another_tab_has_signed_in_meanwhile(member: Person) -> None:
    typed = {"code": "123456"}
    client = member.client
    client.get("/en/me/change/")  # sets the CSRF cookie, without which nothing is carried
    response = client.post(URL, {**typed, **CARRIED})
    assert (response.status_code, response["Location"]) == (307, "/en/me/change/")
    page = client.post("/en/me/change/", {**typed, **CARRIED})
    assert b'value="Calm Heron"' in page.content
    # Nothing to carry, or nowhere to go: the first page, as ever.
    plain = client.post(URL, typed)
    assert (plain.status_code, plain["Location"]) == (302, "/en/a/")
    nowhere = client.post(URL, {**typed, "text": "x", "carry_to": "https://evil.example/"})
    assert (nowhere.status_code, nowhere["Location"]) == (302, "/en/in/")


def test_starting_again_takes_the_form_along(
    nobody: Client, member: Person, with_second_step: SwitchOn
) -> None:
    nobody.get("/en/in/")
    with_second_step(member)
    button = b'<button class="quiet" formaction="/en/in/" formnovalidate>'
    link = b'<a class="button quiet" href="/en/in/">'
    waiting = start(nobody, member, **CARRIED).content
    assert (button in waiting, link in waiting) == (True, False)
    page = nobody.post("/en/in/", {"code": "12", **CARRIED})
    assert page.status_code == 200
    assert b'name="new_pseudonym" value="Calm Heron"' in page.content
    assert b'name="carry_to" value="/en/me/change/"' in page.content
    assert b"Nothing you wrote is lost." in page.content
    assert b'role="alert"' not in page.content
    assert b'name="code"' not in page.content
    # With nothing to take along it is a link.
    plain = start(nobody, member).content
    assert (button in plain, link in plain) == (False, True)


def test_two_tabs_and_nothing_is_lost(member: Person, with_second_step: SwitchOn) -> None:
    """The second tab waits for its code with a form, while the first one signs in."""
    secret, _paper = with_second_step(member)
    browser = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    old = token_of(browser.get("/en/in/").content)
    waiting = start(browser, member, csrfmiddlewaretoken=old, **CARRIED)
    old = token_of(waiting.content)
    signed_in = browser.post(URL, {"code": app_code(secret), "csrfmiddlewaretoken": old})
    assert signed_in.status_code == 302
    late = browser.post(URL, {"code": "123456", "csrfmiddlewaretoken": old, **CARRIED})
    assert late.status_code == 403
    assert b'name="new_pseudonym" value="Calm Heron"' in late.content
    again = browser.post(URL, {"csrfmiddlewaretoken": token_of(late.content), **CARRIED})
    assert (again.status_code, again["Location"]) == (307, "/en/me/change/")
    sent = {"csrfmiddlewaretoken": token_of(late.content), **CARRIED}
    page = browser.post("/en/me/change/", sent)
    assert b'value="Calm Heron"' in page.content


def token_of(page: bytes) -> str:
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1].decode()


def test_a_box_from_someone_else_signs_nobody_in(
    nobody: Client, member: Person, colleague: Person
) -> None:
    row = member.row
    row.second_factor_box = colleague.row.second_factor_box
    row.save()
    assert start(nobody, member).status_code == 403


def test_an_account_that_went_meanwhile(half_in: tuple[Client, bytes], member: Person) -> None:
    client, secret = half_in
    member.row.delete()
    response = client.post(URL, {"code": app_code(secret)})
    assert response.status_code == 403
    assert b'name="passphrase"' in response.content


def test_nobody_half_in_is_sent_to_the_start(nobody: Client) -> None:
    assert nobody.get(URL)["Location"] == "/en/in/"
    assert b'name="passphrase"' in nobody.post(URL, {"code": "123456"}).content


def test_empty_and_hostile_codes(half_in: tuple[Client, bytes]) -> None:
    client, _secret = half_in
    assert client.post(URL, {}).status_code == 400
    assert client.post(URL, {"code": "9" * 9000}).status_code == 400
    assert client.post(URL, {"code": "\u202e١٢٣٤٥٦"}).status_code == 403


def test_wrong_method(half_in: tuple[Client, bytes]) -> None:
    assert half_in[0].delete(URL).status_code == 405


def test_log_out_everywhere_ends_it_too(half_in: tuple[Client, bytes], member: Person) -> None:
    client, secret = half_in
    row = member.row
    row.stamp = credentials.new_stamp()  # what the button does
    row.save(update_fields=["stamp"])
    response = client.post(URL, {"code": app_code(secret)})
    assert response.status_code == 403
    assert b'name="pseudonym"' in response.content
    assert not is_in(client)


def test_codes_typed_at_the_same_moment_share_no_count(half_in: tuple[Client, bytes]) -> None:
    """Each request has read the session before any other has written it."""
    client, secret = half_in
    key = client.cookies["s"].value

    def at_once(code: str) -> CodeForm:
        request = RequestFactory().post(URL)
        request.session, request.user = SessionStore(key), AnonymousUser()
        stage = waiting_stage(request)
        assert stage is not None
        return CodeForm({"code": code}, request=request, stage=stage)

    forms = [at_once("000 0000") for _ in range(5)] + [at_once(app_code(secret))]
    assert not any(form.is_valid() for form in forms[:4])
    for form in forms[4:]:
        with pytest.raises(UnknownAccount):
            form.is_valid()


def test_a_cookie_that_was_there_before_is_not_the_one_the_keys_wait_under(
    member: Person, with_second_step: SwitchOn
) -> None:
    """Knowing an earlier cookie must not give access to a pending sign-in."""
    other = member.sign_in()
    before = other.cookies["s"].value
    with_second_step(member)
    start(other, member)
    assert other.cookies["s"].value != before
    other.cookies["s"] = before
    assert b'name="code"' not in other.get(URL).content
    assert not is_in(other)
