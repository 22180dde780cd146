"""What a line typed into the check box could be."""

from __future__ import annotations

from alerts.identifiers.identifier import Identifier
from alerts.identifiers.reader import read


def recognise(line: str, country: str | None = None) -> list[Identifier]:
    """The ways to read the first identifier in `line`, likeliest first; empty if none is certain.

    `country` as in `normalise`. Never raises.
    """
    certain = [piece for piece in read(line, country).found if piece.readings and not piece.doubt]
    return list(certain[0].readings) if certain else []
