"""The list of a network's earlier identities, as text."""

from __future__ import annotations

import pytest

from safety_app.vault import retirement, sharing

SEED, OTHER = bytes(32), b"\x01" * 32
IDENTITY = sharing.own_identity(SEED)
PRINTS = tuple(bytes([number]) * 32 for number in range(1, 9))


@pytest.mark.parametrize("count", range(9))
def test_what_is_written_is_read(count: int) -> None:
    text = retirement.retirement_text(SEED, PRINTS[:count])
    assert retirement.read_retirement(IDENTITY, text) == PRINTS[:count]
    spread = "  ".join(text.split()) + "\n"
    assert retirement.read_retirement(IDENTITY, spread) == PRINTS[:count]


def test_it_stands_behind_the_identity() -> None:
    both = sharing.to_text(IDENTITY) + retirement.retirement_text(SEED, PRINTS)
    ours, statement = retirement.split_text(both)
    assert sharing.from_text(ours) == IDENTITY
    assert retirement.read_retirement(IDENTITY, statement) == PRINTS
    assert retirement.split_text(sharing.to_text(IDENTITY)) == (sharing.to_text(IDENTITY), "")


def test_no_more_than_eight() -> None:
    text = retirement.retirement_text(SEED, (*PRINTS, bytes(32)))
    assert retirement.read_retirement(IDENTITY, text) == PRINTS


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("retires", "retired"),
        lambda text: text[:-9],
        lambda text: text + "A",
        lambda text: text.replace("A", "B", 1),
        lambda text: text.replace("A", "1", 1),
        lambda text: retirement.HEADER,
        lambda text: text + "AAAA" * 400,
    ],
)
def test_what_was_changed_is_refused(change: object) -> None:
    text = retirement.retirement_text(SEED, PRINTS)
    with pytest.raises(sharing.BadIdentity):
        retirement.read_retirement(IDENTITY, change(text))  # type: ignore[operator]


def test_another_network_cannot_say_it() -> None:
    with pytest.raises(sharing.BadIdentity):
        retirement.read_retirement(IDENTITY, retirement.retirement_text(OTHER, PRINTS))


def test_nobody_retires_herself() -> None:
    text = retirement.retirement_text(SEED, (IDENTITY.fingerprint,))
    with pytest.raises(sharing.BadIdentity):
        retirement.read_retirement(IDENTITY, text)
