"""`/join/`"""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client

from safety_app.accounts.flows import invite as invite_flow
from safety_app.accounts.keys import credentials, desk_keys
from safety_app.accounts.models import DeskSeal, Invitation, Member
from safety_app.accounts.views.auth import join
from safety_app.privacy import budgets
from safety_app.vault.codes import new_code, show_code
from safety_app.vault.errors import VaultBusy
from tests import offers
from tests.accounts.conftest import bare, shown_code
from tests.cast import Person
from tests.offers import shown_passphrase, token_in

URL = "/en/join/"
PASSPHRASE = "four herons wait beside the canal"


def fields(code: str, **other: str) -> dict[str, str]:
    return {
        "code": code,
        "pseudonym": "Calm Heron",
        **offers.typed("join", other.get("passphrase", PASSPHRASE)),
        **other,
    }


def own(passphrase: str) -> dict[str, str]:
    """A passphrase that somebody chose, typed twice."""
    return {"offered": "", "passphrase": passphrase, "passphrase_again": passphrase}


def invite(moderator: Person, kind: str = "member", *, guest: bool = False) -> str:
    row, ring = moderator.keys
    return invite_flow.make_invitation(ring, row, kind, guest=guest)


def newcomer(passphrase: str = PASSPHRASE) -> Person:
    return Person("newcomer", "", "Calm Heron", passphrase)


def test_a_code_becomes_an_account(nobody: Client, moderator: Person) -> None:
    code = invite(moderator)
    response = nobody.post(URL, fields(code))
    assert response.status_code == 200
    assert len(shown_code(response.content)) == 30
    assert b"<svg" in response.content
    assert nobody.get("/en/me/").status_code == 200
    row, ring = newcomer().keys
    assert (row.roles, row.stay_until, row.state) == ("member", None, "active")
    assert row.organisation == moderator.row.organisation
    assert ring.network_key == moderator.ring.network_key
    assert not Invitation.objects.exists()


def test_the_code_may_be_typed_as_people_write(nobody: Client, moderator: Person) -> None:
    typed = show_code(invite(moderator)).lower().replace("0", "o").replace("-", " ")
    assert nobody.post(URL, fields(typed)).status_code == 200


def test_the_pseudonym_is_sealed_to_the_desk(nobody: Client, moderator: Person) -> None:
    nobody.post(URL, fields(invite(moderator)))
    row, ring = moderator.keys
    desk = desk_keys.desk_of(ring, row.organisation_id)
    seed = desk_keys.open_desk(ring, row, desk)
    assert desk_keys.open_pseudonym(seed, newcomer().row, ring) == "Calm Heron"


@pytest.mark.thorough
def test_sizes_do_not_depend_on_what_was_typed(nobody: Client, moderator: Person) -> None:
    nobody.post(URL, fields(invite(moderator), pseudonym="Ab"))
    longest = "ชื่อ" * 10
    Client().post(URL, fields(invite(moderator), pseudonym=longest))
    shortest = Person("", "", "Ab", PASSPHRASE).row
    other = Person("", "", longest, PASSPHRASE).row
    names = (
        "seed_seal",
        "recovery_seal",
        "network_box",
        "pseudonym_seal",
        "second_factor_box",
    )
    for name in names:
        assert len(getattr(shortest, name)) == len(getattr(other, name))


@pytest.mark.thorough
def test_wrong_used_expired_cancelled_and_tampered_get_one_answer(moderator: Person) -> None:
    codes = {name: invite(moderator) for name in ("used", "expired", "cancelled", "tampered")}
    Client().post(URL, fields(codes["used"], pseudonym="Someone Else"))
    rows = {name: row_of(code) for name, code in codes.items() if name != "used"}
    rows["expired"].expires = datetime.date(2020, 1, 1)
    rows["expired"].save()
    rows["cancelled"].delete()
    rows["tampered"].roles = "member,moderator"
    rows["tampered"].save()
    codes |= {"wrong": new_code(), "no code": "abc", "emoji": "👩‍🚀" * 26}
    answers = {name: Client().post(URL, fields(code)) for name, code in codes.items()}
    assert {answer.status_code for answer in answers.values()} == {403}
    # What was typed stays in the form; nothing else differs.
    typed = re.compile(rb' name="code" value="[^"]*"|\s+-->')  # and the padding
    pages = {typed.sub(b"", bare(answer.content)) for answer in answers.values()}
    assert len(pages) == 1
    assert not Member.objects.filter(roles="member,moderator", organisation__name="x").exists()


