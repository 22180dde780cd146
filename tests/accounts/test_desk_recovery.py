"""`/me/desk/`: an organisation whose moderators lost everything or have all left."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from safety_app.accounts.budgets import DESK_CODE
from safety_app.accounts.flows import invite, people, revoke
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys.desk_keys import desk_of, desk_row, moderators_of, open_desk
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Member
from safety_app.privacy import budgets
from safety_app.vault import seals
from safety_app.vault.codes import show_code
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.conftest import shown_code
from tests.cast import CODES, Person

URL = "/en/me/desk/"
GENERATED = MadePassphrase("gibole natuve kirosa dapemu")


@pytest.fixture
def code(moderator: Person) -> str:
    """The desk recovery code, after the organisation's only moderator has left."""
    Member.objects.filter(pk=moderator.row.pk).delete()
    return show_code(CODES["desk"])


def text(response: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def type_in(person: Person, code: str, /, **fields: str) -> Any:
    return person.client.post(URL, {"code": code, "passphrase": person.passphrase, **fields})


@pytest.mark.thorough
def test_a_member_brings_her_organisation_back(
    code: str, member: Person, colleague: Person
) -> None:
    other_session = member.sign_in()
    response = type_in(member, code.lower())
    assert (response.status_code, response["Location"]) == (302, "/en/me/")
    assert "Moderator" in text(member.client.get("/en/me/"))
    assert other_session.get("/en/me/").status_code == 302
    row, ring = member.keys
    assert row.roles == "member,moderator"
    assert len(people.people_of(ring, row)) == 4
    assert open_desk(ring, row, desk_of(ring, None))
    assert "Tall Marigold" in text(member.client.get("/en/desk/people/"))
    assert colleague.client.get("/en/desk/people/").status_code == 404


def test_also_while_a_moderator_has_an_account_that_nobody_can_open(
    moderator: Person, member: Person
) -> None:
    assert type_in(member, CODES["desk"]).status_code == 302
    row, ring = moderator.keys
    assert len(moderators_of(ring, row.organisation_id)) == 2


def test_only_members_find_it(nobody: Client, translator: Person, code: str) -> None:
    assert nobody.get(URL)["Location"] == "/en/in/"
    assert translator.client.get(URL).status_code == 404
    assert type_in(translator, code).status_code == 404
    assert not DeskSeal.objects.filter(member__isnull=False, member=translator.row).exists()


def test_wrong_method(member: Person) -> None:
    assert member.client.get(URL).status_code == 200
    assert member.client.put(URL).status_code == 405


@pytest.mark.parametrize(
    "typed", ["x", "0" * 26, "é" * 300, "<script>", "00000-00000-00000-00000-000000"]
)
def test_codes_that_are_none(member: Person, typed: str) -> None:
    response = type_in(member, typed)
    assert response.status_code in (400, 403)
    assert typed[:200] not in response.content.decode() or typed == "x"
    assert member.row.roles == "member"


@pytest.mark.thorough
def test_codes_of_other_things(member: Person, moderator: Person, outsider: Person) -> None:
    row, ring = moderator.keys
    other = invite.make_invitation(ring, row, "reporter")
    for typed in (CODES["other_desk"], CODES["member"], other):
        assert type_in(member, typed).status_code == 403
    assert member.row.roles == "member"
    assert type_in(outsider, CODES["desk"]).status_code == 403
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"passphrase": "something else entirely"}, 403),
        ({"passphrase": ""}, 400),
        ({"code": ""}, 400),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    member: Person, fields: dict[str, str], status: int
) -> None:
    response = type_in(member, CODES["desk"], **fields)
    assert response.status_code == status
    assert "Please look at this again" in text(response)
    assert CODES["desk"] not in response.content.decode()
    assert member.row.roles == "member"


def test_a_desk_of_a_thief_is_not_taken(code: str, member: Person) -> None:
    desk = desk_row(member.row.organisation_id)
    Desk.objects.filter(pk=desk.pk).update(public_key=seals.public_key(seals.new_seed()))
    assert type_in(member, code).status_code == 403
    assert member.row.roles == "member"


@pytest.mark.thorough
def test_a_renewed_desk_has_another_code(moderator: Person, member: Person) -> None:
    assert moderator.confirm().post("/en/desk/people/keys/", {"renew": "1"}).status_code == 200
    assert type_in(member, CODES["desk"]).status_code == 403


@pytest.mark.thorough
def test_many_tries_are_slowed_down_and_never_refused(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waited.append)
    monkeypatch.setattr(
        "safety_app.accounts.views.account.promote.DESK_CODE", DESK_CODE._replace(amount=2)
    )
    for _ in range(3):
        assert type_in(member, "0" * 26).status_code == 403
    assert waited
    assert type_in(member, CODES["desk"]).status_code == 302


@pytest.mark.thorough
def test_another_organisation_invites_where_nobody_can(
    code: str, other_moderator: Person, member: Person
) -> None:
    organisation = member.row.organisation
    row, ring = other_moderator.keys
    code_made = invite.make_invitation_for(ring, row, organisation)
    joined = join(code_made, "Sea Holly", MadePassphrase("four herons wait beside the canal"))
    assert joined.member.organisation == organisation
    newcomer = Person("newcomer", "member", "Sea Holly", "four herons wait beside the canal")
    assert type_in(newcomer, code).status_code == 302
    with pytest.raises(invite.HasModerators):
        invite.make_invitation_for(ring, row, organisation)


@pytest.mark.thorough
def test_the_page_for_it(code: str, other_moderator: Person, outsider: Person) -> None:
    url, code_made = "/en/desk/invite/elsewhere/", {"make": "1", "organisation": "1"}
    assert outsider.client.post(url, code_made).status_code == 404
    page = other_moderator.client.get(url)
    assert "Lantern Collective" in text(page)
    assert "Harbour House" not in text(page)
    for organisation in ("", "1", str(other_moderator.row.organisation_id)):
        typed = {"make": "1", "organisation": organisation}
        assert other_moderator.client.post(url, typed).status_code == 400
    wanted = re.search(r'name="organisation" value="(\d+)"', page.content.decode())
    assert wanted
    code_made["organisation"] = wanted[1]
    newcomer = shown_code(other_moderator.client.post(url, code_made).content)
    joined = join(newcomer, "Sea Holly", MadePassphrase("four herons wait beside the canal"))
    assert joined.member.organisation.name == "Lantern Collective"


@pytest.mark.thorough
def test_a_removed_moderator_keeps_no_code_for_another_organisation(
    code: str, other_moderator: Person, outsider: Person, member: Person
) -> None:
    row, ring = other_moderator.keys
    code_made = invite.make_invitation(ring, row, "moderator")
    second = join(code_made, "Sea Holly", GENERATED)
    invite.make_invitation_for(second.ring, second.member, member.row.organisation)
    revoke.revoke_access(ring, row, {second.member.pk})
    assert not Invitation.objects.exists()
