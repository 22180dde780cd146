"""Shared files: what went in comes out, and anything changed is refused with its reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_app.vault import seals, sharing
from tests.properties import costly
from tests.vault import reference
from tests.vault.make_sharing_vectors import (
    OTHERS,
    OURS,
    SENDER,
    THEM,
    THIRD,
    US,
    seal_file,
    signed,
)

TO_US, FROM_THEM, TO_OTHERS = (sharing.from_bytes(one) for one in (US, THEM, OTHERS))
KNOWN = {FROM_THEM.fingerprint: FROM_THEM}
DAY = date(2026, 11, 21)
FILE = sharing.make_file(SENDER, TO_US, DAY, [b"one", b"two"])
CONTENT = reference.shared_content(SENDER, US, "2026-11-21", [b"one", b"two"])
FULL = [b"x" * sharing.MAX_ENTRY] * sharing.MAX_ENTRIES


@pytest.mark.thorough
@costly(0.5)
@given(st.dates(), st.lists(st.binary(max_size=60), max_size=20))
def test_entries_come_back(day: date, entries: list[bytes]) -> None:
    file = sharing.make_file(SENDER, TO_US, day, entries)
    found = sharing.open_file(OURS, file, KNOWN)
    assert found == sharing.SharedFile(FROM_THEM.fingerprint, day, tuple(entries))
    wanted = {"sender": found.sender, "day": str(day), "entries": entries}
    assert reference.open_shared(OURS, file, [THEM]) == wanted


def test_the_fullest_file() -> None:
    file = sharing.make_file(SENDER, TO_US, DAY, FULL)
    assert len(file) == 2_491_537 <= sharing.MAX_FILE
    assert sharing.open_file(OURS, file, KNOWN).entries == tuple(FULL)


@pytest.mark.parametrize(("size", "blocks"), [(0, 1), (8000, 1), (8192, 2)])
def test_the_size_tells_only_blocks(size: int, blocks: int) -> None:
    file = sharing.make_file(SENDER, TO_US, DAY, [bytes(size)] * 8)
    assert len(file) == 1169 + blocks * 65_536


def test_more_than_the_limits_is_not_made() -> None:
    with pytest.raises(sharing.TooMany):
        sharing.make_file(SENDER, TO_US, DAY, [b""] * 301)
    with pytest.raises(sharing.TooLarge):
        sharing.make_file(SENDER, TO_US, DAY, [bytes(8193)])


def test_a_file_of_100_000_entries() -> None:
    notes = (100_000).to_bytes(4, "big") + reference.encode(
        *[b"an alert, thirty bytes of text"]
    ) * 100_000
    with pytest.raises(sharing.TooMany):
        sharing.open_file(OURS, seal_file(signed(SENDER, "2026-11-21", notes)), KNOWN)
    with pytest.raises(sharing.TooLarge):
        sharing.open_file(OURS, seal_file(signed(SENDER, "2026-11-21", notes * 2)), KNOWN)


@pytest.mark.thorough
def test_every_truncation_is_refused() -> None:
    for size in range(len(FILE)):
        with pytest.raises((sharing.NotAFile, sharing.Truncated)):
            sharing.open_file(OURS, FILE[:size], KNOWN)


def flipped(raw: bytes, bit: int) -> bytes:
    at, which = divmod(bit, 8)
    return raw[:at] + bytes([raw[at] ^ 1 << which]) + raw[at + 1 :]


def test_every_changed_bit_of_the_header_is_refused() -> None:
    for bit in range(8 * sharing.HEADER_SIZE):
        try:
            sharing.open_file(OURS, flipped(FILE, bit), KNOWN)
        except sharing.Refused:
            continue
        pytest.fail(f"bit {bit} may be changed")


@pytest.mark.thorough
@given(st.integers(8 * sharing.HEADER_SIZE, 8 * len(FILE) - 1))
def test_a_changed_bit_of_the_seal_is_refused(bit: int) -> None:
    with pytest.raises(sharing.NotForUs):
        sharing.open_file(OURS, flipped(FILE, bit), KNOWN)


@pytest.mark.thorough
@given(st.integers(0, 8 * len(CONTENT) - 1))
def test_a_bit_changed_before_sealing_is_refused(bit: int) -> None:
    with pytest.raises((sharing.UnknownSender, sharing.BadSignature, sharing.TooMany)):
        sharing.open_file(OURS, seal_file(flipped(CONTENT, bit)), KNOWN)


@pytest.mark.thorough
@given(st.binary(max_size=200))
def test_anything_else_is_refused(raw: bytes) -> None:
    for file in (raw, sharing.MAGIC + raw):
        with pytest.raises(sharing.Refused):
            sharing.open_file(OURS, file, KNOWN)


def test_a_file_handed_on_is_refused() -> None:
    handed_on = seal_file(reference.unseal_shared(OURS, FILE), OTHERS)
    with pytest.raises(sharing.BadSignature):
        sharing.open_file(THIRD, handed_on, KNOWN)


def test_a_known_network_under_a_foreign_fingerprint_is_unknown() -> None:
    with pytest.raises(sharing.UnknownSender):
        sharing.open_file(OURS, FILE, {FROM_THEM.fingerprint: TO_OTHERS})


def test_more_padding_than_needed_is_refused() -> None:
    with pytest.raises(sharing.BadContent):
        sharing.open_file(OURS, seal_file(CONTENT, padded=2 * 65_536), KNOWN)


def test_padding_without_its_mark_is_refused() -> None:
    info = reference.label("shared notes", TO_US.fingerprint)
    sealed = seals.seal(TO_US.public_key, bytes(65_536), info)
    with pytest.raises(sharing.BadContent):
        sharing.open_file(OURS, FILE[: sharing.HEADER_SIZE] + sealed, KNOWN)


def test_a_renewed_desk_is_another_network() -> None:
    renewed = seals.new_seed()
    with pytest.raises(sharing.NotForUs):
        sharing.open_file(renewed, FILE, KNOWN)
    again = sharing.make_file(renewed, TO_US, DAY, [b"one"])
    with pytest.raises(sharing.UnknownSender):
        sharing.open_file(OURS, again, KNOWN)


def test_the_text_of_an_identity() -> None:
    lines = sharing.to_text(TO_US).splitlines()
    assert lines[0] == "nightjar network 1"
    assert {len(line) for line in lines[1:-1]} == {64}
    assert sum(map(len, lines[1:])) == 2008
    assert len(TO_US.words.split()) == 6


@pytest.mark.thorough
@given(st.data())
def test_a_changed_text_is_no_identity(data: st.DataObject) -> None:
    text = sharing.to_text(TO_US)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=-_+/ \n") | st.characters())
    changed = text[:at] + other + text[at + 1 :]
    if changed.split() == text.split():
        return
    try:
        assert sharing.from_text(changed) == TO_US
        assert "".join(changed.split()[3:]) == "".join(text.split()[3:])
    except sharing.BadIdentity:
        pass


@pytest.mark.parametrize("sizes", [(1215, 32), (1217, 32), (1216, 31), (1216, 33), (0, 0)])
def test_keys_of_another_size_are_no_identity(sizes: tuple[int, int]) -> None:
    with pytest.raises(sharing.BadIdentity):
        sharing.Identity(bytes(sizes[0]), bytes(sizes[1]))
    with pytest.raises(sharing.BadIdentity):
        sharing.from_bytes(b"\x01" + bytes(sum(sizes) + (sum(sizes) == 1248)))