def test_every_code_costs_one_run(
    nobody: Client, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    stretch = credentials.passphrase.stretch
    monkeypatch.setattr(
        credentials.passphrase, "stretch", lambda *a, **k: (runs.append(1), stretch(*a, **k))[1]
    )
    for code in ("abc", new_code()):
        nobody.post(URL, fields(code))
    assert runs == [1, 1]


def row_of(code: str) -> Invitation:
    return Invitation.objects.get(handle=credentials.keys_of_typed_code(code, "invitation").handle)


def test_a_code_works_once(moderator: Person) -> None:
    code = invite(moderator)
    assert Client().post(URL, fields(code)).status_code == 200
    assert Client().post(URL, fields(code, pseudonym="Somebody Else")).status_code == 403


def test_a_guest_stays_for_thirty_days(nobody: Client, moderator: Person) -> None:
    nobody.post(URL, fields(invite(moderator, guest=True)))
    today = datetime.datetime.now(datetime.UTC).date()
    assert newcomer().row.stay_until == today + datetime.timedelta(days=30)
    assert b"Guest until" in nobody.get("/en/me/").content


@pytest.mark.parametrize("kind", ["reporter", "translator", "editor"])
def test_other_roles(nobody: Client, moderator: Person, kind: str) -> None:
    response = nobody.post(URL, fields(invite(moderator, kind)))
    assert (b'href="/en/me/"' if kind != "reporter" else b'href="/en/a/"') in response.content
    row, ring = newcomer().keys
    assert row.has_role(kind)
    assert bool(ring.epochs) == (kind == "reporter") == row.has_role("member")


@pytest.mark.thorough
def test_a_moderator_gets_both_desks(nobody: Client, moderator: Person) -> None:
    code = invite(moderator, "moderator")
    assert DeskSeal.objects.filter(invitation__isnull=False).count() == 1
    assert nobody.post(URL, fields(code)).status_code == 200
    row, ring = newcomer().keys
    for organisation in (row.organisation_id, None):
        desk = desk_keys.desk_of(ring, organisation)
        assert desk_keys.open_desk(ring, row, desk)
    assert not DeskSeal.objects.filter(invitation__isnull=False).exists()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "passphrase",
    ["password password", "Calm Heron Calm Heron", "qwertyuiop1234567890", "aaaa" * 50],
)
def test_a_weak_passphrase_is_refused_and_the_code_stays_open(
    nobody: Client, moderator: Person, passphrase: str
) -> None:
    code = invite(moderator)
    response = nobody.post(URL, {**fields(code), **own(passphrase)})
    assert response.status_code == 400
    assert b"Calm Heron" in response.content
    assert nobody.post(URL, fields(code)).status_code == 200


def test_two_different_passphrases(nobody: Client, moderator: Person) -> None:
    code = invite(moderator)
    response = nobody.post(URL, fields(code, passphrase_again="another one"))
    assert response.status_code == 400
    assert nobody.post(URL, fields(code)).status_code == 200


@pytest.mark.parametrize(
    "pseudonym", ["", "a", "x" * 41, "egni\u202etrs", "a\u2066b c", "ab\u0007"]
)
def test_pseudonyms_that_cannot_be(nobody: Client, moderator: Person, pseudonym: str) -> None:
    assert nobody.post(URL, fields(invite(moderator), pseudonym=pseudonym)).status_code == 400


@pytest.mark.parametrize("pseudonym", ["Лиса", "小狐狸", "می‌خواهم", "Zoë 🦊", "ｗｉｄｅ"])
def test_pseudonyms_of_any_script(nobody: Client, moderator: Person, pseudonym: str) -> None:
    assert nobody.post(URL, fields(invite(moderator), pseudonym=pseudonym)).status_code == 200
    again = Client().post("/en/in/", {"pseudonym": pseudonym, "passphrase": PASSPHRASE})
    assert again.status_code == 302


def test_a_code_survives_an_error_and_a_passphrase_does_not_come_back(nobody: Client) -> None:
    code = new_code()
    for wrong in ({}, {"pseudonym": "x"}, own("aaaa"), own(PASSPHRASE)):
        response = nobody.post(URL, {**fields(code), **own(PASSPHRASE), **wrong})
        assert f'value="{code}"'.encode() in response.content
        assert PASSPHRASE.encode() not in response.content
        assert "no-store" in response["Cache-Control"]


def test_the_offered_passphrase_is_typed_once(nobody: Client, moderator: Person) -> None:
    page = nobody.get(URL).content.decode()
    token, shown = token_in(page), shown_passphrase(page)
    once = {"passphrase": f" {shown.title()}.", "offered": token}
    assert nobody.post(URL, fields(invite(moderator), **once)).status_code == 200
    assert newcomer(shown).row


