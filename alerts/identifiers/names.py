"""Names a person used. They narrow other results and are never looked up alone."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.text import clean, fold, is_letter_or_number

_LIMIT = 80


def normalise_name(value: str) -> Identifier:
    """Read a name: kept as typed; the key has its words folded, with single spaces between."""
    shown = unicodedata.normalize("NFC", clean(value, _LIMIT))
    words = "".join(
        character if is_letter_or_number(character) else " " for character in fold(shown)
    ).split()
    if not words:
        raise IdentifierError(_("A name has letters in it."))
    return Identifier("name", " ".join(words), shown)
