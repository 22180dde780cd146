"""The passphrase that a form offers, and the proof that it is the one that comes back.

The form carries a token: a box under a key made at start, which names the form, the passphrase and
when the offer ends. Nothing is stored. Text that is typed counts as made here only beside the token
of that very passphrase, so that nobody can make one up that merely looks like ours.
"""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from safety_app.privacy.codec import Codec, TooLong
from safety_app.vault import boxes, shapes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase, new_passphrase
from safety_app.vault.network import equal
from safety_app.vault.passphrase import fold_passphrase

LIFETIME = 2 * 60 * 60  # seconds: enough to find paper and a quiet place
_OFFER_SIZE = 160
_TYPED_SIZE = 1_200  # 256 characters of four bytes each, and the rest
_LONGEST_TOKEN = 2_000  # characters


@dataclass(frozen=True)
class Offer:
    """`language` has the list that the words come from; empty for made-up words."""

    passphrase: MadePassphrase
    language: str = ""

    def accepts(self, folded: str) -> bool:
        """Whether this is what was typed, folded."""
        return equal(fold_passphrase(self.passphrase).encode(), folded.encode("utf-8", "replace"))


def make(language: str) -> Offer:
    """A new passphrase, in words of a language or, if empty or without a list, made-up ones."""
    return Offer(new_passphrase(language), language)


def seal(offer: Offer, form: str) -> str:
    """The token of an offer for one form, for two hours. `form` names whose it is as well."""
    return _seal(_OFFERS.encode((_end(), offer)), "offered passphrase", form)


def open_token(token: str, form: str) -> Offer | None:
    """The offer, or None: another form's, over, from before the last start, or none at all."""
    try:
        end, offer = _OFFERS.decode(_open(token, "offered passphrase", form))
    except VaultError:
        return None
    return offer if time.time() < end else None


def keep_typed(folded: str, form: str) -> str:
    """What was typed already, for a form that is shown again with another passphrase.

    A page never shows a passphrase that somebody typed, so it goes there sealed. Empty for nothing.
    """
    try:
        return _seal(_TYPED.encode((_end(), folded)), "typed", form) if folded else ""
    except TooLong:
        return ""


def open_typed(token: str, form: str) -> str:
    """Undo `keep_typed`; empty for anything else."""
    try:
        end, folded = _TYPED.decode(_open(token, "typed", form))
    except VaultError:
        return ""
    return folded if time.time() < end else ""


def _end() -> int:
    return int(time.time()) + LIFETIME


def _seal(content: bytes, what: str, form: str) -> str:
    box = boxes.seal_box(settings.OFFER_KEY, content, make_context(what, form))
    return base64.urlsafe_b64encode(box).decode()


def _open(token: str, what: str, form: str) -> bytes:
    try:
        box = base64.urlsafe_b64decode(token[:_LONGEST_TOKEN].encode("ascii", "replace"))
    except binascii.Error:
        raise VaultError("offer: malformed") from None
    return boxes.open_box(settings.OFFER_KEY, box, make_context(what, form))


_end_number = shapes.number(0, shapes.LARGEST)
_offer_row = shapes.row(_end_number, shapes.text(_OFFER_SIZE, 1), shapes.text(_OFFER_SIZE))
_typed_row = shapes.row(_end_number, shapes.text(_TYPED_SIZE))


def _read_offer(value: Any) -> tuple[int, Offer]:
    end, passphrase, language = _offer_row(value)
    return end, Offer(MadePassphrase(passphrase), language)


def _read_typed(value: Any) -> tuple[int, str]:
    end, folded = _typed_row(value)
    return end, folded


_OFFERS: Codec[tuple[int, Offer]] = Codec(
    "offer",
    _OFFER_SIZE,
    lambda value: [value[0], value[1].passphrase, value[1].language],
    _read_offer,
)
_TYPED: Codec[tuple[int, str]] = Codec("typed", _TYPED_SIZE, list, _read_typed)
