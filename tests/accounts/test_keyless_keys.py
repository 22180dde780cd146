"""Under which key the server vouches for rows without a network key: the one it has seen or made,
whatever rows state of others.
"""

from __future__ import annotations

import pytest
from django.db import transaction

from safety_app.accounts.flows import invite, revoke
from safety_app.accounts.flows.join import NewAccount, join
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.models import DeskSeal, Epoch
from safety_app.privacy.ids import random_id
from safety_app.vault import signatures
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.test_epoch_pin import sign_in
from tests.accounts.test_keyless_accounts import Copy, end_access
from tests.accounts.test_network_rotation import rotate
from tests.cast import Person

MADE_UP = b"a commitment that she chose....."
NEW = MadePassphrase("gibole natuve kirosa dapemu")
OTHER = MadePassphrase("kafedu bizoti nolape rimuso")


def shorten_link(stated: bytes) -> None:
    """As a row of 0.2.0 has it, which stated nothing."""
    Epoch.objects.filter(number=2).update(chain_mac=stated)


def test_a_copy_from_a_lost_history(moderator: Person, translator: Person) -> None:
    """The backup that was restored has had another key of the same number since."""
    with transaction.atomic():
        rotate(moderator.ring)
        copied, stated = Copy(translator), bytes(Epoch.objects.get(number=2).chain_mac)[:32]
        transaction.set_rollback(True)
    end_access(moderator, translator)
    assert moderator.ring.current == 2  # seen, as after a commit
    copied.put_back()
    shorten_link(stated)
    assert sign_in(translator).status_code != 302


@pytest.fixture
def hostile(moderator: Person) -> NewAccount:
    """A second moderator."""
    return join(invite.make_invitation(moderator.ring, moderator.row, "moderator"), "Plover", OTHER)


def sign_made_up(hostile: NewAccount, number: int) -> Epoch:
    """A row of hers, signed with the shared key that she holds."""
    desk = desk_keys.desk_of(hostile.ring, None)
    seed = bytes(desk_keys.open_desk(hostile.ring, hostile.member, desk))
    row = Epoch(
        id=random_id(),
        number=number,
        chain_mac=MADE_UP + bytes(32),
        floor=1,
        floor_mac=bytes(32),
        signature=signatures.sign(seed, signatures.epoch_statement(number, MADE_UP)),
    )
    row.save(force_insert=True)
    return row


@pytest.mark.parametrize("kind", ["translator", "editor"])
@pytest.mark.parametrize("number", [2, 1000])
def test_one_that_a_moderator_signed(
    moderator: Person, translator: Person, hostile: NewAccount, kind: str, number: int
) -> None:
    """It stops nobody, and who joined meanwhile does not come back with it after her removal."""
    planted = sign_made_up(hostile, number)
    assert sign_in(translator).status_code == 302
    join(invite.make_invitation(hostile.ring, hostile.member, kind), "Calm Heron", NEW)
    hers = Person("hers", kind, "Calm Heron", NEW)
    copied = Copy(hers)
    planted.delete()
    DeskSeal.objects.filter(desk__organisation=None).delete()  # the shared keys stay as they are
    gone = {hers.row.pk, hostile.member.pk}
    revoke.revoke_access(moderator.ring, moderator.row, gone)
    assert moderator.ring.current == 2
    copied.put_back()
    if number == 2:
        shorten_link(MADE_UP)
    else:
        planted.save(force_insert=True)
    assert sign_in(hers).status_code != 302
