"""`/in/recover/`"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from safety_app.accounts.flows import sign_in
from safety_app.accounts.flows.recover import renew_recovery_code
from safety_app.accounts.keys import credentials, desk_keys, second_step
from safety_app.accounts.views.auth import recover
from safety_app.privacy import budgets
from safety_app.vault.codes import new_code, show_code
from safety_app.vault.errors import VaultBusy
from tests import offers
from tests.accounts.conftest import bare, shown_code
from tests.cast import Person

URL = "/en/in/recover/"
PASSPHRASE = "nine lamps along the old harbour wall"


def fields(code: str, person: Person, **other: str) -> dict[str, str]:
    return {
        "recovery_code": code,
        "pseudonym": person.pseudonym,
        **offers.typed("recover", other.get("passphrase", PASSPHRASE)),
        **other,
    }


def code_of(person: Person) -> str:
    row, ring = person.keys
    return renew_recovery_code(row.pk, ring).recovery_code


CARRIED = {"new_pseudonym": "Calm Heron", "carry_to": "/en/me/change/"}
KEPT = b'name="new_pseudonym" value="Calm Heron"'


@pytest.mark.thorough
def test_a_form_comes_along_from_the_sign_in_page(nobody: Client, member: Person) -> None:
    """Whoever has lost the passphrase does not lose what was written as well."""
    nobody.get("/en/in/")
    button = b'form="sign_in" formaction="/en/in/recover/" formnovalidate>'
    link = b'<a href="/en/in/recover/">'
    asked = nobody.post("/en/me/change/", {"new_pseudonym": "Calm Heron"}).content
    assert (button in asked, link in asked) == (True, False)
    plain = nobody.get("/en/in/").content
    assert (button in plain, link in plain) == (False, True)
    page = nobody.post(URL, {"pseudonym": "half typed", "passphrase": "x", **CARRIED})
    assert page.status_code == 200
    assert KEPT in page.content
    assert b'role="alert"' not in page.content
    wrong = nobody.post(URL, {**fields("", member), **CARRIED})
    assert wrong.status_code == 400
    assert KEPT in wrong.content
    shown = nobody.post(URL, {**fields(show_code(code_of(member)), member), **CARRIED})
    assert shown.status_code == 200
    assert shown_code(shown.content)
    assert b'<form method="post" action="/en/me/change/" class="covered">' in shown.content
    assert KEPT in shown.content
    # The token on that page belongs to the new session.
    nobody.handler.enforce_csrf_checks = True
    token = re.findall(rb'name="csrfmiddlewaretoken" value="([^"]+)"', shown.content)[-1].decode()
    sent = {**CARRIED, "csrfmiddlewaretoken": token}
    again = nobody.post("/en/me/change/", sent, headers={"origin": "http://testserver"})
    assert b'value="Calm Heron"' in again.content


def with_new(person: Person) -> Person:
    return Person("", "", person.pseudonym, PASSPHRASE)


@pytest.mark.thorough
def test_the_code_opens_the_account_and_closes_everything_else(
    nobody: Client, member: Person, with_second_step: Callable[[Person], Any]
) -> None:
    code = code_of(member)
    other_session = member.sign_in()
    with_second_step(member)
    seed, old = member.ring.seed, member.row
    response = nobody.post(URL, fields(show_code(code).lower(), member))
    assert response.status_code == 200
    assert nobody.get("/en/me/").status_code == 200
    assert other_session.get("/en/me/").status_code == 302
    row, ring = with_new(member).keys
    assert row.pk == old.pk
    assert ring.seed != seed
    assert second_step.open_settings(ring, row).secret is None
    assert bytes(row.stamp) != bytes(old.stamp)
    with pytest.raises(sign_in.UnknownAccount):
        _ = member.keys
    # The old code is used up; the new one works.
    fresh = shown_code(response.content)
    assert Client().post(URL, fields(code, member)).status_code == 403
    assert Client().post(URL, fields(fresh, member)).status_code == 200


def test_another_pseudonym_is_sealed_to_the_desk(
    nobody: Client, member: Person, moderator: Person
) -> None:
    nobody.post(URL, fields(code_of(member), member, pseudonym="Late Swallow"))
    mine, ring = moderator.keys
    seed = desk_keys.open_desk(ring, mine, desk_keys.desk_of(ring, mine.organisation_id))
    row = Person("", "", "Late Swallow", PASSPHRASE).row
    assert desk_keys.open_pseudonym(seed, row, ring) == "Late Swallow"


def test_a_tampered_desk_gets_no_pseudonym(
    nobody: Client, member: Person, moderator: Person, other_moderator: Person
) -> None:
    code, mine = code_of(member), moderator.row
    before = bytes(member.row.pseudonym_seal)
    desk = desk_keys.desk_row(mine.organisation_id)
    desk.public_key = desk_keys.desk_row(other_moderator.row.organisation_id).public_key
    desk.save()
    assert nobody.post(URL, fields(code, member)).status_code == 200
    assert bytes(with_new(member).row.pseudonym_seal) == before


@pytest.mark.thorough
def test_wrong_malformed_and_tampered_get_one_answer(member: Person, colleague: Person) -> None:
    tampered = code_of(member)
    row = member.row
    row.recovery_seal = colleague.row.recovery_seal
    row.save()
    answers = [
        Client().post(URL, fields(code, member))
        for code in (tampered, new_code(), "no code", "ß" * 26)
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({bare(answer.content) for answer in answers}) == 1


def test_every_code_costs_one_run(
    nobody: Client, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    stretch = credentials.passphrase.stretch
    monkeypatch.setattr(
        credentials.passphrase, "stretch", lambda *a, **k: (runs.append(1), stretch(*a, **k))[1]
    )
    for code in ("no code", new_code()):
        nobody.post(URL, fields(code, member))
    assert runs == [1, 1]


def test_a_row_of_another_role_is_not_opened(nobody: Client, member: Person) -> None:
    code, row = code_of(member), member.row
    row.roles = "member,moderator"
    row.save()
    assert nobody.post(URL, fields(code, member)).status_code == 403


def test_an_account_without_network_key(nobody: Client, translator: Person) -> None:
    assert nobody.post(URL, fields(code_of(translator), translator)).status_code == 200
    assert nobody.get("/en/me/").status_code == 200


@pytest.mark.thorough
def test_a_flood_of_codes_slows_down_but_closes_nothing(
    nobody: Client, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waits.append)
    monkeypatch.setattr(recover, "RECOVER", recover.RECOVER._replace(amount=2))
    statuses = [nobody.post(URL, fields(new_code(), member)).status_code for _ in range(4)]
    assert (statuses, waits) == ([403] * 4, [1.0, 2.0])
    assert Client().post(URL, fields(code_of(member), member)).status_code == 200
    assert waits == [1.0, 2.0, 4.0]


@pytest.mark.thorough
def test_weak_busy_hostile_and_wrong_method(
    nobody: Client, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(member)
    assert nobody.get(URL).status_code == 200
    assert nobody.post(URL, {}).status_code == 400
    assert nobody.post(URL, fields(code, member, offered="")).status_code == 400
    assert nobody.post(URL, fields("8" * 7000, member)).status_code == 400
    kept = nobody.post(URL, fields(code, member, offered=""))
    assert f'value="{code}"'.encode() in kept.content
    assert "no-store" in kept["Cache-Control"]
    assert nobody.patch(URL).status_code == 405

    def full(*args: Any, **kwargs: Any) -> None:
        raise VaultBusy

    monkeypatch.setattr(credentials.passphrase, "stretch", full)
    response = nobody.post(URL, fields(code, member))
    assert response.status_code == 503
    assert code.encode() not in response.content
    assert f'value="{PASSPHRASE}'.encode() not in response.content
