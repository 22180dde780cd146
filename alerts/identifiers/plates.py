"""Vehicle number plates, whole and partly remembered.

Folded: case, spaces, dashes and accents; the letters O and I to the digits 0 and 1, since they
look the same on a plate; Cyrillic and Greek letters to the Latin ones they look like (plates of
those countries use only such letters). Q, B/8, S/5 and Z/2 are not folded: people tell them apart.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.text import ascii_digits, clean, is_letter_or_number, without_accents

_LIMIT = 40
_MIN, _MAX = 2, 20
MIN_PARTIAL = 3

_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХІЈЅ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "OI",
    "ABEKMH0PCTYX1JS" + "ABEZH1KMN0PTYX" + "01",
)
_GAP = re.compile(r"[?*_…]+|\.{2,}")


def normalise_plate(value: str) -> Identifier:
    """Read a whole number plate."""
    shown = ascii_digits(clean(value, _LIMIT)).upper()
    key = _fold(shown)
    if not _MIN <= len(key) <= _MAX:
        raise IdentifierError(_("A number plate is 2 to 20 letters and digits."))
    return Identifier("plate", key, " ".join(shown.split()))


def read_partial_plate(partial: str) -> tuple[str, ...]:
    """The known pieces of a plate, folded, in order; ?, *, _ and … stand for what is not known.

    Raises IdentifierError with fewer than three known characters, or more than a plate has.
    """
    pieces = tuple(filter(None, map(_fold, _GAP.split(clean(partial, _LIMIT)))))
    if not MIN_PARTIAL <= sum(map(len, pieces)) <= _MAX:
        raise IdentifierError(_("Give at least three letters or digits of the plate."))
    return pieces


def partial_plate_matches(partial: str | tuple[str, ...], key: str) -> bool:
    """Whether the pieces of `partial` stand in `key` (a plate's key) in this order.

    `partial` is as typed, or what `read_partial_plate` made of it (read once, compare often).
    False, too, for a partial plate that cannot be read.
    """
    if isinstance(partial, str):
        try:
            partial = read_partial_plate(partial)
        except IdentifierError:
            return False
    position = 0
    for piece in partial:
        position = key.find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return bool(partial)


def _fold(text: str) -> str:
    text = without_accents(ascii_digits(text).upper()).upper()
    text = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)
    return "".join(character for character in text if is_letter_or_number(character))
