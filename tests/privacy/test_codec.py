"""Structured content as padded JSON."""

from __future__ import annotations

from typing import Any

import pytest

from safety_app.privacy.codec import Codec, TooLong
from safety_app.vault.encoding import pad
from safety_app.vault.errors import VaultError


def pair_from(content: Any) -> tuple[str, int]:
    word, number = content["pair"]
    return str(word), int(number)


PAIR = Codec[tuple[str, int]]("pair", 64, lambda pair: {"pair": list(pair)}, pair_from)


def test_the_bytes_are_those_of_the_specification() -> None:
    """UTF-8, no spaces, 0x80 and zeros (ISO/IEC 7816-4)."""
    expected = '{"pair":["año ☎",7]}'.encode() + b"\x80"
    assert PAIR.encode(("año ☎", 7)) == expected.ljust(64, b"\0")


def test_what_was_encoded_is_read_again() -> None:
    assert PAIR.decode(PAIR.encode(("", -1))) == ("", -1)


def test_a_lone_surrogate_is_replaced() -> None:
    assert PAIR.decode(PAIR.encode(("a\ud800b", 1))) == ("a?b", 1)


def test_one_byte_of_padding_always_stays() -> None:
    room = 63 - len('{"pair":["",7]}')
    fits, longer = ("x" * room, 7), ("x" * (room + 1), 7)
    assert len(PAIR.encode(fits)) == 64
    assert PAIR.bytes_over(fits) == 0
    assert PAIR.bytes_over(longer) == 1
    with pytest.raises(TooLong):
        PAIR.encode(longer)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'{"pair":1}',
        b'{"pair":[1]}',
        b'{"pair":["a","b"]}',
        b'{"pair":["a",1e999]}',
        b'{"pair":["a",null]}',
        b"[" * 60,
    ],
)
def test_another_form_is_an_error_of_the_vault(raw: bytes) -> None:
    with pytest.raises(VaultError):
        PAIR.decode(pad(raw, 64))


def test_nesting_without_end_is_an_error_of_the_vault() -> None:
    with pytest.raises(VaultError):
        PAIR.decode(pad(b"[" * 100_000, 200_000))


def test_without_padding_it_is_an_error_of_the_vault() -> None:
    with pytest.raises(VaultError):
        PAIR.decode(b'{"pair":["a",1]}')
