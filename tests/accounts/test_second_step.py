"""`/me/second-step/`"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest

from safety_app.accounts.flows import second_step as flow
from safety_app.accounts.keys import second_step
from safety_app.accounts.models import Member
from safety_app.vault import second_factor
from tests.accounts.conftest import app_code, shown_code, wrong_code
from tests.cast import Person

URL = "/en/me/second-step/"
SwitchOn = Callable[[Person], tuple[bytes, tuple[str, ...]]]


@pytest.fixture(autouse=True)
def passphrase_typed_again(member: Person) -> None:
    """Every page here asks for the passphrase again first."""
    member.confirm()


def shown_secret(body: bytes) -> bytes:
    match = re.search(rb'class="secret"[^>]*>([A-Z2-7 ]{39})<', body)
    assert match is not None
    return base64.b32decode(match.group(1).replace(b" ", b""))


def step_of(person: Person) -> second_step.SecondStep:
    row, ring = person.keys
    return second_step.open_settings(ring, row)


def test_switching_on_needs_a_code_of_the_app(member: Person) -> None:
    page = member.client.get(URL)
    secret = shown_secret(page.content)
    assert b"<svg" in page.content
    size = len(member.row.second_factor_box)
    refused = member.client.post(URL, {"code": "000000x"})
    assert refused.status_code == 400
    # The secret stays the same until it is confirmed.
    assert shown_secret(refused.content) == secret
    assert step_of(member).secret is None
    response = member.client.post(URL, {"code": app_code(secret)})
    assert response.status_code == 200
    step = step_of(member)
    assert step.secret == secret
    assert len(set(step.paper)) == second_step.PAPER_CODES
    assert all(code.encode() in response.content for code in step.paper)
    assert len(member.row.second_factor_box) == size == second_step.BOX_SIZE + 29
    assert "second step" not in member.client.session
    assert b">On<" in member.client.get("/en/me/").content


def test_a_second_tap_or_a_reload_shows_the_same_codes_until_the_page_after(
    member: Person,
) -> None:
    client = member.client
    sent = {"code": app_code(shown_secret(client.get(URL).content))}
    first = client.post(URL, sent)
    paper = step_of(member).paper
    for response in (first, client.post(URL, sent), client.post(URL, sent)):
        assert response.status_code == 200
        assert all(code.encode() in response.content for code in paper)
    assert step_of(member).paper == paper
    for code in ("000000", "", paper[0] + "x"):  # nothing else shows them
        assert client.post(URL, {"code": code}).status_code == 400


@pytest.mark.parametrize("after", ["/en/me/", URL])
def test_codes_on_paper_are_not_shown_again_after_the_next_page(member: Person, after: str) -> None:
    client = member.client
    sent = {"code": app_code(shown_secret(client.get(URL).content))}
    client.post(URL, sent)
    assert client.get(after).status_code == 200
    response = client.post(URL, sent)
    assert response.status_code == 400
    assert step_of(member).paper[0].encode() not in response.content


def test_another_session_never_shows_them(member: Person) -> None:
    other = member.confirm(member.sign_in())
    client = member.client
    sent = {"code": app_code(shown_secret(client.get(URL).content))}
    client.post(URL, sent)
    assert other.post(URL, sent).status_code == 400
    assert step_of(member).is_on


def test_two_taps_at_the_same_moment_get_the_same_codes(member: Person) -> None:
    """Both requests have read account and session before either has written them."""
    row, ring = member.keys
    secret = second_factor.new_secret()
    code = app_code(secret)
    first, second = (
        flow.switch_on(ring, Member.objects.get(pk=row.pk), secret, code),
        flow.switch_on(ring, row, secret, code),
    )
    assert first == second == step_of(member).paper
    for other_secret, other_code in ((secret, "000000"), (second_factor.new_secret(), code)):
        with pytest.raises(flow.WrongCode):
            flow.switch_on(ring, row, other_secret, other_code)


def test_a_tap_before_the_first_is_answered_gets_the_same_codes(member: Person) -> None:
    """The account has changed already, the session not yet."""
    client = member.client
    secret = shown_secret(client.get(URL).content)
    code = app_code(secret)
    row, ring = member.keys
    paper = flow.switch_on(ring, row, secret, code)
    for wrong in ("000000", "٣" * 999, ""):
        refused = client.post(URL, {"code": wrong})
        assert refused.status_code == 400
        assert b'class="secret"' not in refused.content
    response = client.post(URL, {"code": code})
    assert response.status_code == 200
    assert all(word.encode() in response.content for word in paper)


def test_the_app_entry_names_nobody(member: Person) -> None:
    from_page = member.client.get(URL).content.decode()
    link = re.search(r'href="(otpauth:[^"]+)"', from_page)
    assert link is not None
    assert re.fullmatch(r"otpauth://totp/Notes\?secret=[A-Z2-7]{32}&amp;issuer=Notes", link[1])
    assert member.pseudonym not in from_page


def test_switching_off_needs_a_code(member: Person, with_second_step: SwitchOn) -> None:
    client = member.client
    secret, paper = with_second_step(member)
    assert client.post(URL, {"code": "123"}).status_code == 400
    assert step_of(member).secret == secret
    response = client.post(URL, {"code": app_code(secret)})
    assert (response.status_code, response["Location"]) == (302, "/en/me/")
    assert step_of(member) == second_step.SecondStep()
    with_second_step(member)
    assert client.post(URL, {"code": paper[0]}).status_code == 400


def test_switching_off_with_a_code_on_paper(member: Person, with_second_step: SwitchOn) -> None:
    client = member.client
    _secret, paper = with_second_step(member)
    assert client.post(URL, {"code": paper[9].lower()}).status_code == 302
    assert step_of(member).secret is None


def test_few_paper_codes_left_are_mentioned(member: Person, with_second_step: SwitchOn) -> None:
    client = member.client
    secret, paper = with_second_step(member)
    row, ring = member.keys
    second_step.store_settings(ring, row, second_step.SecondStep(secret, paper[:1]))
    row.save()
    assert b"1 code on paper left" in client.get("/en/me/").content


@pytest.mark.thorough
def test_tries_are_counted(member: Person, with_second_step: SwitchOn) -> None:
    client = member.client
    secret, _paper = with_second_step(member)
    wrong = wrong_code(secret)
    for _ in range(20):
        client.post(URL, {"code": wrong})
    assert client.post(URL, {"code": app_code(secret)}).status_code == 429
    assert step_of(member).secret == secret


def test_empty_and_hostile(member: Person) -> None:
    assert member.client.post(URL, {"code": ""}).status_code == 400
    assert member.client.post(URL, {"code": "7" * 9999}).status_code == 400
    assert member.client.post(URL, {}).status_code == 200


RENEW = "/en/me/recovery/"


@pytest.mark.parametrize("code", ["", "nothing", "0000000000"])
def test_a_new_recovery_code_takes_a_code_of_it(
    member: Person, with_second_step: SwitchOn, code: str
) -> None:
    """Recovery switches the second step off, so the passphrase alone must not lead there."""
    with_second_step(member)
    client = member.confirm()
    before = bytes(member.row.recovery_handle)
    assert b'name="code"' in client.get(RENEW).content
    response = client.post(RENEW, {"make": "1", "code": code})
    assert response.status_code == 400
    assert b'href="#id_code"' in response.content
    assert bytes(member.row.recovery_handle) == before


def test_with_a_code_of_it_there_is_a_new_recovery_code(
    member: Person, with_second_step: SwitchOn
) -> None:
    secret, _paper = with_second_step(member)
    client = member.confirm()
    before = bytes(member.row.recovery_handle)
    response = client.post(RENEW, {"make": "1", "code": app_code(secret)})
    assert shown_code(response.content)
    assert bytes(member.row.recovery_handle) != before


def test_without_a_second_step_no_code_is_asked_for(member: Person) -> None:
    client = member.confirm()
    assert b'name="code"' not in client.get(RENEW).content
    assert shown_code(client.post(RENEW, {"make": "1"}).content)
