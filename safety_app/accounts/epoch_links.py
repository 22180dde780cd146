"""How the keys of epochs lead to each other: forward by links, back by boxes.

Nobody can make a box down to a key that they do not know. A link that takes the server's key is
made by no one but a server with the pepper (`vault.network`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from safety_app.accounts.models import Epoch
from safety_app.vault import network
from safety_app.vault.errors import VaultError


def is_linked(previous: bytes, epoch: Epoch, key: bytes, server_key: bytes | None) -> bool:
    """Whether an epoch with this key was linked to the key before it (32 bytes each)."""
    # Up to 0.2.0 the MAC was alone in the column.
    chain_mac = bytes(epoch.chain_mac)[-network.MAC_SIZE :]
    try:
        network.check_chain(previous, epoch.number, key, chain_mac, server_key)
    except VaultError:
        return False
    return True


def first_bound(newest: int) -> int:
    """The first epoch up to this one whose link takes the server's key, as far as rows tell. Up to
    0.2.0 the MAC was alone in the column, also in the first epoch's.

    Anybody who writes to the database can change that for older epochs. The newest is not asked.
    """
    older = Epoch.objects.filter(number__gt=0, number__lt=newest)
    links = older.values_list("number", "chain_mac")
    # SQLite stores any type in any column: one such row must not stop the operator's command.
    short = (n for n, link in links if isinstance(link, bytes | memoryview) and _is_short(link))
    return 1 + max(short, default=0)


def _is_short(link: bytes | memoryview) -> bool:
    return len(link) == network.MAC_SIZE


def is_led_to(
    number: int, keys: Mapping[int, bytes], epochs: Sequence[Epoch], server_key: bytes
) -> bool:
    """Whether links with the server's key lead from the epoch of this number to the newest."""
    rows = {epoch.number: epoch for epoch in epochs}
    at = key_at(number, keys, epochs)
    for following in range(number + 1, max(keys) + 1):
        newer = key_at(following, keys, epochs)
        if at is None or newer is None or following not in rows:
            return False
        if not is_linked(at, rows[following], newer, server_key):
            return False
        at = newer
    return True


def key_at(number: int, keys: Mapping[int, bytes], epochs: Sequence[Epoch]) -> bytes | None:
    """An epoch's key: one of these, or an older one; None when it cannot be reached from them."""
    if number in keys:
        return keys[number]
    oldest = min(keys)
    key = keys[oldest]
    boxes = {epoch.number: epoch.previous_box for epoch in epochs}
    try:
        for at in range(oldest, number, -1):
            key = network.open_previous(key, at, bytes(boxes.get(at) or b""))
    except VaultError:
        return None
    return key if number < oldest else None
