"""Network and verifying keys that a former member or moderator writes into the database, with and
without the file in which the server keeps what it has seen.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.test import Client

from safety_app.accounts.flows import applications, revoke
from safety_app.accounts.keys import desk_keys, epoch_pin
from safety_app.accounts.keys.verifying_keys import step_of
from safety_app.accounts.models import (
    Epoch,
    Member,
    VerifyingKey,
)
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import network_rotation
from safety_app.privacy.ids import random_id
from safety_app.vault import signatures
from safety_app.vault.errors import VaultError
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.forged_desks import (
    DESK,
    NEW,
    Signer,
    fork,
    lose_the_pin,
    network_of,  # noqa: F401
    swap,
    trust,
)
from tests.accounts.test_epoch_pin import forge_next_epoch, sign_in
from tests.cast import CODES, Person


@pytest.mark.thorough
def test_a_forged_next_key_without_what_the_server_knew(
    moderator: Person, member: Person, colleague: Person
) -> None:
    """By somebody who is a member no more: she knows the key before."""
    known = colleague.ring
    revoke.revoke_access(moderator.ring, moderator.row, [colleague.row.pk])
    forge_next_epoch(known, Member.objects.get(pk=member.row.pk))
    lose_the_pin()
    response = sign_in(member)
    assert response.status_code == 503
    assert "Nobody can sign in at the moment" in response.content.decode()
    assert not Path(settings.EPOCH_PIN_FILE).exists()


@pytest.mark.thorough
def test_a_signed_key_is_taken_without_what_the_server_knew(
    moderator: Person, member: Person, colleague: Person
) -> None:
    """With the recovery code typed, two witnesses have signed the verifying key as well."""
    browser, typed = moderator.confirm(), {"revoke": "1", "code": CODES["desk"]}
    address = f"/en/desk/people/{colleague.row.pk}/revoke/"
    assert browser.post(address, typed, follow=True).status_code == 200
    lose_the_pin()
    assert sign_in(member).status_code == 503
    trust()
    assert member.ring.current == Epoch.objects.count()


@pytest.mark.thorough
def test_a_members_own_renewal_is_signed_at_a_moderators_next_page(
    moderator: Person, member: Person, colleague: Person
) -> None:
    network_rotation.renew_network_key(colleague.ring)
    browser = moderator.client
    pin = Path(settings.EPOCH_PIN_FILE).read_bytes()
    lose_the_pin()
    with pytest.raises(CommandError, match="No moderator has signed"):
        trust()
    Path(settings.EPOCH_PIN_FILE).write_bytes(pin)
    assert browser.get(DESK).status_code == 200
    lose_the_pin()
    trust()
    assert sign_in(member).status_code == 302


@pytest.mark.thorough
def test_a_signature_that_is_not_right_does_not_pass_for_one(
    moderator: Person, member: Person, colleague: Person
) -> None:
    """The command checks it, also where the row states no commitment: that was so up to 0.2.0
    (`test_keys_of_0_2_0.py`). Unless the operator says otherwise.
    """
    network_rotation.renew_network_key(colleague.ring)
    made = Epoch.objects.filter(number=2)
    made.update(signature=bytes(64))
    lose_the_pin()
    with pytest.raises(CommandError, match="No moderator has signed"):
        trust()
    link = bytes(made.get().chain_mac)
    made.update(chain_mac=link[-32:])
    with pytest.raises(CommandError, match="No moderator has signed"):
        trust()
    made.update(chain_mac=link)
    trust(unsigned=True)
    assert sign_in(member).status_code == 302


@pytest.mark.thorough
def test_another_successor_of_the_verifying_key(
    former: Signer, moderator: Person, member: Person
) -> None:
    """`member` was away, and holds only the key before."""
    assert moderator.ring.verifying_key != former.ring.verifying_key  # the server has seen it
    fork(former)
    with pytest.raises(EpochNotPinned):
        member.keys  # noqa: B018
    swap(moderator.ring, former.row.organisation_id)
    with pytest.raises(applications.NotOffered):
        applications.apply(former.row.organisation_id, "Somebody New", NEW, "let me in")


@pytest.mark.thorough
def test_verifying_keys_in_a_circle(former: Signer, member: Person) -> None:
    row = VerifyingKey.objects.get(previous=signatures.verifying_key(former.moderation))
    row.key, row.witnesses = row.previous, row.previous_witnesses
    row.signature = signatures.sign(former.moderation, step_of(row).statement())
    row.save()
    with pytest.raises(VaultError):
        desk_keys.desk_of(former.ring, former.row.organisation_id)
    assert member.ring.verifying_key == epoch_pin.remembered().signers.verifying_key
    assert sign_in(member).status_code == 302


def test_a_circle_behind_the_newest_counts_like_none(moderator: Person, member: Person) -> None:
    """By somebody who knows the newest seed, and cannot lead anybody elsewhere."""
    seed = desk_keys.moderation_seed(moderator.ring, moderator.row)
    assert seed is not None
    key, listed = moderator.ring.verifying_key, moderator.ring.witnesses
    row = VerifyingKey(
        id=random_id(), previous=key, previous_witnesses=listed, key=key, witnesses=listed
    )
    row.signature = signatures.sign(seed, step_of(row).statement())
    row.save(force_insert=True)
    assert sign_in(member).status_code == 302


@pytest.mark.thorough
def test_who_was_away_is_led_to_the_newest_verifying_key(
    moderator: Person, member: Person, nobody: Client
) -> None:
    for _ in range(3):
        renew_own_desk(*reversed(moderator.keys))
    row, ring = member.keys
    assert ring.verifying_key == moderator.ring.verifying_key
    assert desk_keys.desk_of(ring, row.organisation_id)
    assert member.client.get("/en/a/").status_code == 200
    assert VerifyingKey.objects.count() == 3
