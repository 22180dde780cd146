"""Another code's row in the place of the one that somebody knows.

A moderator reads the key of a code in who vouches for it. That opens what lies under the key, but
makes no row that its code joins with: neither as a member after her removal, nor elsewhere.
"""

from __future__ import annotations

import pytest

from safety_app.accounts.flows import invite, promote, revoke, vouch
from safety_app.accounts.flows.join import InvitationRefused, NewAccount, join
from safety_app.accounts.keys import contexts, credentials, desk_keys, vouching_seals
from safety_app.accounts.keys.network_box import (
    open_network_box,
    seal_fingerprint,
    seal_network_box,
)
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Vouching
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.test_used_codes import UsedCode
from tests.cast import Person

HERS = MadePassphrase("gibole natuve kirosa dapemu")
AGAIN = MadePassphrase("kafedu bizoti nolape rimuso")


@pytest.fixture
def hers(moderator: Person) -> NewAccount:
    """A second moderator of the same organisation."""
    return join(invite.make_invitation(moderator.ring, moderator.row, "moderator"), "Plover", HERS)


def key_read(hers: NewAccount, invitation: Invitation) -> bytes:
    row = Vouching.objects.get(invitation=invitation)
    desk = desk_keys.desk_of(hers.ring, hers.member.organisation_id)
    seed = desk_keys.open_desk(hers.ring, hers.member, desk)
    return vouching_seals.open_vouching(row, seed, hers.ring).code_key


@pytest.fixture
def known(hers: NewAccount, member: Person) -> tuple[str, Invitation, bytes]:
    """A friend vouches and hands her the code: that, its row, and the key she reads."""
    code = vouch.vouch(member.ring, member.row, "a friend")
    row = Invitation.objects.get(state="asked")
    return code, row, key_read(hers, row)


def put_in_its_place(known: tuple[str, Invitation, bytes], row: Invitation, box: bytes) -> None:
    """With its handle, and a box under the key that she knows."""
    Invitation.objects.filter(pk=known[1].pk).delete()
    row.handle, row.network_box = known[1].handle, box
    row.save()


def test_a_member_who_was_approved_later(
    moderator: Person, colleague: Person, hers: NewAccount, known: tuple[str, Invitation, bytes]
) -> None:
    code, friends, friends_key = known
    Invitation.objects.filter(pk=friends.pk).update(state="declined")
    vouch.vouch(colleague.ring, colleague.row, "somebody else")
    stranger = Invitation.objects.get(state="asked")
    strangers_key = key_read(hers, stranger)
    revoke.revoke_access(moderator.ring, moderator.row, [hers.member.pk])
    vouching = Vouching.objects.get(invitation=stranger)
    assert vouch.approve_vouching(moderator.ring, moderator.row, vouching.pk) == "waiting"
    stranger.refresh_from_db()
    context = contexts.network_box(stranger.pk, stranger.epoch)
    box = open_network_box(strangers_key, stranger.network_box or b"", context)
    put_in_its_place(known, stranger, seal_network_box(friends_key, box, context))
    with pytest.raises(InvitationRefused):
        join(code, "Plover again", AGAIN)


@pytest.mark.parametrize("kind", ["translator", "editor"])
def test_another_organisations_translator(
    moderator: Person,
    other_moderator: Person,
    hers: NewAccount,
    known: tuple[str, Invitation, bytes],
    kind: str,
) -> None:
    revoke.revoke_access(moderator.ring, moderator.row, [hers.member.pk])
    invite.make_invitation(other_moderator.ring, other_moderator.row, kind)
    row = Invitation.objects.get(roles=kind)
    fingerprint = credentials.desk_fingerprint(Desk.objects.get(organisation=row.organisation_id))
    context = contexts.desk_fingerprint(row.pk)
    put_in_its_place(known, row, seal_fingerprint(known[2], fingerprint, context))
    with pytest.raises(InvitationRefused):
        join(known[0], "Plover again", AGAIN)


def test_another_organisations_code_while_she_is_in(
    other_moderator: Person, hers: NewAccount, known: tuple[str, Invitation, bytes]
) -> None:
    invite.make_invitation(other_moderator.ring, other_moderator.row, "reporter")
    row = Invitation.objects.get(state="open")
    context = contexts.network_box(row.pk, row.epoch)
    put_in_its_place(known, row, seal_network_box(known[2], hers.ring.network_box, context))
    with pytest.raises(InvitationRefused):
        join(known[0], "Plover again", AGAIN)


def test_a_used_code_makes_no_second_moderator(moderator: Person, member: Person) -> None:
    """Its rows put back, a friend would have become one with it."""
    used = UsedCode(moderator, "moderator")
    used.use()
    used.put_back(Invitation, DeskSeal)
    with pytest.raises(promote.CodeRefused):
        promote.become_moderator(member.row.pk, member.ring, used.code)
