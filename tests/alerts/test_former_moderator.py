"""A network attacked through its database by someone who was a moderator.

She knows the network key of then, her organisation's desk, the moderation desk of all and the
desk's recovery code. Her access was ended in the proper way, or her role was taken and she stayed a
member. Then she writes into the database what she likes. Tried in a network of three organisations
and in one of a single one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from alerts.flows import feed, lifecycle
from alerts.models import Alert
from alerts.sealing.bodies import report_of
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.flows import found_network, invite, promote, revoke
from safety_app.accounts.flows.join import join
from safety_app.accounts.flows.sign_in import UnknownAccount, find_account
from safety_app.accounts.keys import contexts, desk_keys
from safety_app.accounts.keys.desk_keys import desk_of, open_desk
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing
from safety_app.accounts.keys.row_auth import desk_mac, member_mac
from safety_app.accounts.models import (
    Desk,
    DeskSeal,
    Epoch,
    Invitation,
    Member,
    Organisation,
)
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import desk_rotation, reencrypt
from safety_app.vault import boxes, network, seals
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.desk_renewals import renew_own_desk
from tests.alerts.reports import report, reported
from tests.alerts.test_closed_epochs import forged, put_back, rows_of
from tests.cast import Person

pytestmark = pytest.mark.thorough
SINCE = reported("phone", "06 39 98 12 43")
HERS = MadePassphrase("kafedu bizoti nolape rimuso")


@dataclass
class Attacker:
    """What she has. `since` was posted after she lost her role."""

    person: Person
    row: Member
    ring: KeyRing
    desk_seed: bytes
    moderation_seed: bytes
    recovery_code: str
    copied: dict[type[Model], list[dict[str, Any]]]
    since: Alert


def only_one_organisation() -> None:
    """Nothing is left of the others."""
    others = Organisation.objects.exclude(name="Lantern Collective")
    Member.objects.filter(organisation__in=others).delete()
    Desk.objects.filter(organisation__in=others).delete()
    others.delete()


@pytest.fixture(params=["three organisations", "a single one"])
def network_of(request: pytest.FixtureRequest, moderator: Person) -> str:
    if request.param == "a single one":
        only_one_organisation()
    else:
        found_network.add_organisation(moderator.ring, moderator.row, "Riverside")
    return str(request.param)


@pytest.fixture(params=["she was removed", "she stayed a member"])
def attacker(
    request: pytest.FixtureRequest, network_of: str, moderator: Person, member: Person
) -> Attacker:
    join(invite.make_invitation(moderator.ring, moderator.row, "moderator"), "Grey Plover", HERS)
    person = Person("attacker", "moderator", "Grey Plover", HERS)
    code = renew_own_desk(*reversed(person.keys))
    row, ring = person.keys
    own, moderation = (desk_of(ring, which) for which in (row.organisation_id, None))
    seeds = [bytes(open_desk(ring, row, desk)) for desk in (own, moderation)]
    withdrawn = lifecycle.post(moderator.ring, moderator.row, report())
    rooms = [apps.get_app_config(name) for name in ("accounts", "alerts")]
    copied = {model: rows_of(model) for room in rooms for model in room.get_models()}
    withdrawn.delete()
    if request.param == "she was removed":
        ended = revoke.revoke_access(moderator.ring, moderator.row, [row.pk])
    else:
        ended = revoke.remove_moderator_role(moderator.ring, moderator.row, row.pk)
    reencrypt.reencrypt_all(ended.ring, pause=lambda _seconds: None)
    desk_rotation.reencrypt_desks(moderator.ring, moderator.row)
    since = lifecycle.post(moderator.ring, moderator.row, report(SINCE))
    return Attacker(person, row, ring, seeds[0], seeds[1], code, copied, since)


def test_she_reads_nothing_that_was_written_since(attacker: Attacker) -> None:
    known, since = AlertKeys(attacker.ring), attacker.since
    with pytest.raises((EpochMoved, VaultError)):
        report_of(known, since)
    held = [
        (bytes(one.sealed), contexts.desk_seed(one.desk_id, holder))
        for one in DeskSeal.objects.all()
        for holder in (one.member_id, one.via_desk_id, attacker.row.pk)
        if holder is not None
    ]
    held += [
        (bytes(one.network_seal), contexts.network_seal(attacker.row.pk, 2))
        for one in Member.objects.exclude(network_seal=None).exclude(pk=attacker.row.pk)
    ]
    for seed in (attacker.desk_seed, attacker.moderation_seed, attacker.ring.seed):
        for sealed, info in held:
            with pytest.raises(VaultError):
                seals.unseal(seed, sealed, info)
    for desk in Desk.objects.exclude(recovery_box=None):
        with pytest.raises(VaultError):
            found_network.open_desk_with_code(desk, attacker.recovery_code)


def her_row_as_it_was(attacker: Attacker) -> None:
    put_back(Member, [row for row in attacker.copied[Member] if row["id"] == attacker.row.pk])


def everything_of_accounts_as_it_was(attacker: Attacker) -> None:
    for model, rows in attacker.copied.items():
        if model._meta.app_label == "accounts" and model is not Epoch:
            put_back(model, rows)


def desks_as_they_were(attacker: Attacker) -> None:
    for model in (Member, Invitation, Desk):  # seals belong to rows of these
        put_back(model, attacker.copied[model])
    put_back(DeskSeal, attacker.copied[DeskSeal])


def desks_vouched_for_with_what_she_knows(attacker: Attacker) -> None:
    for desk in Desk.objects.all():
        desk.public_key = seals.public_key(attacker.desk_seed)
        desk.row_mac = desk_mac(attacker.ring.row_key, desk)
        desk.save()


def her_role_vouched_for_with_what_she_knows(attacker: Attacker) -> None:
    her_row_as_it_was(attacker)
    row = Member.objects.get(pk=attacker.row.pk)
    row.roles = "member,moderator"
    row.row_mac = member_mac(attacker.ring.row_key, row)
    row.save()


WRITTEN: list[Callable[[Attacker], None]] = [
    her_row_as_it_was, everything_of_accounts_as_it_was, desks_as_they_were,
    desks_vouched_for_with_what_she_knows, her_role_vouched_for_with_what_she_knows,
]  # fmt: skip


@pytest.mark.parametrize("write", WRITTEN, ids=lambda write: write.__name__)
def test_no_row_of_hers_is_accepted(
    attacker: Attacker, moderator: Person, write: Callable[[Attacker], None]
) -> None:
    row, ring = moderator.keys
    write(attacker)
    try:
        hers, her_ring = find_account(attacker.person.pseudonym, attacker.person.passphrase)
    except (UnknownAccount, EpochNotPinned):
        pass
    else:
        assert not hers.has_role("moderator")
        with pytest.raises(VaultError):
            open_desk(her_ring, hers, desk_of(her_ring, hers.organisation_id))
    for desk in Desk.objects.all():
        try:
            found = desk_of(ring, desk.organisation_id)
        except VaultError:
            continue
        for seed in (attacker.desk_seed, attacker.moderation_seed):
            assert bytes(found.public_key) != seals.public_key(seed)
    genuine = desk_keys.moderators_of(ring, row.organisation_id)
    assert attacker.row.pk not in {one.pk for one in genuine}


def test_her_codes_make_nobody_a_moderator(attacker: Attacker, member: Person) -> None:
    row, ring = member.keys
    for write in (lambda: None, lambda: desks_as_they_were(attacker)):
        write()
        with pytest.raises(promote.CodeRefused):
            promote.become_moderator(row.pk, ring, attacker.recovery_code)


def test_a_forged_next_key_of_hers_is_refused(attacker: Attacker, member: Person) -> None:
    """`member` was away all the time: she holds only what the attacker holds too."""
    victim = Member.objects.get(pk=member.row.pk)
    assert victim.epoch == 1
    key, known = boxes.new_key(), attacker.ring.network_key
    Epoch.objects.filter(number=2).update(
        chain_mac=network.chain_mac(known, 2, key),
        previous_box=network.box_previous(key, 2, known),
        floor=1,
        floor_mac=network.floor_mac(key, 2, 1),
    )
    info = contexts.network_seal(victim.pk, 2)
    victim.network_seal = seals.seal(bytes(victim.public_key), key, info)
    victim.row_mac = member_mac(network.row_key(key), victim)
    victim.save()
    with pytest.raises(EpochNotPinned):
        member.keys  # noqa: B018


def test_notes_of_hers_are_not_shown(attacker: Attacker, member: Person) -> None:
    """One that she makes up, and one that was withdrawn since."""
    forged(attacker.ring)
    put_back(Alert, attacker.copied[Alert])
    assert Alert.objects.count() == 3
    shown = feed.feed_page(member.ring, feed.Filters(), "en").cards
    assert {opened.row.pk for opened in shown} == {attacker.since.pk}
