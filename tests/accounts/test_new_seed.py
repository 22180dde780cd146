"""A change of passphrase and a recovery make new keys: the old disk opens nothing made later."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alerts.content import Report
from alerts.flows import flags, lifecycle
from alerts.models import Flag
from resources.translation import bookmarks
from safety_app.accounts.flows import applications, messages, sign_in, transfer, vouch
from safety_app.accounts.flows.recover import renew_recovery_code
from safety_app.accounts.keys import (
    arrival_words,
    contexts,
    credentials,
    desk_keys,
    personal_settings,
    second_step,
    tags,
)
from safety_app.accounts.keys.keyring import own_key
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.models import Application, Desk, Epoch, Member, Organisation
from safety_app.accounts.rotation import network_rotation, reencrypt
from safety_app.vault import boxes, member_secret, seals
from safety_app.vault.errors import VaultError
from tests import offers
from tests.accounts.conftest import shown_code
from tests.accounts.kept_keys import kept_by, opened_with
from tests.accounts.newcomers import NOTE, accept, applicant
from tests.cast import Person

REPORT = Report(what=("robbed",), level=2, region="FR-IDF")
NEW = "a slow train through yellow fields"
GENERATED = "gibole natuve kirosa dapemu"


def change(person: Person, exposed: str = "no", new: str = "") -> Person:
    """The passphrase is changed on the page."""
    new = new or (GENERATED if person.role == "moderator" else NEW)
    typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
    offered = offers.token(f"change {person.row.pk}", new)
    typed |= {"new_passphrase": new, "offered": offered, "exposed": exposed}
    response = person.client.post("/en/me/change/", typed)
    assert response.status_code == 302, response.content.decode()
    return Person("", person.role, person.pseudonym, new)


def recover(person: Person) -> Person:
    """The account is opened with its recovery code."""
    row, ring = person.keys
    new = GENERATED if person.role == "moderator" else NEW
    code = renew_recovery_code(row.pk, ring).recovery_code
    typed = {"recovery_code": code, "pseudonym": person.pseudonym}
    typed |= offers.typed("recover", new)
    assert Client().post("/en/in/recover/", typed).status_code == 200
    return Person("", person.role, person.pseudonym, new)


def take_new_code(person: Person) -> Person:
    """The recovery code is replaced on the page, and the passphrase stays."""
    response = person.confirm().post("/en/me/recovery/", {"make": "1"})
    assert shown_code(response.content)
    assert person.client.get("/en/me/").status_code == 200
    return person


WAYS: list[Callable[[Person], Person]] = [change, recover, take_new_code]


@pytest.mark.thorough
@pytest.mark.parametrize("renew", WAYS)
def test_the_old_disk_with_the_old_passphrase_opens_nothing_made_later(
    member: Person, moderator: Person, renew: Callable[[Person], Any]
) -> None:
    messages.write_message(moderator.ring, moderator.row, "Earlier.", to=member.row)
    kept = kept_by(member)
    assert opened_with(kept) > 0
    new = renew(member)
    messages.write_message(moderator.ring, moderator.row, "Later.", to=new.row)
    network_rotation.renew_network_key(moderator.ring)
    lifecycle.post(new.ring, new.row, REPORT)
    reencrypt.reencrypt_all(moderator.ring, pause=lambda _seconds: None)
    assert opened_with(kept) == 0
    said = messages.messages_for(new.ring, new.row)
    assert {message.text for message in said} == {"Earlier.", "Later."}
    check_member(moderator.ring, new.row)


@pytest.mark.thorough
@pytest.mark.parametrize("renew", WAYS)
def test_what_was_hers_is_hers_under_the_new_seed(
    member: Person,
    moderator: Person,
    renew: Callable[[Person], Person],
) -> None:
    alert = lifecycle.post(member.ring, member.row, REPORT)
    other = lifecycle.post(moderator.ring, moderator.row, REPORT)
    assert lifecycle.confirm(member.ring, other.pk)
    flag = flags.FlagContent("private_detail", "")
    assert flags.send_flag(member.ring, other.pk, flag)
    personal_settings.change(member.ring, member.row.pk, lambda kept: {**kept, "mine": 1})
    vouch.vouch(member.ring, member.row, "")
    left = vouch.quota_left(member.ring, member.row.organisation)
    row, ring = renew(member).keys
    assert lifecycle.own_ids(ring) == [alert.pk]
    assert not lifecycle.confirm(ring, other.pk)
    assert not lifecycle.confirm(ring, alert.pk)
    assert not flags.send_flag(ring, other.pk, flag)
    assert Flag.objects.count() == 1
    assert personal_settings.read(ring, row.pk) == {"mine": 1}
    assert vouch.quota_left(ring, row.organisation) == left
    assert lifecycle.take_back_confirmation(ring, other.pk)
    lifecycle.withdraw(ring, alert.pk)


@pytest.mark.thorough
@pytest.mark.parametrize("renew", WAYS)
def test_a_moderator_still_opens_her_desks(
    moderator: Person, renew: Callable[[Person], Person]
) -> None:
    kept = kept_by(moderator)
    row, ring = renew(moderator).keys
    for organisation in (row.organisation_id, None):
        assert desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, organisation))
    held = row.deskseal_set.get()
    info = contexts.desk_seed(held.desk_id, row.pk)
    with pytest.raises(VaultError):
        seals.unseal(kept.ring.seed, bytes(held.sealed), info)


@pytest.mark.thorough
@pytest.mark.parametrize("renew", WAYS)
def test_an_account_without_network_key(
    translator: Person, renew: Callable[[Person], Person]
) -> None:
    day = datetime.date(2026, 11, 21)
    bookmarks.mark_seen(translator.ring, "fr", 7, day)
    kept = kept_by(translator)
    assert opened_with(kept) > 0
    row, ring = renew(translator).keys
    assert opened_with(kept) == 0
    assert bookmarks.last_seen(kept.ring) == {}
    assert bookmarks.last_seen(ring) == {"fr": 7}
    bookmarks.mark_seen(ring, "es", 8, day)
    assert bookmarks.erase_bookmark(ring) == 1
    assert desk_keys.own_desk(ring, row)


def test_the_last_eight_seeds_are_remembered_and_no_more(
    member: Person, translator: Person
) -> None:
    secret = member.ring.secret
    roots = [member.ring.tag_roots[0]]
    for _ in range(9):
        secret = secret.successor()
        roots.append(member_secret.tag_root(secret.seed))
    ring = member.ring.with_secret(secret)
    assert list(ring.tag_roots) == roots[:0:-1]
    for someone in (ring, member.ring, translator.ring):
        assert len(tags.own_tags(someone, "author", 1)) == 9
        assert len(someone.secret.packed()) == member_secret.SIZE


def test_an_older_seed_put_back_opens_nothing(member: Person) -> None:
    older = member.row
    change(member)
    columns = {name: getattr(older, name) for name in ("handle", "verifier", "seed_seal")}
    Member.objects.filter(pk=older.pk).update(**columns)
    with pytest.raises(sign_in.DamagedAccount):
        _ = member.keys
    columns = {name: getattr(older, name) for name in ("network_box", "second_factor_box")}
    Member.objects.filter(pk=older.pk).update(**columns)
    with pytest.raises(sign_in.UnknownAccount):
        _ = member.keys


@pytest.mark.thorough
def test_nobody_else_says_to_which_code_the_new_seed_is_sealed(
    member: Person, colleague: Person
) -> None:
    code = renew_recovery_code(member.row.pk, member.ring).recovery_code
    row = member.row
    assert credentials.keys_of_code(code, "recovery").handle == bytes(row.recovery_handle)
    public_key = seals.public_key(credentials.keys_of_code(code, "recovery").seed)
    everything = b"".join(bytes(v) for v in vars(row).values() if isinstance(v, bytes | memoryview))
    assert public_key[:32] not in everything
    foreign = seals.public_key(seals.new_seed())
    for box in (
        colleague.row.opener_keys_box,
        boxes.seal_box(boxes.new_key(), foreign, contexts.opener_keys(row.pk)),
        foreign,
        bytes(row.opener_keys_box)[:-1],
    ):
        Member.objects.filter(pk=row.pk).update(opener_keys_box=box)
        typed = {"pseudonym": member.pseudonym, "passphrase": member.passphrase}
        offered = offers.token(f"change {row.pk}", NEW)
        typed |= {"new_passphrase": NEW, "offered": offered, "exposed": "no"}
        assert member.client.post("/en/me/change/", typed).status_code == 403
        assert bytes(member.row.seed_seal) == bytes(row.seed_seal)


def test_the_other_sessions_end_and_this_one_goes_on(member: Person) -> None:
    other, locked = member.sign_in(), member.sign_in(pin="135791")
    locked.get("/en/lock/")
    change(member)
    assert member.client.get("/en/a/").status_code == 200
    assert other.get("/en/me/").status_code == 302
    locked.post("/en/lock/", {"pin": "135791"})
    assert locked.get("/en/me/").status_code == 302


def test_a_session_that_was_slower_locks_nothing_under_the_old_seed(member: Person) -> None:
    row, ring = member.keys
    new = change(member)
    with pytest.raises(VaultError):
        personal_settings.change(ring, row.pk, lambda kept: {"lost": 1})
    sign_in.store_newer_box(row, network_rotation.renew_network_key(new.ring))
    assert new.ring.current == 2
    with pytest.raises(VaultError):
        sign_in.activate_approved(row.pk, ring)
    boxes.open_box(
        own_key(new.ring.seed),
        bytes(new.row.second_factor_box),
        contexts.second_factor(row.pk),
    )
    assert not second_step.open_settings(new.ring, new.row).is_on


# The network's key


@pytest.mark.thorough
def test_she_says_that_someone_may_know_the_old_one(member: Person, outsider: Person) -> None:
    kept = kept_by(member)
    other = outsider.client
    new = change(member, "yes")
    assert Epoch.objects.count() == 2
    page = member.client.get("/en/me/").content.decode()
    assert "Everyone in the network has a new key." in page
    assert member.client.get("/en/a/").status_code == other.get("/en/a/").status_code == 200
    lifecycle.post(new.ring, new.row, REPORT)
    reencrypt.reencrypt_all(new.ring, pause=lambda _seconds: None)
    assert opened_with(kept) == 0


@pytest.mark.thorough
def test_twice_a_day_and_the_change_stands_in_any_case(member: Person) -> None:
    person = member
    for new in ("one long road to the sea 11", "two long roads to the sea 22", NEW):
        client = person.client
        person = change(person, "yes", new)
    assert Epoch.objects.count() == 3
    assert "ask a moderator" in client.get("/en/me/").content.decode()
    assert person.keys


@pytest.mark.thorough
def test_a_moderator_renews_the_moderation_keys_too(moderator: Person) -> None:
    new = change(moderator, "yes")
    assert Epoch.objects.count() == 2
    assert Desk.objects.get(organisation=new.row.organisation_id).renewal_due
    assert "Moderation asks you to" in moderator.client.get("/en/me/").content.decode()


def test_who_holds_no_network_key_is_not_asked(translator: Person, member: Person) -> None:
    question = "Could someone know your old passphrase?"
    assert question not in translator.client.get("/en/me/change/").content.decode()
    assert question in member.client.get("/en/me/change/").content.decode()
    change(translator, "yes")
    assert Epoch.objects.count() == 1


# Someone who waits


@pytest.mark.thorough
def test_an_applicant_recovers_and_is_let_in(moderator: Person) -> None:
    person = applicant()
    code = renew_recovery_code(person.row.pk, person.ring).recovery_code
    row, ring = person.keys
    messages.write_to_applicant(
        moderator.ring,
        moderator.row,
        "Who knows you?",
        desk_seed=desk_keys.open_desk(
            moderator.ring,
            moderator.row,
            desk_keys.desk_of(moderator.ring, moderator.row.organisation_id),
        ),
        to=Application.objects.get(),
    )
    said = messages.messages_for(ring, row)
    kept = kept_by(person)
    before = arrival_words.own_comparison_words(ring, row)
    typed = {"recovery_code": code, "pseudonym": person.pseudonym}
    typed |= offers.typed("recover", NEW)
    assert Client().post("/en/in/recover/", typed).status_code == 200
    new = Person("", "", person.pseudonym, NEW)
    assert arrival_words.own_comparison_words(new.ring, new.row) != before
    assert messages.messages_for(new.ring, new.row) == said != []
    opened = applications.open_application(moderator.ring, moderator.row, Application.objects.get())
    assert opened.content.note == NOTE
    assert accept(moderator.ring, moderator.row, Application.objects.get().pk)
    assert opened_with(kept) == 0
    client = new.sign_in()
    assert client.get("/en/a/").status_code == 404  # other keys, other words
    assert client.post("/en/me/words/", {"words": opened.words}).status_code == 302
    assert client.get("/en/a/").status_code == 200


@pytest.mark.thorough
def test_someone_approved_recovers_before_her_first_sign_in(moderator: Person) -> None:
    person = applicant()
    row, ring = person.keys
    code = renew_recovery_code(row.pk, ring).recovery_code
    accept(moderator.ring, moderator.row, Application.objects.get().pk)
    kept = kept_by(person)
    assert opened_with(kept) > 0
    typed = {"recovery_code": code, "pseudonym": person.pseudonym}
    typed |= offers.typed("recover", NEW)
    assert Client().post("/en/in/recover/", typed).status_code == 200
    assert opened_with(kept) == 0
    new = Person("", "", person.pseudonym, NEW)
    row, ring = new.keys
    assert row.state == "approved"
    words = arrival_words.own_comparison_words(ring, row)
    assert new.client.post("/en/me/words/", {"words": words}).status_code == 302
    assert new.row.state == "active"
    assert new.client.get("/en/a/").status_code == 200
    assert personal_settings.read(new.ring, new.row.pk) == {}


@pytest.mark.thorough
@pytest.mark.parametrize("renew", WAYS)
def test_a_request_for_a_transfer_comes_along(
    member: Person, other_moderator: Person, renew: Callable[[Person], Person]
) -> None:
    Organisation.objects.filter(pk=member.row.organisation_id).update(
        leaves=datetime.date(2099, 1, 1)
    )
    asked = other_moderator.row.organisation_id
    transfer.request_transfer(member.ring, member.row, asked, "We know each other.")
    new = renew(member)
    application = Application.objects.get()
    opened = applications.open_application(other_moderator.ring, other_moderator.row, application)
    assert opened.content.note == "We know each other."
    accept(other_moderator.ring, other_moderator.row, application.pk)
    assert new.row.organisation_id == asked
