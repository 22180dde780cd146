"""What identifies a reported person: reading it, comparing it, masking it.

Pure functions: no database, no request, nothing kept.

    read(text, country, kind) -> Reading            everything a text holds; never raises
    normalise(kind, value, country) -> Identifier   one of a known kind; raises IdentifierError
    mask(identifier) -> str                         what a card may show
    hint(identifier) -> str                         what people outside the site may see
    partial_plate_matches(partial, key) -> bool     a partly remembered number plate
"""

from alerts.identifiers.identifier import KINDS, Identifier, IdentifierError
from alerts.identifiers.mask import hint, mask
from alerts.identifiers.normalise import normalise
from alerts.identifiers.plates import partial_plate_matches, read_partial_plate
from alerts.identifiers.reader import Found, Reading, read
from alerts.identifiers.recognise import recognise

__all__ = [
    "KINDS",
    "Found",
    "Identifier",
    "IdentifierError",
    "Reading",
    "hint",
    "mask",
    "normalise",
    "partial_plate_matches",
    "read",
    "read_partial_plate",
    "recognise",
]
