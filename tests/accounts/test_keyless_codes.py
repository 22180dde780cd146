"""Codes for translators and editors, and somebody who can write to the database.

Nobody who uses such a code holds a network key, so the server vouches for its row (decision 44).
"""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from safety_app.accounts.flows import invite
from safety_app.accounts.flows.join import InvitationRefused, NewAccount, join
from safety_app.accounts.keys import credentials
from safety_app.accounts.keys.row_auth import invitation_mac
from safety_app.accounts.models import Desk, DeskSeal, Invitation
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import network_rotation
from safety_app.locales.dates import today
from safety_app.vault import network
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts import outside
from tests.accounts.forged_desks import lose_the_pin
from tests.accounts.test_epoch_pin import sign_in
from tests.accounts.test_keyless_accounts import end_access
from tests.accounts.test_used_codes import UsedCode
from tests.cast import Person

KINDS = ["translator", "editor"]
FIRST = MadePassphrase("gibole natuve kirosa dapemu")
SECOND = MadePassphrase("kafedu bizoti nolape rimuso")


def make(moderator: Person, kind: str) -> str:
    return invite.make_invitation(moderator.ring, moderator.row, kind)


def comes_in(code: str) -> NewAccount | None:
    try:
        return join(code, "Other Name", SECOND)
    except InvitationRefused:
        return None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shared_keys", ["renewed", "spoilt"])
def test_who_was_removed_does_not_come_in_again_with_her_own(
    moderator: Person, kind: str, shared_keys: str
) -> None:
    used = UsedCode(moderator, kind)
    used.use()
    if shared_keys == "spoilt":
        DeskSeal.objects.filter(desk__organisation=None).update(sealed=b"spoilt")
    end_access(moderator, Person("hers", kind, "Plain Wren", FIRST))
    used.put_back(Invitation)
    assert comes_in(used.code) is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_desks_keys_of_before_put_back_as_well(moderator: Person, kind: str) -> None:
    """The code's box tells the desk's fingerprint of then."""
    used = UsedCode(moderator, kind)
    used.use()
    desks = list(Desk.objects.all())
    end_access(moderator, Person("hers", kind, "Plain Wren", FIRST))
    used.put_back(Invitation)
    for desk in desks:
        desk.save()
    assert comes_in(used.code) is None


@pytest.mark.parametrize("kind", KINDS)
def test_one_hidden_while_somebody_is_removed(
    moderator: Person, colleague: Person, kind: str
) -> None:
    code = make(moderator, kind)
    row = Invitation.objects.get()
    Invitation.objects.all().delete()
    network_rotation.renew_network_key(moderator.ring)
    row.save(force_insert=True)
    assert comes_in(code) is None


@pytest.mark.parametrize("kind", KINDS)
def test_who_was_given_one_comes_in_after_a_renewal(moderator: Person, kind: str) -> None:
    code = make(moderator, kind)
    for _time in range(2):
        network_rotation.renew_network_key(moderator.ring)
    account = comes_in(code)
    assert account is not None
    assert account.member.roles == kind
    assert sign_in(Person("hers", kind, "Other Name", SECOND)).status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        {"roles": "translator,editor"},
        {"roles": "member"},
        {"guest": True},
        {"expires": datetime.timedelta(days=13)},
        {"public_key": bytes(1216)},
        {"row_mac": b""},
        {"row_mac": bytes(32)},
    ],
)
def test_one_that_was_changed(moderator: Person, change: dict[str, Any]) -> None:
    code = make(moderator, "translator")
    if "expires" in change:
        change = {"expires": today() + change["expires"]}
    Invitation.objects.update(**change)
    assert comes_in(code) is None
    network_rotation.renew_network_key(moderator.ring)
    assert comes_in(code) is None


@pytest.mark.parametrize("by", ["its code", "a member"])
def test_a_mac_that_others_can_make(moderator: Person, member: Person, by: str) -> None:
    """Up to 0.2.0 that of a key from the code was right."""
    code = make(moderator, "translator")
    row = Invitation.objects.get()
    hers = {
        "its code": network.row_key(credentials.keys_of_code(code, "invitation").key),
        "a member": outside.row_key(member.ring),
    }
    row.row_mac = invitation_mac(hers[by], row)
    row.save()
    assert comes_in(code) is None
    network_rotation.renew_network_key(moderator.ring)
    assert comes_in(code) is None


def test_without_the_servers_memory(moderator: Person) -> None:
    """Then nobody can tell whether the row is from before a removal. The code stays open."""
    code = make(moderator, "translator")
    lose_the_pin()
    with pytest.raises(EpochNotPinned):
        comes_in(code)
    assert Invitation.objects.exists()
