"""Tags on rows that only their owner recognises (`vault.labels.tag`), under old seeds and new.

A new tag uses the root of the present seed. Rows from before a change of passphrase carry tags of
older roots, so whoever looks for her own rows, or refuses to count somebody twice, tries them all.
That is the same number for everybody, and all are computed before any is compared.
"""

from __future__ import annotations

from collections.abc import Sequence

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault import labels


def tag_keys(ring: KeyRing, purpose: str) -> tuple[bytes, ...]:
    """The keys (32 bytes each) of this person's tags of one purpose, the newest first.

    Derived once for each ring.
    """
    keys = ring.tag_keys.get(purpose)
    if keys is None:
        keys = tuple(labels.tag_key(root, purpose) for root in ring.tag_roots)
        ring.tag_keys[purpose] = keys
    return keys


def new_author_tag(ring: KeyRing, alert: int) -> bytes:
    """The author tag (16 bytes) of a new alert of this person."""
    return labels.author_tags(tag_keys(ring, "author")[0], labels.author_blocks([alert]))


def own_alerts(ring: KeyRing, tagged: Sequence[tuple[int, bytes]]) -> list[int]:
    """Of alerts with their author tags (16 bytes), the ids of those that are this person's."""
    ids, tags = [alert for alert, _tag in tagged], b"".join(tag for _alert, tag in tagged)
    blocks, found = labels.author_blocks(ids), set[int]()
    for key in tag_keys(ring, "author"):
        found.update(labels.matching_tags(labels.author_tags(key, blocks), tags))
    return [ids[position] for position in sorted(found)]


def new_tag(ring: KeyRing, purpose: str, *about: int | str) -> bytes:
    """The tag (16 bytes) that a new row of this person carries."""
    return labels.tag(tag_keys(ring, purpose)[0], purpose, *about)


def own_tags(ring: KeyRing, purpose: str, *about: int | str) -> list[bytes]:
    """Every tag (16 bytes) that a row of this person may carry, the newest first."""
    return labels.tags(tag_keys(ring, purpose), purpose, *about)
