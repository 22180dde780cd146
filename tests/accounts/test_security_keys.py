"""`/me/second-step/key/`, and a security key instead of a code."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory

from safety_app.accounts.flows import second_step as flow
from safety_app.accounts.flows.login_stages import waiting_stage
from safety_app.accounts.forms.auth import KeyForm
from safety_app.accounts.keys import second_step
from safety_app.sealed_sessions import SessionStore
from safety_app.vault.security_keys import CREDENTIAL_LIMIT
from tests.accounts.conftest import app_code
from tests.cast import Person
from tests.vault.soft_key import BACKUP_ELIGIBLE, USER_PRESENT, SoftKey

STEP, ADD, REMOVE = (
    "/en/me/second-step/",
    "/en/me/second-step/key/",
    "/en/me/second-step/key/remove/",
)
CODE = "/en/in/code/"
SwitchOn = Callable[[Person], tuple[bytes, tuple[str, ...]]]


def question(page: Any) -> dict[str, Any]:
    """The options the page passes to a browser."""
    match = re.search(r'data-question="([^"]+)"', page.content.decode())
    assert match is not None, page.content.decode()
    return dict(json.loads(html.unescape(match.group(1))))


def add_key(person: Person, key: SoftKey, name: str = "blue one") -> HttpResponse:
    """A signed-in person with an app adds a key."""
    client = person.confirm()
    answer = key.create(question(client.get(ADD)))
    typed = {"name": name, "credential": answer, "code": paper_code(person)}
    return client.post(ADD, typed)  # type: ignore[return-value]


def paper_code(person: Person) -> str:
    """A code on paper that is left; empty without a second step."""
    return (*step_of(person).paper, "")[0]


def sign_in_half(client: Client, person: Person) -> HttpResponse:
    """Sign in with pseudonym and passphrase: the page that asks for the second step."""
    typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
    page = client.post("/en/in/", typed)
    assert page.status_code == 200, page.content.decode()
    return page  # type: ignore[return-value]


def use_key(client: Client, page: HttpResponse, key: SoftKey, status: int = 302) -> str:
    """Touch a key. Returns what the browser sent."""
    answer = key.get(question(page))
    response = client.post(CODE, {"credential": answer})
    assert response.status_code == status, response.content.decode()
    return answer


def is_in(client: Client) -> bool:
    return client.get("/en/me/").status_code == 200


def fresh_browser(person: Person, app: bytes) -> Client:
    """Signed in with a code of the app; the passphrase was not typed again."""
    client = Client()
    sign_in_half(client, person)
    assert client.post(CODE, {"code": app_code(app)}).status_code == 302
    return client


def step_of(person: Person) -> second_step.SecondStep:
    row, ring = person.keys
    return second_step.open_settings(ring, row)


@pytest.fixture
def app(member: Person, with_second_step: SwitchOn) -> bytes:
    """Signed in, with an app; returns its secret."""
    member.confirm()
    return with_second_step(member)[0]


@pytest.fixture
def key(member: Person, app: bytes) -> SoftKey:
    """And a security key as well."""
    soft_key = SoftKey()
    assert add_key(member, soft_key)["Location"] == STEP
    return soft_key


def test_a_key_is_added_and_signs_in(nobody: Client, member: Person, key: SoftKey) -> None:
    assert [added.name for added in step_of(member).keys] == ["blue one"]
    assert "blue one" in member.client.get(STEP).content.decode()
    page = sign_in_half(nobody, member)
    use_key(nobody, page, key)
    assert is_in(nobody)


def test_codes_go_on_working(nobody: Client, member: Person, app: bytes, key: SoftKey) -> None:
    page = sign_in_half(nobody, member)
    assert b'name="code"' in page.content
    assert nobody.post(CODE, {"code": app_code(app)}).status_code == 302
    other = Client()
    sign_in_half(other, member)
    assert other.post(CODE, {"code": step_of(member).paper[0]}).status_code == 302
    assert [added.name for added in step_of(member).keys] == ["blue one"]


@pytest.mark.thorough
def test_the_box_has_one_size_with_and_without(member: Person, app: bytes) -> None:
    size = len(member.row.second_factor_box)
    for number in range(second_step.MAX_KEYS):
        longest = SoftKey(credential_id=bytes([number]) * (CREDENTIAL_LIMIT - 95))
        name = "𝓫" * second_step.KEY_NAME_LIMIT
        assert add_key(member, longest, name).status_code == 302
    assert len(step_of(member).keys) == second_step.MAX_KEYS
    assert len(member.row.second_factor_box) == size
    # No further key can be added.
    assert b"key/" not in member.client.get(STEP).content.replace(b"key/remove/", b"")
    assert member.client.get(ADD)["Location"] == STEP
    row, ring = member.keys
    with pytest.raises(flow.TooManyKeys):
        flow.add_key(ring, row, second_step.SecurityKey("x", b""))


def test_a_key_is_never_the_only_second_step(member: Person) -> None:
    client = member.confirm()
    assert client.get(ADD)["Location"] == STEP
    assert client.post(ADD, {"name": "x", "credential": "{}"})["Location"] == STEP
    assert not step_of(member).is_on


def test_switching_off_forgets_the_keys(
    nobody: Client, member: Person, app: bytes, key: SoftKey
) -> None:
    member.client.post(STEP, {"code": app_code(app)})
    assert step_of(member) == second_step.SecondStep()
    typed = {"pseudonym": member.pseudonym, "passphrase": member.passphrase}
    assert nobody.post("/en/in/", typed).status_code == 302


@pytest.mark.thorough
def test_a_removed_key_is_not_asked_for(nobody: Client, member: Person, key: SoftKey) -> None:
    number = step_of(member).keys[0].number
    other = SoftKey()
    add_key(member, other, "red one")
    assert member.client.post(REMOVE, {"key": "nothing"})["Location"] == STEP
    assert member.client.post(REMOVE, {"key": number})["Location"] == STEP
    assert [added.name for added in step_of(member).keys] == ["red one"]
    page = sign_in_half(nobody, member)
    use_key(nobody, page, key, 403)
    assert not is_in(nobody)
    use_key(nobody, page, other)


def test_a_key_is_bound_to_one_address_and_the_page_says_so(member: Person, key: SoftKey) -> None:
    page = member.client.get(ADD).content.decode()
    assert "only works at this address: testserver" in page
    other_address = Client(headers={"host": "localhost"})
    shown = sign_in_half(other_address, member)
    assert question(shown)["rpId"] == "localhost"
    use_key(other_address, shown, key, 403)


@pytest.mark.parametrize(
    "bad",
    [
        SoftKey(flags=USER_PRESENT | BACKUP_ELIGIBLE),
        SoftKey(rk=True),
        SoftKey(origin="http://elsewhere"),
    ],
    ids=["kept in a cloud", "listed", "elsewhere"],
)
def test_what_leaves_a_trace_or_does_not_fit_is_not_added(
    member: Person, app: bytes, bad: SoftKey
) -> None:
    response = add_key(member, bad)
    assert response.status_code == 400
    assert "blue one" in response.content.decode()  # what she typed is still there
    assert step_of(member).keys == ()


def test_a_question_is_answered_once(member: Person, app: bytes) -> None:
    key = SoftKey()
    client = member.confirm()
    answer = key.create(question(client.get(ADD)))
    for name, status in (("one", 302), ("two", 400)):
        typed = {"name": name, "credential": answer, "code": paper_code(member)}
        assert client.post(ADD, typed).status_code == status
    assert [added.name for added in step_of(member).keys] == ["one"]


@pytest.mark.parametrize("code", ["", "nothing", "000000x"])
def test_a_key_takes_a_code_of_the_second_step(member: Person, app: bytes, code: str) -> None:
    """An open session and the passphrase alone must not make a way around it."""
    key, client = SoftKey(), member.confirm()
    answer = key.create(question(client.get(ADD)))
    response = client.post(ADD, {"name": "one", "credential": answer, "code": code})
    assert response.status_code == 400
    assert b'href="#id_code"' in response.content
    assert step_of(member).keys == ()


def test_an_answer_of_another_sign_in_does_not_fit(
    nobody: Client, member: Person, key: SoftKey
) -> None:
    other = Client()
    answer = key.get(question(sign_in_half(other, member)))
    sign_in_half(nobody, member)
    assert nobody.post(CODE, {"credential": answer}).status_code == 403
    assert not is_in(nobody)
    assert other.post(CODE, {"credential": answer}).status_code == 302


def test_one_answer_sent_several_times_at_once_signs_in_once(
    nobody: Client, member: Person, key: SoftKey
) -> None:
    """Each request has read the session before any other has written it."""
    answer = key.get(question(sign_in_half(nobody, member)))
    cookie = nobody.cookies["s"].value

    def at_once() -> KeyForm:
        request = RequestFactory().post(CODE)
        request.session, request.user = SessionStore(cookie), AnonymousUser()
        stage = waiting_stage(request)
        assert stage is not None
        return KeyForm({"credential": answer}, request=request, stage=stage)

    forms = [at_once() for _ in range(3)]
    assert [form.is_valid() for form in forms] == [True, False, False]


def test_a_wrong_answer_does_not_use_up_the_sign_in(
    nobody: Client, member: Person, key: SoftKey
) -> None:
    page = sign_in_half(nobody, member)
    use_key(nobody, page, SoftKey(), 403)
    use_key(nobody, page, key)
    assert is_in(nobody)


@pytest.mark.thorough
@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "x" * 5000, '{"rawId": 1}', "\u202e"])
def test_hostile_answers(nobody: Client, member: Person, key: SoftKey, answer: str) -> None:
    page = sign_in_half(nobody, member)
    response = nobody.post(CODE, {"credential": answer})
    assert response.status_code in (400, 403)
    assert b'name="code"' in response.content
    assert question(response) == question(page)
    client = member.client
    for name in ("x", ""):
        typed = {"name": name, "credential": answer, "code": paper_code(member)}
        assert client.post(ADD, typed).status_code == 400


@pytest.mark.thorough
def test_tries_with_keys_and_codes_share_one_count(
    nobody: Client, member: Person, key: SoftKey
) -> None:
    page = sign_in_half(nobody, member)
    for _ in range(2):
        use_key(nobody, page, SoftKey(), 403)
        assert nobody.post(CODE, {"code": "nothing"}).status_code == 403
    fifth = nobody.post(CODE, {"credential": SoftKey().get(question(page))})
    assert b'name="passphrase"' in fifth.content
    assert not is_in(nobody)


def test_without_keys_the_page_brings_no_script(nobody: Client, member: Person, app: bytes) -> None:
    assert b"security-key" not in sign_in_half(nobody, member).content


def test_pages_have_their_sizes_with_keys(member: Person, key: SoftKey, nobody: Client) -> None:
    for page in (member.client.get(ADD), member.client.get(STEP), sign_in_half(nobody, member)):
        assert len(page.content) == 12288


@pytest.mark.parametrize("path", [STEP, ADD, REMOVE])
def test_the_passphrase_is_asked_for_first(member: Person, app: bytes, path: str) -> None:
    fresh = Client()
    sign_in_half(fresh, member)
    fresh.post(CODE, {"code": app_code(app)})
    response = fresh.post(path, {"name": "x", "credential": "{}", "key": "x"})
    assert response.status_code == 302
    assert response["Location"].startswith("/en/me/again/?next=")


def test_removing_a_key_after_five_minutes_leads_back_to_the_list(
    member: Person, app: bytes, key: SoftKey
) -> None:
    client = fresh_browser(member, app)
    again = client.post(REMOVE, {"key": step_of(member).keys[0].number})
    page = client.get(again["Location"])
    assert f'name="next" value="{STEP}"' in page.content.decode()
    back = client.post(
        "/en/me/again/", {"passphrase": member.passphrase, "next": STEP}, follow=True
    )
    assert back.redirect_chain[-1][0] == STEP
    assert "blue one" in back.content.decode()


def test_a_name_that_was_typed_is_not_lost_when_the_passphrase_is_asked_for(
    member: Person, app: bytes
) -> None:
    client = fresh_browser(member, app)
    again = client.post(ADD, {"name": "blue one", "credential": "{}"})
    assert again["Location"].startswith("/en/me/again/?next=")
    page = member.confirm(client).get(ADD)
    assert b'value="blue one"' in page.content
    assert b'value="blue one"' not in client.get(ADD).content


def test_a_name_that_was_typed_is_not_lost_behind_the_lock(member: Person, app: bytes) -> None:
    page = member.client.post(ADD, {"name": "blue one", "carry_to": ADD})
    assert page.status_code == 200
    assert b'value="blue one"' in page.content
    assert step_of(member).keys == ()


def test_wrong_methods(member: Person, app: bytes) -> None:
    client = member.confirm()
    assert client.get(REMOVE).status_code == 405
    assert client.delete(ADD).status_code == 405


def test_only_those_who_are_in(nobody: Client) -> None:
    for path in (ADD, REMOVE):
        assert nobody.post(path).status_code == 403
