"""The network key, its epochs, and the MACs of rows.

One random 32-byte key per epoch opens all alerts of that epoch. Each epoch is chained to the
previous one by a MAC under the older key, so that write access to the database is not enough to add
one. Once everything has moved to the newest key, a MAC under it states that the older epochs are
closed: their *floor* is the lowest epoch that is still open, and nothing below it is opened again.
Rows that receive seals carry a MAC under a key derived from the network key.

Every member holds that key, so the keys of the chain, of floors and of rows also take the server's
own (32 bytes, the salt of HKDF): nobody without both makes such a MAC. What was made up to 0.2.0
takes only the network key, as do keys here that no member holds.
"""

import hmac

from safety_app.vault.boxes import derive, open_box, seal_box
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

MAC_SIZE = 32
LINK_SIZE = 2 * MAC_SIZE


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104): 32 bytes."""
    return hmac.digest(key, message, "sha256")


def check_mac(key: bytes, message: bytes, given: bytes) -> None:
    """Raises VaultError unless `given` is the MAC of `message`; compares in constant time."""
    if not hmac.compare_digest(mac(key, message), bytes(given)):
        raise VaultError("mac: does not match")


def commitment(key: bytes) -> bytes:
    """32 bytes that stand for an epoch's key and tell nothing about it."""
    return derive(key, "epoch commitment")


def _chain_message(number: int, key: bytes) -> bytes:
    return make_context("epoch", number, commitment(key))


def chain_mac(previous: bytes, number: int, key: bytes, server_key: bytes | None = None) -> bytes:
    """The MAC (32 bytes) that chains the key of epoch `number` to the previous epoch's key."""
    return mac(derive(previous, "epoch chain", salt=server_key), _chain_message(number, key))


def check_chain(
    previous: bytes, number: int, key: bytes, given: bytes, server_key: bytes | None = None
) -> None:
    """Raises VaultError when epoch `number` with this key does not follow from `previous`."""
    check_mac(derive(previous, "epoch chain", salt=server_key), _chain_message(number, key), given)


def chain_link(previous: bytes, number: int, key: bytes, server_key: bytes | None = None) -> bytes:
    """What the row of epoch `number` holds (64 bytes): its key's commitment and the MAC that chains
    it. So whoever holds the previous key can tell it from one that nobody made, without the new
    one (`check_link`).
    """
    return commitment(key) + chain_mac(previous, number, key, server_key)


def check_link(previous: bytes, number: int, link: bytes, server_key: bytes | None = None) -> None:
    """Raises VaultError unless a holder of the previous key made the epoch's link."""
    stated, given = link[:MAC_SIZE], link[MAC_SIZE:]
    key = derive(previous, "epoch chain", salt=server_key)
    check_mac(key, make_context("epoch", number, stated), given)


def floor_mac(key: bytes, number: int, floor: int, server_key: bytes | None = None) -> bytes:
    """The MAC (32 bytes), under the key of epoch `number`, of the lowest epoch that is still
    open.
    """
    return mac(
        derive(key, "epoch floor", salt=server_key), make_context("epoch floor", number, floor)
    )


def check_floor(
    key: bytes, number: int, floor: int, given: bytes, server_key: bytes | None = None
) -> None:
    """Raises VaultError unless a holder of the key of epoch `number` stated this floor."""
    if not 1 <= floor <= number:
        raise VaultError("epoch: no such floor")
    check_mac(
        derive(key, "epoch floor", salt=server_key),
        make_context("epoch floor", number, floor),
        given,
    )


def box_previous(key: bytes, number: int, previous: bytes) -> bytes:
    """The key of epoch `number` - 1 encrypted under that of `number`, for as long as it is
    needed.
    """
    return seal_box(derive(key, "previous epoch"), previous, make_context("previous epoch", number))


def open_previous(key: bytes, number: int, box: bytes) -> bytes:
    """Undo `box_previous`. Raises VaultError."""
    return open_box(derive(key, "previous epoch"), box, make_context("previous epoch", number))


def row_key(key: bytes, server_key: bytes | None = None) -> bytes:
    """The key that authenticates rows, 32 bytes; derive it once per request."""
    return derive(key, "rows", salt=server_key)


def content_key(key: bytes, server_key: bytes | None) -> bytes:
    """The key from which those of what people write are derived, 32 bytes: the network key itself
    up to 0.2.0.

    Whoever was removed still knows the network key of her time. Without the server's, it opens and
    makes nothing in a copy of the database.
    """
    return key if server_key is None else derive(key, "contents", salt=server_key)


def row_mac(
    key: bytes,
    kind: str,
    row: int,
    public_key: bytes,
    organisation: int,
    roles: str,
    state: str,
    *digests: bytes,
) -> bytes:
    """The MAC (32 bytes) of a member, invitation or desk row.

    `key` is `row_key(…)`; `organisation` is 0 for the moderation desk of the whole network.
    `digests` are SHA-256 (32 bytes) of long columns that must not change either.
    """
    return mac(
        key, make_context("row", kind, row, public_key, organisation, roles, state, *digests)
    )


def sealed_mac(key: bytes, kind: str, row: int, sealed: bytes, *bound: bytes | str | int) -> bytes:
    """The MAC (32 bytes) of sealed content in a row, proving that its author held the network
    key.

    `key` is `row_key(…)`; `bound` are the other values of the row that must not change.
    """
    return mac(key, make_context("sealed row", kind, row, sealed, *bound))


def equal(one: bytes, other: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one, other)
