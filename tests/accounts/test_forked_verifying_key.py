"""Another successor of the moderators' verifying key, by somebody who was a moderator.

She knows the seeds of both desks as they were, so the key of then signs what she likes. The server
that has seen the true successor refuses hers. Here its file is gone, and `member` was away.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from django.conf import settings

from safety_app.accounts.keys import contexts, verifying_keys
from safety_app.accounts.keys.keyring import own_key
from safety_app.accounts.keys.network_box import seal_network_box
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Epoch, Member, VerifyingKey
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import desk_upkeep, network_rotation
from safety_app.vault import network, signatures, witnesses
from safety_app.vault.errors import VaultError
from safety_app.vault.witnesses import Step
from tests.accounts.forged_desks import (  # noqa: F401
    HERS,
    Signer,
    fork,
    lose_the_pin,
    network_of,
    swap,
)
from tests.accounts.test_epoch_pin import forge_next_epoch, sign_in
from tests.cast import Person


def sign_the_newest_epoch(key: bytes) -> None:
    """With a seed of hers; she knows the network key, having stayed a member."""
    newest = Epoch.objects.order_by("-number").first()
    assert newest is not None
    statement = signatures.epoch_statement(newest.number, network.commitment(key))
    newest.signature = signatures.sign(HERS, statement)
    newest.save()


def test_who_was_away_does_not_follow_a_fork(
    former: Signer,
    moderator: Person,
    member: Person,
) -> None:
    ring = moderator.ring
    fork(former)
    sign_the_newest_epoch(ring.network_key)
    swap(ring, former.row.organisation_id)
    lose_the_pin()
    with pytest.raises(EpochNotPinned):
        member.keys  # noqa: B018
    assert sign_in(member).status_code == 503


def test_who_was_away_does_not_follow_a_forked_network_key(
    former: Signer,
    moderator: Person,
    member: Person,
) -> None:
    victim = Member.objects.get(pk=member.row.pk)
    key = forge_next_epoch(former.ring, victim)
    fork(former)
    sign_the_newest_epoch(key)
    lose_the_pin()
    assert sign_in(member).status_code == 503


@pytest.mark.parametrize("by", [HERS, b""], ids=["a seed of hers", "nobody"])
def test_a_successor_that_the_key_before_did_not_sign(
    moderator: Person, member: Person, by: bytes
) -> None:
    """By somebody who never was a moderator, before there is a true one. It counts like none, so it
    stops nobody either.
    """
    known = moderator.ring.signers
    step = Step(
        known.verifying_key, known.witnesses, signatures.verifying_key(HERS), known.witnesses
    )
    VerifyingKey.objects.create(
        **asdict(step),
        signature=signatures.sign(by, step.statement()) if by else bytes(64),
        countersignatures=witnesses.NONE_YET,
    )
    assert verifying_keys.newest_signers(known) == known
    assert sign_in(member).status_code == 302


def test_somebody_who_comes_first_does_not_choose_the_key(
    moderator: Person, member: Person, colleague: Person
) -> None:
    """Somebody who left: with the file of the server gone, her own forged account would open at
    once, and the server remember what it was shown. (Had her access been ended, the verifying key
    would be new, and she would not follow to it herself.)
    """
    (row, known), victim = colleague.keys, member.row.pk
    Member.objects.filter(pk=row.pk).delete()
    renewed = network_rotation.renew_network_key(moderator.ring)
    desk_upkeep.sign_network_key(renewed, moderator.row)
    key = forge_next_epoch(known, Member.objects.get(pk=victim))
    row.epoch, row.network_seal = known.current + 1, None
    row.network_box = seal_network_box(
        own_key(known.seed),
        replace(known.network_box, key=key),
        contexts.network_box(row.pk, row.epoch),
    )
    row.row_mac = member_mac(network.row_key(key), row)
    row.save(force_insert=True)
    lose_the_pin()
    with pytest.raises(EpochNotPinned):
        colleague.keys  # noqa: B018
    assert not Path(settings.EPOCH_PIN_FILE).exists()
    assert sign_in(member).status_code == 503


def test_only_the_seed_of_the_key_of_now_replaces_it(moderator: Person) -> None:
    """As after a renewal that another session made first."""
    with pytest.raises(VaultError):
        verifying_keys.replace_key(moderator.ring.signers, HERS, bytes(32), [])
    assert not VerifyingKey.objects.exists()
