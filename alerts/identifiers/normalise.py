"""One identifier of a known kind, as forms, shared files and tests name it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import KINDS, Identifier, IdentifierError
from alerts.identifiers.reader import read
from alerts.identifiers.text import clean

_LIMIT = 10_000
_MOST = {"name": 80, "plate": 60}


def normalise(kind: str, value: str, country: str | None = None) -> Identifier:
    """Read `value` as one identifier of `kind` (one of KINDS).

    `country` is ISO 3166-1 alpha-2, or empty; it is used for phone numbers without country code.
    The result's kind differs from `kind` when the text says so: a wa.me address is a phone.
    Raises IdentifierError, whose message says what is wrong, and nothing else.
    """
    if kind not in KINDS:
        raise IdentifierError(_("Choose what this is."))
    text = clean(value, _MOST.get(kind, _LIMIT))
    found = read(text, country, kind).found
    if not found:
        raise IdentifierError(_("This line is empty."))
    certain = [piece for piece in found if piece.readings and not piece.doubt]
    if len(certain) > 1:
        raise IdentifierError(_("There is more than one in this. Put each into a row of its own."))
    if not certain:
        raise IdentifierError(found[0].doubt)
    readings = certain[0].readings
    return next((reading for reading in readings if reading.kind == kind), readings[0])