def test_a_pasted_link_is_a_code_too(nobody: Client, moderator: Person) -> None:
    link = f"https://site.example/join/#{invite(moderator)}"
    assert nobody.post(URL, fields(link)).status_code == 200


def test_the_address_of_an_invitation_is_of_no_language(nobody: Client, member: Person) -> None:
    response = nobody.get("/join/", headers={"Accept-Language": "fr"})
    assert (response.status_code, response["Location"]) == (302, "/fr/join/")
    # A code behind "#" comes along, unless the page has a place of its own.
    assert member.client.get(URL)["Location"].endswith("#main")


def test_the_first_screen_says_what_is_here(nobody: Client, moderator: Person) -> None:
    page = nobody.post(URL, fields(invite(moderator))).content.decode()
    assert "“Notes” are warnings from other members." in page
    translator = Client().post(URL, fields(invite(moderator, "translator"), pseudonym="Other"))
    assert "warnings from other members" not in translator.content.decode()


@pytest.mark.thorough
def test_the_same_pseudonym_and_passphrase_twice(moderator: Person) -> None:
    assert Client().post(URL, fields(invite(moderator))).status_code == 200
    code = invite(moderator)
    assert Client().post(URL, fields(code)).status_code == 400
    other = fields(code, passphrase="another sentence about ships at sea")
    assert Client().post(URL, other).status_code == 200


@pytest.mark.thorough
def test_a_mismatched_desk_takes_no_pseudonym(
    nobody: Client, moderator: Person, other_moderator: Person
) -> None:
    for kind in ("member", "translator"):
        code = invite(moderator, kind)
        row, ring = moderator.keys
        desk = desk_keys.desk_of(ring, row.organisation_id)
        foreign = desk_keys.desk_of(ring, other_moderator.row.organisation_id)
        kept = bytes(desk.public_key)
        desk.public_key = foreign.public_key
        desk.save()
        assert nobody.post(URL, fields(code)).status_code == 403
        desk.public_key = kept
        desk.save()
        assert Client().post(URL, fields(code, pseudonym=f"After {kind}")).status_code == 200


def test_an_invitation_made_by_a_thief_opens_nothing(nobody: Client, moderator: Person) -> None:
    """Write access to the database does not include a network key."""
    code = invite(moderator, "translator")
    row = row_of(code)
    row.roles = "editor"
    row.save()
    assert nobody.post(URL, fields(code)).status_code == 403
    row.roles = "member"
    row.save()
    assert nobody.post(URL, fields(code)).status_code == 403


def test_busy(nobody: Client, moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise VaultBusy

    code = invite(moderator)
    monkeypatch.setattr(credentials.passphrase, "stretch", full)
    response = nobody.post(URL, fields(code))
    assert response.status_code == 503
    assert b"Calm Heron" in response.content


@pytest.mark.thorough
def test_a_flood_of_codes_slows_down_but_closes_nothing(
    nobody: Client, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waits.append)
    monkeypatch.setattr(join, "JOIN", join.JOIN._replace(amount=2))
    statuses = [nobody.post(URL, fields(new_code())).status_code for _ in range(4)]
    assert (statuses, waits) == ([403] * 4, [1.0, 2.0])
    assert Client().post(URL, fields(invite(moderator))).status_code == 200
    assert waits == [1.0, 2.0, 4.0]


@pytest.mark.thorough
def test_hostile_input(nobody: Client) -> None:
    assert nobody.post(URL, {}).status_code == 400
    assert nobody.post(URL, fields("9" * 5000)).status_code == 400
    assert nobody.post(URL, {**fields("x"), **own("({[<4@8369310$5+7%2|!l1" * 9)}).status_code in (
        400,
        403,
    )
    assert nobody.post(URL, {"code": ["a", "b"], "pseudonym": ["c", "d"]}).status_code == 400
    for token in ("<b>not one of ours</b>", "é" * 300, "A" * 9000, "AQ==", "===="):
        response = nobody.post(URL, fields("x", offered=token))
        assert response.status_code == 400
        assert token.encode("utf-8", "replace") not in response.content


def test_wrong_method_and_someone_with_an_account(nobody: Client, member: Person) -> None:
    assert nobody.put(URL).status_code == 405
    assert member.client.get(URL).status_code == 302


def test_the_offered_passphrase_is_new_every_time(nobody: Client) -> None:
    pages = [nobody.get(URL).content.decode() for _ in range(3)]
    assert len({shown_passphrase(page) for page in pages}) == 3
