"""The result of reading an identifier, and the error when it cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KINDS = ("phone", "email", "username", "plate", "payment", "name")


class Identifier(NamedTuple):
    """One identifier, read.

    kind     one of KINDS; an address can decide it (a wa.me address is a phone, whatever was asked)
    key      the canonical form: two spellings of one identifier have equal keys; labels are made
             from kind and key
    shown    the full form as a person reads it; reading it again gives the same key
    similar  what it has in common with identifiers that a person could mistake for it, of any
             kind, or None
    """

    kind: str
    key: str
    shown: str
    similar: str | None = None


class Piece(NamedTuple):
    """A piece of a line: its place, as typed, the ways to read it, what to ask about it.

    is_weak  whether only its looks say what it is, so that a chosen kind decides
    """

    start: int
    end: int
    typed: str
    readings: tuple[Identifier, ...]
    doubt: str | _StrPromise = ""
    is_weak: bool = False


class IdentifierError(ValueError):
    """Cannot be read as this kind. `message` (translatable) says what is wrong, in plain words."""

    def __init__(self, message: str | _StrPromise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class MistypedNumber(IdentifierError):
    """A phone number with one digit missing, or one too many."""
