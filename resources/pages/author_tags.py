"""Who worked on a text in review: one tag for each writer, and no names.

A tag (16 bytes, `vault.labels.member_tag`) can be made by its writer alone, is another one for
every text, and is erased when the text is approved or published. They are sorted, so that nothing
says who came first.
"""

from __future__ import annotations

from safety_app.vault.labels import TAG_SIZE


def split_tags(column: bytes | memoryview) -> set[bytes]:
    """The tags in a column; none if its length is not a multiple of a tag's."""
    raw = bytes(column)
    if len(raw) % TAG_SIZE:
        return set()
    return {raw[at : at + TAG_SIZE] for at in range(0, len(raw), TAG_SIZE)}


def with_tag(column: bytes | memoryview, tag: bytes) -> bytes:
    """The column with this tag added."""
    return b"".join(sorted(split_tags(column) | {tag}))
