"""Who worked on a text in review: one tag for each writer, and no names.

A tag (16 bytes, `accounts.keys.tags`) can be made by its writer alone, is another one for
every text, and is erased when the text is approved or published. They are sorted, so that nothing
says who came first.
"""

from __future__ import annotations

from collections.abc import Collection

from safety_app.vault.labels import TAG_SIZE


def split_tags(column: bytes | memoryview) -> set[bytes]:
    """The tags in a column; none if its length is not a multiple of a tag's."""
    raw = bytes(column)
    if len(raw) % TAG_SIZE:
        return set()
    return {raw[at : at + TAG_SIZE] for at in range(0, len(raw), TAG_SIZE)}


def with_writer(column: bytes | memoryview, own_tags: Collection[bytes]) -> bytes:
    """The column with somebody as one of the writers.

    `own_tags` are her tags for this text: if none is there, the first is added. So she is one
    writer also after she changed her passphrase.
    """
    there = split_tags(column)
    if there.isdisjoint(own_tags):
        there.add(next(iter(own_tags)))
    return b"".join(sorted(there))
