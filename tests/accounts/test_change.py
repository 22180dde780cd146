"""`/me/change/`"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from safety_app.accounts import pin_file
from safety_app.accounts.flows import sign_in
from safety_app.accounts.flows.recover import renew_recovery_code
from safety_app.accounts.keys import credentials, desk_keys
from safety_app.accounts.models import Desk, Epoch, Member
from safety_app.vault.errors import VaultBusy
from tests import offers
from tests.cast import Person

URL = "/en/me/change/"
NEW = "a slow train through yellow fields"
OWN = "quartz umbrellas juggle nineteen tepid walruses"


def fields(person: Person, **other: str) -> dict[str, str]:
    return {"pseudonym": person.pseudonym, "passphrase": person.passphrase, **other}


def both(person: Person, passphrase: str = NEW) -> dict[str, str]:
    """A new passphrase, offered and typed once; nobody knows the old one."""
    offered = offers.token(f"change {person.row.pk}", passphrase)
    return {"new_passphrase": passphrase, "offered": offered, "exposed": "no"}


def own(passphrase: str = OWN) -> dict[str, str]:
    """One that somebody chose, typed twice."""
    return {"new_passphrase": passphrase, "passphrase_again": passphrase}


@pytest.mark.thorough
def test_a_new_passphrase(member: Person) -> None:
    other, client, seed = member.sign_in(), member.client, member.ring.seed
    response = client.post(URL, fields(member, **both(member)))
    assert (response.status_code, response["Location"]) == (302, "/en/me/")
    assert b'role="status"' in client.get("/en/me/").content
    assert b'role="status"' not in client.get("/en/me/").content
    assert other.get("/en/me/").status_code == 302
    assert Person("", "", member.pseudonym, NEW).ring.seed != seed
    with pytest.raises(sign_in.UnknownAccount):
        _ = member.keys


def test_a_new_pseudonym_is_sealed_to_the_desk(member: Person, moderator: Person) -> None:
    assert member.client.post(URL, fields(member, new_pseudonym="Late Swallow")).status_code == 302
    assert b"Late Swallow" in member.client.get("/en/me/").content
    mine, ring = moderator.keys
    seed = desk_keys.open_desk(ring, mine, desk_keys.desk_of(ring, mine.organisation_id))
    row = Person("", "", "Late Swallow", member.passphrase).row
    assert desk_keys.open_pseudonym(seed, row, ring) == "Late Swallow"


@pytest.mark.thorough
def test_the_recovery_code_goes_on_working(member: Person) -> None:
    row, ring = member.keys
    code = renew_recovery_code(row.pk, ring).recovery_code
    member.client.post(URL, fields(member, new_pseudonym="Late Swallow", **both(member)))
    typed = {
        "recovery_code": code,
        "pseudonym": "Late Swallow",
        **offers.typed("recover", NEW),
    }
    assert Client().post("/en/in/recover/", typed).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"passphrase": "not this"}, {"pseudonym": "Tall Marigold"}, {"pseudonym": "nobody"}]
)
def test_it_asks_for_both_of_now(member: Person, wrong: dict[str, str]) -> None:
    response = member.client.post(URL, fields(member, **{**both(member), **wrong}))
    assert response.status_code == 403
    assert member.keys


def test_someone_elses_words_change_nothing(member: Person, colleague: Person) -> None:
    assert member.client.post(URL, fields(colleague, **both(member))).status_code == 403
    assert colleague.keys
    assert member.keys


def test_a_tampered_desk_gets_no_pseudonym(member: Person, other_moderator: Person) -> None:
    row = member.row
    desk = desk_keys.desk_row(row.organisation_id)
    desk.public_key = desk_keys.desk_row(other_moderator.row.organisation_id).public_key
    desk.save()
    response = member.client.post(URL, fields(member, new_pseudonym="Late Swallow"))
    assert response.status_code == 400
    assert b"Late Swallow" in response.content
    assert bytes(member.row.pseudonym_seal) == bytes(row.pseudonym_seal)
    assert member.client.post(URL, fields(member, **both(member))).status_code == 302


@pytest.mark.thorough
def test_an_account_without_network_key_can_change_too(translator: Person) -> None:
    typed = fields(translator, new_pseudonym="Late Swallow", **own(OWN))
    assert translator.client.post(URL, typed).status_code == 302
    assert Person("", "", "Late Swallow", OWN).keys


def test_the_second_step_and_the_pin_stay(member: Person) -> None:
    client = member.sign_in(pin="135791")
    client.post(URL, fields(member, **both(member)))
    client.get("/en/lock/")
    assert client.get("/en/me/").status_code == 302
    client.post("/en/lock/", {"pin": "135791"})
    assert client.get("/en/me/").status_code == 200


@pytest.mark.parametrize(
    "other",
    [
        {},
        own("password"),
        own(),
        {"new_passphrase": NEW},
        {"passphrase_again": NEW},
        {"new_passphrase": NEW, "passphrase_again": "other"},
        {"new_pseudonym": "\u202eabc"},
        {"new_pseudonym": "x" * 9000},
    ],
)
def test_what_cannot_be(member: Person, other: dict[str, str]) -> None:
    response = member.client.post(URL, fields(member, **other))
    assert response.status_code == 400
    assert OWN.encode() not in response.content
    assert member.passphrase.encode() not in response.content
    assert member.keys


def test_what_comes_back_through_the_lock_page_is_shown_again(member: Person) -> None:
    response = member.client.post(URL, {"new_pseudonym": "Late Swallow"})
    assert response.status_code == 200
    assert b'value="Late Swallow"' in response.content


def test_busy(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client = member.client

    def full(*args: Any, **kwargs: Any) -> None:
        raise VaultBusy

    monkeypatch.setattr(credentials.passphrase, "stretch", full)
    response = client.post(URL, fields(member, new_pseudonym="Late Swallow"))
    assert response.status_code == 503
    assert b"Late Swallow" in response.content


@pytest.mark.parametrize("came_by", [{"unlock": "1"}, {"carry_to": URL, "pin": ""}])
def test_getting_back_in_changes_nothing(member: Person, came_by: dict[str, str]) -> None:
    sent = {"pseudonym": member.pseudonym, "passphrase": member.passphrase, **came_by}
    before = bytes(member.row.handle)
    response = member.client.post(URL, {**sent, "new_pseudonym": "Calm Heron"})
    assert response.status_code == 200
    assert b'value="Calm Heron"' in response.content
    assert bytes(member.row.handle) == before


@pytest.mark.parametrize(
    ("path", "typed"),
    [(URL, {"new_pseudonym": "Late Swallow"}), ("/en/me/recovery/", {"make": "1"})],
)
def test_erased_meanwhile_on_another_device(
    member: Person, monkeypatch: pytest.MonkeyPatch, path: str, typed: dict[str, str]
) -> None:
    client, row = member.confirm(), member.row

    def erase_first(*given: Any) -> bool:
        Member.objects.filter(pk=row.pk).delete()
        return False

    monkeypatch.setattr("safety_app.privacy.form_replay.is_replayed", erase_first)
    assert client.post(path, fields(member, **typed)).status_code == 404


@pytest.mark.parametrize("answer", ["", "perhaps"])
def test_the_question_about_the_old_one_has_to_be_answered(member: Person, answer: str) -> None:
    response = member.client.post(URL, fields(member, **{**both(member), "exposed": answer}))
    assert response.status_code == 400
    assert member.keys


def lost(pin: Path) -> None:
    pin.unlink()


def unreadable(pin: Path) -> None:
    pin.write_bytes(b"{")


@pytest.mark.parametrize("damage", [lost, unreadable])
def test_the_networks_key_is_not_renewed_by_a_server_that_has_forgotten(
    member: Person, damage: Callable[[Path], None]
) -> None:
    """The change stands; the page says so, and why the rest is left to a moderator is no budget."""
    client, typed = member.client, fields(member, **{**both(member), "exposed": "yes"})
    pin = Path(settings.EPOCH_PIN_FILE)
    before = pin.read_bytes()
    damage(pin)
    page = client.post(URL, typed, follow=True)
    assert page.status_code == 200
    said = page.content.decode()
    assert "could not be renewed now: ask a moderator to renew it" in said
    assert "twice today" not in said
    assert Epoch.objects.count() == 1
    pin.write_bytes(before)
    assert Person("", "", member.pseudonym, NEW).keys


def test_nor_where_it_could_not_be_remembered(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk of the server's file is full or read-only."""

    def full(pinned: object) -> None:
        raise OSError(28, "No space left on device")

    client, typed = member.client, fields(member, **{**both(member), "exposed": "yes"})
    monkeypatch.setattr(pin_file, "write", full)
    said = client.post(URL, typed, follow=True).content.decode()
    assert "could not be renewed now: ask a moderator to renew it" in said
    assert Epoch.objects.count() == 1
    assert Person("", "", member.pseudonym, NEW).keys


def test_a_third_renewal_in_a_day_is_left_to_a_moderator(member: Person) -> None:
    passphrase = member.passphrase
    for time in range(3):
        typed = {"pseudonym": member.pseudonym, "passphrase": passphrase, "exposed": "yes"}
        passphrase = f"{NEW} {'again ' * time}".strip()
        typed |= {"new_passphrase": passphrase}
        typed |= {"offered": offers.token(f"change {member.row.pk}", passphrase)}
        said = member.client.post(URL, typed, follow=True).content.decode()
        assert ("renewed for you twice today" in said) is (time == 2)
        member = Person("", "member", member.pseudonym, passphrase)
    assert Epoch.objects.count() == 3


def test_a_moderator_reads_the_same_and_her_desk_is_due(moderator: Person) -> None:
    new = "gibole natuve kirosa dapemu"
    typed = fields(moderator, **{**both(moderator, new), "exposed": "yes"})
    client = moderator.client
    unreadable(Path(settings.EPOCH_PIN_FILE))
    page = client.post(URL, typed, follow=True)
    assert "could not be renewed now" in page.content.decode()
    assert Desk.objects.filter(renewal_due=True).exists()
    assert Epoch.objects.count() == 1
