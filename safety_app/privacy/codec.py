"""The one form in which structured content goes into boxes and seals: compact JSON, padded.

JSON in UTF-8 without spaces, then ISO/IEC 7816-4 padding (`vault.encoding.pad`) to one size for
everything of a kind, so that a ciphertext's length says nothing of what is inside.

Whoever holds a key can seal what no form of ours makes. So what opens is read strictly: of each
kind, `from_json` declares the shape (`vault.shapes`), and anything else counts as not opened.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from safety_app.vault.encoding import pad, unpad
from safety_app.vault.errors import VaultError
from safety_app.vault.shapes import Malformed

Value = TypeVar("Value")
# What a reader meets in JSON that somebody else shaped: a field missing, too many of them, one of
# another type, a number out of range, nesting without end.
MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class TooLong(VaultError):
    """A value does not fit into the size of its kind."""


@dataclass(frozen=True)
class Codec(Generic[Value]):
    """How values of one kind become `size` bytes, and are read again.

    kind     names them in errors
    to_json  what `json.dumps` takes, from a value
    from_json  the value, from decoded JSON, read by `vault.shapes`; what it raises for content of
             another form becomes a VaultError
    """

    kind: str
    size: int
    to_json: Callable[[Value], Any]
    from_json: Callable[[Any], Value]

    def encode(self, value: Value) -> bytes:
        """The padded bytes, exactly `size` of them. Raises TooLong."""
        raw = self._raw(value)
        if len(raw) >= self.size:
            raise TooLong(f"{self.kind}: does not fit into {self.size} bytes")
        return pad(raw, self.size)

    def decode(self, padded: bytes) -> Value:
        """Undo `encode`. Raises VaultError for anything of another form."""
        try:
            return self.from_json(loads(unpad(padded).decode()))
        except MALFORMED:
            raise VaultError(f"{self.kind}: malformed") from None

    def bytes_over(self, value: Value) -> int:
        """How many bytes a value is too long; 0 when it fits. One byte of padding always stays."""
        return max(0, len(self._raw(value)) - (self.size - 1))

    def _raw(self, value: Value) -> bytes:
        text = json.dumps(self.to_json(value), ensure_ascii=False, separators=(",", ":"))
        # Lone surrogates cannot come from a form; if one did, the rest must still be kept.
        return text.encode("utf-8", "replace")


def loads(written: str) -> Any:
    """Decoded JSON as this program writes it: whole numbers, each field once, and text that can be
    written again. Raises one of MALFORMED.
    """
    content = _DECODER.decode(written)
    # Only what is escaped can be a lone surrogate or NUL, and nearly nothing is.
    if "\\u" in written:
        _require_text(content)
    return content


def _require_text(content: Any) -> None:
    """Refuse lone surrogates, which nothing can encode, and NUL, which no form takes."""
    if isinstance(content, str):
        if "\0" in content:
            raise Malformed
        content.encode()
    elif isinstance(content, list):
        for one in content:
            _require_text(one)
    elif isinstance(content, dict):
        for name, one in content.items():
            _require_text(name)
            _require_text(one)


def _refuse(_written: str) -> NoReturn:
    raise Malformed


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Malformed
    return fields


_DECODER = json.JSONDecoder(
    parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_each_once
)
