"""What identifies a reported person: reading it, comparing it, masking it.

Pure functions: no database, no request, nothing kept.

    read(text, country, kind) -> Reading            everything a text holds; never raises
    read_lines(text, country, kind)                 the same, line by line
    normalise(kind, value, country) -> Identifier   one of a known kind; raises IdentifierError
    mask(identifier) -> str                         what a card may show
    hint(identifier) -> str                         what people outside the site may see
    partial_plate_matches(partial, key) -> bool     a partly remembered number plate
"""

from alerts.identifiers.identifier import KINDS, Identifier, IdentifierError
from alerts.identifiers.mask import hint, mask
from alerts.identifiers.normalise import normalise
from alerts.identifiers.phones import country_of, is_phone_key
from alerts.identifiers.plates import partial_plate_matches, read_partial_plate
from alerts.identifiers.reader import Found, LineReading, Reading, is_too_long, read, read_lines
from alerts.identifiers.recognise import recognise

__all__ = [
    "KINDS",
    "Found",
    "Identifier",
    "IdentifierError",
    "LineReading",
    "Reading",
    "hint",
    "is_phone_key",
    "is_too_long",
    "mask",
    "normalise",
    "partial_plate_matches",
    "country_of",
    "read",
    "read_lines",
    "read_partial_plate",
    "recognise",
]
