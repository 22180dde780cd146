"""A moderator who was removed puts the old public key of her desk back, whose seed she knows.

Translators, newcomers with a translator's code and people who wait hold no network key and know
their desk by its fingerprint, which is right then. What they write must not be sealed to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from safety_app.accounts.flows import invite, recover, revoke
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.keys import desk_keys, sealed_rows
from safety_app.accounts.models import Desk, Invitation, Member
from safety_app.vault.encoding import unpad
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.newcomers import applicant
from tests.alerts.test_closed_epochs import Rows, put_back, rows_of
from tests.cast import Person

pytestmark = pytest.mark.thorough

THIRD = MadePassphrase("gibole natuve kirosa dapemu")
OTHER = MadePassphrase("kafedu bizoti nolape rimuso")


@dataclass(frozen=True)
class Kept:
    """What she kept: her desk's seed, a translator's code and all invitations of that day."""

    seed: bytes
    code: str
    invitations: Rows
    waits: Person

    def reads(self, row: Member) -> str | None:
        """The pseudonym she can read in a row."""
        row.refresh_from_db()
        try:
            return unpad(sealed_rows.open_row("pseudonym", row, self.seed, None)).decode()
        except VaultError:
            return None


@pytest.fixture
def kept(moderator: Person) -> Kept:
    """She was removed, and has put the old key into the desk's row."""
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    joined = join(code, "Grey Plover", THIRD)
    code = invite.make_invitation(moderator.ring, moderator.row, "translator")
    waits = applicant("Calm Heron")
    desk = desk_keys.desk_of(joined.ring, joined.member.organisation_id)
    seed = bytes(desk_keys.open_desk(joined.ring, joined.member, desk))
    old_key, invitations = bytes(desk.public_key), rows_of(Invitation)
    revoke.revoke_access(moderator.ring, moderator.row, [joined.member.pk])
    desk.refresh_from_db()
    assert bytes(desk.public_key) != old_key
    Desk.objects.filter(pk=desk.pk).update(public_key=old_key)
    return Kept(seed, code, invitations, waits)


def test_a_translator_does_not_seal_her_new_pseudonym_to_it(kept: Kept, translator: Person) -> None:
    row, ring = translator.keys
    with pytest.raises(recover.DeskRenewed):
        recover.change_credentials(row.pk, ring, "Amber Otter", OTHER)
    assert kept.reads(row) != "Amber Otter"


def test_a_code_from_before_makes_no_account_for_it(kept: Kept) -> None:
    put_back(Invitation, [one for one in kept.invitations if one["roles"] == "translator"])
    with pytest.raises(InvitationRefused):
        join(kept.code, "Amber Otter", OTHER)


def test_somebody_who_waits_does_not_seal_her_new_pseudonym_to_it(kept: Kept) -> None:
    row, ring = kept.waits.keys
    with pytest.raises(recover.DeskRenewed):
        recover.change_credentials(row.pk, ring, "Amber Otter", OTHER)
    assert kept.reads(row) != "Amber Otter"
