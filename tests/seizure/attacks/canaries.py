"""Attack 1: look for everything anyone typed, in every spelling, also inside what is compressed.

All needles are searched in one pass: a table from their first six bytes to the needles.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from tests.seizure.image import Image

SHORTEST = 6
BETWEEN_DIGITS = re.compile(rb"(?<=\d)[ ./()-]{1,2}(?=\d)")


class Canary(NamedTuple):
    """Something that was typed. `kind` is "phone" (as E.164) or what the finding shall say."""

    kind: str
    text: str


def search(image: Image, canaries: list[Canary]) -> list[str]:
    """A sentence for each canary found, with the place; none when nothing was found."""
    needles = {needle: canary for canary in canaries for needle in spellings(canary)}
    table: dict[bytes, list[bytes]] = {}
    for needle in needles:
        table.setdefault(needle[:SHORTEST], []).append(needle)
    found = set()
    for name, raw in image.haystacks():
        for data in {raw, raw.lower(), BETWEEN_DIGITS.sub(b"", raw)}:
            for needle in _hits(data, table):
                canary = needles[needle]
                found.add(f"{canary.kind} {canary.text!r} as {needle!r} in {name}")
    return sorted(found)


def _hits(data: bytes, table: dict[bytes, list[bytes]]) -> Iterator[bytes]:
    for at in range(len(data) - SHORTEST + 1):
        if data[at : at + SHORTEST] in table:
            for needle in table[data[at : at + SHORTEST]]:
                if data.startswith(needle, at):
                    yield needle


def spellings(canary: Canary) -> set[bytes]:
    """Every way a canary could be written down, as bytes of at least six."""
    if canary.kind == "phone":
        digits = canary.text.lstrip("+")
        texts = phone_spellings(canary.text)
        raw = {number for text in texts for number in written(text)} | numbers(int(digits))
    else:
        text = canary.text
        raw = {
            one
            for spelled in {text, text.casefold(), text.upper(), text.title(), text[::-1]}
            for one in written(spelled)
        }
    return {needle for needle in raw if len(needle) >= SHORTEST}


def phone_spellings(number: str) -> set[str]:
    """A French number in E.164 as people and programs write it, and its last 6 to 9 digits."""
    digits = number.lstrip("+")
    own = digits.removeprefix("33")
    pairs = [own[:1], *(own[at : at + 2] for at in range(1, 9, 2))]
    texts = {number, f"00{digits}", digits, f"0{own}", own, digits[::-1], own[::-1]}
    for between in (" ", "-", "."):
        texts |= {f"0{between.join(pairs)}", f"+33{between}{between.join(pairs)}"}
    return texts | {own[-last:] for last in (6, 7, 8, 9)}


def numbers(value: int) -> set[bytes]:
    """A number as an integer of 6 or 8 bytes, either way round, or two digits a byte."""
    digits = str(value)
    packed = bytes.fromhex(digits if len(digits) % 2 == 0 else f"0{digits}")
    return {value.to_bytes(size, order) for size in (6, 8) for order in ("big", "little")} | {
        packed
    }


def written(text: str) -> set[bytes]:
    """A text in its encodings, and those as hex, base64 or escaped."""
    out = {
        quote(text).encode(),
        quote_plus(text).encode(),
        json.dumps(text)[1:-1].encode(),
        text.encode("unicode_escape"),
    }
    for raw in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
        out |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
        for offset in range(3):
            plain = _base64_at(raw, offset)
            out |= {plain, plain.replace(b"+", b"-").replace(b"/", b"_")}
    return out


def _base64_at(raw: bytes, offset: int) -> bytes:
    """The part of base64 that `raw` alone decides when it begins `offset` bytes into a group."""
    encoded = base64.b64encode(bytes(offset) + raw)
    unsure = {0: 0, 1: 3, 2: 2}[(offset + len(raw)) % 3]
    return encoded[(0, 2, 3)[offset] : len(encoded) - unsure]
