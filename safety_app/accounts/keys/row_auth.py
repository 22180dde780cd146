"""MACs under the network key, for rows that receive seals or carry roles.

Whoever can write to the database cannot add a person, swap a key or raise a role: nothing is sealed
to a row that fails, and a session whose own row fails ends (`middleware.trusted_row`). Every member
can make these MACs; a desk's keys also carry signatures of moderators (`keys.verifying_keys`).

Translators, editors and those who wait hold no network key, and codes for them bring none. The
server itself vouches for these rows, under a key from the pepper and the newest epoch. Each removal
makes a new epoch, which the server pins: a row put back as it was before is worth nothing (decision
44).
"""

import hashlib
from collections.abc import Callable
from functools import cache

from safety_app.accounts import roles
from safety_app.accounts.keys import credentials, epoch_pin, verifying_keys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Desk, Epoch, Invitation, Member, last_day_of_code
from safety_app.accounts.pin_file import EpochNotPinned, Pin, PinUnreadable
from safety_app.privacy.ids import LOWEST
from safety_app.privacy.prepared import select
from safety_app.vault import codes, network, seals
from safety_app.vault.errors import VaultError


def member_mac(row_key: bytes, member: Member) -> bytes:
    """The MAC (32 bytes) a member's row must carry.

    It covers the second step's box, so that an older one, which switches the step off or makes used
    codes good again, cannot be put back by itself. Together with the MAC of its time it can, until
    the seed or the network key is a new one: nothing in the row but the seed only moves forward.
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
    """The MAC (32 bytes) a desk's row must carry.

    Signatures alone would not do: somebody who knew an older key of the desk, or of the moderation
    desk, can still sign with it. `previous_box` is left out, since only today's key makes one.
    """
    return _desk_mac(row_key, desk, is_due=bool(desk.renewal_due))


def _desk_mac(row_key: bytes, desk: Desk, *, is_due: bool) -> bytes:
    values = (desk.certificate, desk.code_key, desk.recovery_box, desk.retired_box)
    return network.row_mac(
        row_key,
        "desk",
        desk.pk,
        bytes(desk.public_key),
        desk.organisation_id or 0,
        "",
        "due" if is_due else "",
        *(b"" if value is None else hashlib.sha256(bytes(value)).digest() for value in values),
    )


def _older_desk_mac(row_key: bytes, desk: Desk) -> bytes:
    """That of an epoch which was made with 0.2.0."""
    return network.row_mac(
        row_key, "desk", desk.pk, bytes(desk.public_key), desk.organisation_id or 0, "", ""
    )


def sign_desk(ring: KeyRing, desk: Desk) -> None:
    """Vouch for a desk's row, which is new or was checked. Does not save.

    Call it for a row that was read in the same transaction, which holds the epoch.
    """
    mac_of = _older_desk_mac if _is_from_before(ring) else desk_mac
    desk.row_mac = mac_of(ring.row_key, desk)


def check_desk_row(ring: KeyRing, desk: Desk) -> None:
    """Raises VaultError unless a holder of the network key made the row, whoever signed what is in
    it.

    That a desk is due for a new key can be added without any key, and is taken away by its next one
    only: where the MAC says so, it is due, whatever the column says.
    """
    if _is_from_before(ring):
        _check(_older_desk_mac(ring.row_key, desk), desk.row_mac, "desk")
    elif network.equal(_desk_mac(ring.row_key, desk, is_due=True), bytes(desk.row_mac)):
        desk.renewal_due = True
    else:
        _check(_desk_mac(ring.row_key, desk, is_due=False), desk.row_mac, "desk")


def _is_from_before(ring: KeyRing) -> bool:
    """Whether 0.2.0 made the ring's newest epoch; this server remembers which was the last."""
    return ring.current < epoch_pin.bound_from()


def check_member(ring: KeyRing, member: Member) -> None:
    """Raises VaultError unless a holder of the network key made the row; with a ring that holds
    none, unless this server did (see `keyless_row_key`).
    """
    if member.pk < LOWEST:  # no page leads to it
        raise VaultError("row: an id that no member's has")
    if ring.epochs:
        _check(member_mac(ring.row_key, member), member.row_mac, "member")
        return
    if not network.equal(member_mac(keyless_row_key(), member), bytes(member.row_mac)):
        # A renewal of the network key may have ended since the row was read.
        rows = Member.objects.filter(pk=member.pk)
        member.row_mac = rows.values_list("row_mac", flat=True).first() or b""
        _check_again(member)


def _check_again(member: Member) -> None:
    try:
        _check(member_mac(keyless_row_key(), member), member.row_mac, "member")
    except VaultError:
        _wait_for_a_renewal_elsewhere()
        raise


def _wait_for_a_renewal_elsewhere() -> None:
    """Raises PinUnreadable where another machine may have renewed the network key, and nobody has
    followed that here yet.
    """
    if Epoch.objects.filter(number__gt=epoch_pin.newest_number()).exists():
        raise PinUnreadable from None


