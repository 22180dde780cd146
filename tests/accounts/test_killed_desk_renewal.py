"""The server is killed when a renewal of moderators' keys is committed and not remembered yet.

In a test no transaction ends, so nothing that waits for its end is ever done: just that.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from safety_app.accounts.flows import revoke
from safety_app.accounts.keys import desk_keys, epoch_pin, verifying_keys
from safety_app.accounts.models import VerifyingKey
from safety_app.accounts.rotation import desk_rotation
from safety_app.vault import signatures
from safety_app.vault.errors import VaultError
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.forged_desks import HERS, network_of, trust  # noqa: F401
from tests.accounts.test_epoch_pin import problems, sign_in
from tests.cast import Person

pytestmark = pytest.mark.thorough


@pytest.fixture(params=["there from the founding on", "after an operator's word"])
def server(request: pytest.FixtureRequest) -> None:
    if request.param == "after an operator's word":
        Path(settings.EPOCH_PIN_FILE).unlink()
        trust()


def test_the_next_who_signs_in_is_led_on(
    server: None, moderator: Person, member: Person, other_moderator: Person
) -> None:
    before = epoch_pin.pinned_signers()
    renew_own_desk(*reversed(moderator.keys))
    assert epoch_pin.pinned_signers() == before
    for person in (member, moderator):
        assert sign_in(person).status_code == 302
    assert moderator.sign_in().get("/en/desk/").status_code == 200
    newest = verifying_keys.newest_signers(moderator.ring.signers)
    assert epoch_pin.pinned_signers() == newest != before
    assert problems() == []
    renew_own_desk(*reversed(moderator.keys))
    assert sign_in(member).status_code == 302


def test_the_same_at_a_removal(
    server: None, moderator: Person, member: Person, colleague: Person
) -> None:
    revoke.revoke_access(moderator.ring, moderator.row, [colleague.row.pk])
    for person in (member, moderator):
        assert sign_in(person).status_code == 302
    assert moderator.ring.current == member.ring.current == 2


def test_no_other_successor_comes_with_it(server: None, moderator: Person, member: Person) -> None:
    """By somebody who knows the seed of before: one step is expected, to one key and list."""
    row, ring = moderator.keys
    seed = bytes(desk_keys.moderation_seed(ring, row) or b"")
    renew_own_desk(ring, row)
    made = VerifyingKey.objects.get(previous=ring.verifying_key)
    made.key = signatures.verifying_key(HERS)
    made.signature = signatures.sign(seed, verifying_keys.step_of(made).statement())
    made.save()
    is_unbroken = json.loads(Path(settings.EPOCH_PIN_FILE).read_text())["is_unbroken"]
    if not is_unbroken:
        assert verifying_keys.newest_signers(ring.signers) == ring.signers
    with pytest.raises(VaultError):
        desk_keys.desk_of(ring, row.organisation_id)


def test_a_renewal_that_fails_changes_nothing(server: None, moderator: Person) -> None:
    row, ring = moderator.keys
    with transaction.atomic():
        desk_rotation.renew_desk_keys(ring, row)
        transaction.set_rollback(True)
    assert verifying_keys.newest_signers(ring.signers) == ring.signers
    renew_own_desk(ring, row)
    assert sign_in(moderator).status_code == 302
