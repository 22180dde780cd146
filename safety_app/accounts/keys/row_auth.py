"""MACs under the network key, for rows that receive seals or carry roles.

Whoever can write to the database cannot add a person, swap a key or raise a role: nothing is sealed
to a row that fails, and a session whose own row fails ends (`middleware.trusted_row`). Every member
can make these MACs; a desk's keys also carry signatures of moderators (`keys.verifying_keys`).
"""

import hashlib

from safety_app.accounts.keys import verifying_keys
from safety_app.accounts.keys.epoch_pin import EpochNotPinned
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Desk, Invitation, Member
from safety_app.privacy.ids import LOWEST
from safety_app.vault import network
from safety_app.vault.errors import VaultError


def member_mac(row_key: bytes, member: Member) -> bytes:
    """The MAC (32 bytes) a member's row must carry.

    It covers the second step's box, so that an older one, which switches the step off or makes used
    codes good again, cannot be put back. A counter would do too, but show who uses a second step.
    """
    stay = member.stay_until.isoformat() if member.stay_until else ""
    return network.row_mac(
        row_key,
        "member",
        member.pk,
        bytes(member.public_key),
        member.organisation_id,
        member.roles,
        f"{member.state} {stay}",
        hashlib.sha256(bytes(member.second_factor_box)).digest(),
    )


def invitation_mac(row_key: bytes, invitation: Invitation) -> bytes:
    """The MAC (32 bytes) an invitation's row must carry."""
    kind = "guest" if invitation.guest else "open"
    state = kind if invitation.state == "open" else invitation.state
    return network.row_mac(
        row_key,
        "invitation",
        invitation.pk,
        bytes(invitation.public_key),
        invitation.organisation_id,
        invitation.roles,
        f"{state} {invitation.expires.isoformat()}",
    )


def desk_mac(row_key: bytes, desk: Desk) -> bytes:
    """The MAC (32 bytes) a desk's row must carry."""
    return network.row_mac(
        row_key, "desk", desk.pk, bytes(desk.public_key), desk.organisation_id or 0, "", ""
    )


def check_member(ring: KeyRing, member: Member) -> None:
    """Raises VaultError unless a holder of the network key made the row.

    For an account without a network key: unless its owner made it (see `KeyRing.row_key`).
    """
    if member.pk < LOWEST:  # no page leads to it
        raise VaultError("row: an id that no member's has")
    _check(member_mac(ring.row_key, member), member.row_mac, "member")


def check_invitation(row_key: bytes, invitation: Invitation) -> None:
    """Raises VaultError unless a holder of the network key made the row.

    An invitation without a network key is authenticated under a key from its code, which the
    moderator who made it knew, so that whoever uses it can check it too.
    """
    _check(invitation_mac(row_key, invitation), invitation.row_mac, "invitation")


def check_desk(ring: KeyRing, desk: Desk) -> bytes:
    """The verifying key (32 bytes) of a desk whose row a holder of the network key made, and whose
    keys moderators vouch for. Raises VaultError for another. One or two queries.
    """
    _check(desk_mac(ring.row_key, desk), desk.row_mac, "desk")
    try:
        newest = verifying_keys.newest_key(ring.verifying_key)
    except EpochNotPinned:
        raise VaultError("row: this server knows another verifying key") from None
    return verifying_keys.check_desk_certificate(newest, desk)


def _check(expected: bytes, actual: bytes | memoryview, kind: str) -> None:
    # Both are MACs of fixed size; `actual` comes from the row, `expected` from the key.
    if not network.equal(expected, bytes(actual)):
        raise VaultError(f"row: this {kind} was not made by a member of the network")