def sign_member(ring: KeyRing, member: Member) -> None:
    """Vouch for a member's row, which is new or was checked. Does not save.

    Call it in a transaction that holds the epoch. Raises VaultError and EpochNotPinned.
    """
    if not ring.epochs and not is_vouched_for_by_server(member):
        raise VaultError("row: only a holder of the network key vouches for a member's")
    member.row_mac = member_mac(ring.row_key if ring.epochs else keyless_row_key(), member)


def is_vouched_for_by_server(row: Member | Invitation) -> bool:
    """Whether it is the row of somebody who holds no network key, or a code for such an account."""
    return row.state == "waiting" or "member" not in roles.known_roles(row.roles)


def sign_invitation(ring: KeyRing, invitation: Invitation) -> None:
    """Vouch for an invitation's row. Does not save.

    Call it in a transaction that holds the epoch. Raises EpochNotPinned for one without a network
    key, and VaultError for another where the ring has none.
    """
    is_keyless = is_vouched_for_by_server(invitation)
    row_key = keyless_row_key() if is_keyless else ring.row_key
    invitation.row_mac = invitation_mac(row_key, invitation)


def keyless_row_key() -> bytes:
    """The key (32 bytes) under which this server vouches for rows now. A query.

    It is of the newest epoch that this server has seen or made itself: a row from before has no
    right MAC. Nobody else's word counts, not even a moderator's signature: one who goes could have
    signed a key that comes again. Raises EpochNotPinned where that epoch is not there.
    """
    seen, expected = epoch_pin.pins()
    numbers = [seen.number, expected.number]
    links: dict[int, list[bytes]] = {}
    for number, link in select(Epoch, ("number", "chain_mac"), "WHERE number IN (%s, %s)", numbers):
        links.setdefault(number, []).append(bytes(link))
    for pin in (expected, seen):
        for link in links.get(pin.number, []):
            if _is_of(pin, link):
                return credentials.server_row_key(pin.number, link)
    raise EpochNotPinned


def _is_of(pin: Pin, link: bytes) -> bool:
    """Whether the link of an epoch's row states what is pinned. Up to 0.2.0 it states nothing."""
    if pin.number < epoch_pin.bound_from() or pin.stated_floor:
        return True
    return len(link) == network.LINK_SIZE and link[: network.MAC_SIZE].hex() == pin.commitment


def member_checker(ring: KeyRing) -> Callable[[Member], bool]:
    """Tells of many rows whether each was made by a holder of the network key or, if it is that of
    an account without one, by this server.
    """
    key_of_server = cache(keyless_row_key)

    def is_genuine(row: Member) -> bool:
        try:
            key = key_of_server() if is_vouched_for_by_server(row) else ring.row_key
            _check(member_mac(key, row), row.row_mac, "member")
        except (VaultError, EpochNotPinned):
            return False
        return row.pk >= LOWEST

    return is_genuine


def check_invitation(row_key: bytes, invitation: Invitation) -> None:
    """Raises VaultError unless a holder of this key (32 bytes) made the row: the row key of the
    newest epoch or, for one without a network key, `keyless_row_key`.
    """
    if invitation.pk < LOWEST or invitation.expires > last_day_of_code():
        raise VaultError("row: an id or a last day that no invitation has")
    _check(invitation_mac(row_key, invitation), invitation.row_mac, "invitation")


def check_keyless_invitation(invitation: Invitation) -> None:
    """Raises VaultError unless this server made the row; EpochNotPinned where it cannot tell."""
    try:
        check_invitation(keyless_row_key(), invitation)
    except VaultError:
        _wait_for_a_renewal_elsewhere()
        raise


def check_code(invitation: Invitation, keys: codes.CodeKeys) -> None:
    """Raises VaultError unless the row was made for the code with these keys, which nobody has
    used.

    The MAC covers the public key, not how the row is found or what its box holds: whoever reads a
    code's key, as moderators do, could put another code's row in its place.
    """
    if bytes(invitation.public_key) != seals.public_key(keys.seed):
        raise VaultError("invitation: of another code")
    if Member.objects.filter(pk=credentials.account_id(keys.key)).exists():
        raise VaultError("invitation: used, and put back")


def check_desk(ring: KeyRing, desk: Desk) -> bytes:
    """The verifying key (32 bytes) of a desk whose row a holder of the network key made, and whose
    keys moderators vouch for. Raises VaultError for another. One or two queries.
    """
    check_desk_row(ring, desk)
    try:
        newest = verifying_keys.newest_signers(ring.signers).verifying_key
    except EpochNotPinned:
        raise VaultError("row: this server knows another verifying key") from None
    return verifying_keys.check_desk_certificate(newest, desk)


def _check(expected: bytes, actual: bytes | memoryview, kind: str) -> None:
    # Both are MACs of fixed size; `actual` comes from the row, `expected` from the key.
    if not network.equal(expected, bytes(actual)):
        raise VaultError(f"row: this {kind} was not made by a member of the network")
