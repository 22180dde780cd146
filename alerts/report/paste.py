"""What somebody pastes into the first screen becomes rows of the third step.

Only what is read for certain is taken. The text itself goes no further: it may hold more than
anybody should see.
"""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from alerts.content import MOST_IDENTIFIERS
from alerts.identifiers import IdentifierError, normalise
from alerts.identifiers.identifier import Identifier
from alerts.identifiers.reader import Found, read
from alerts.report.identifier_forms import filled_rows

PASTE, PASTE_OK, LEFT_OVER = "paste", "paste_ok", "left_over"
_LONGEST_LEFT_OVER, _LONGEST_ECHO = 300, 40


def doubts(text: str, country: str | None) -> list[str]:
    """What is asked about a pasted text before it is taken.

    Empty if everything in it was read for certain, or if there is nothing.
    """
    reading = read(text, country)
    if text.strip() and not (reading.found or reading.too_much):
        return [_("No number, e-mail, name or plate was found in this.")]
    return [
        f"“{found.typed[:_LONGEST_ECHO]}” {found.doubt or _('What is this?')}"
        for found in reading.found
        if _is_doubtful(found)
    ]


def is_too_much(text: str, country: str | None, rows: int) -> bool:
    """Whether a pasted text holds more than one report takes, beside the rows filled already."""
    reading = read(text, country)
    return reading.too_much or len(reading.found) + rows > MOST_IDENTIFIERS


def take_in(data: QueryDict, country: str | None) -> QueryDict:
    """The form with what was pasted as further rows, and without the paste.

    One that has to be asked about stays where it is, unless she said to take it as it is.
    """
    text, rows = data.get(PASTE, ""), filled_rows(data)
    if not text.strip() or is_too_much(text, country, rows):
        return data
    if PASTE_OK not in data and doubts(text, country):
        return data
    taken = data.copy()
    del taken[PASTE]
    reading = read(text, country)
    left = [reading.left, *(found.typed for found in reading.found if not found.readings)]
    known = {value for name, value in data.items() if name.endswith("-value")}
    for found in reading.found:
        if not found.readings:
            continue
        first = found.readings[0]
        value = _typed_again(first, found.typed, country)
        if value not in known:
            taken[f"identifier-{rows}-kind"] = first.kind
            taken[f"identifier-{rows}-value"] = value
            rows += 1
    if any(left):
        taken[LEFT_OVER] = " · ".join(filter(None, left))[:_LONGEST_LEFT_OVER]
    return taken


def _is_doubtful(found: Found) -> bool:
    return bool(found.doubt) or not found.readings


def _typed_again(identifier: Identifier, typed: str, country: str | None) -> str:
    """What to put into the row's box, so that it is read as the same identifier."""
    try:
        same = normalise(identifier.kind, identifier.shown, country).key == identifier.key
    except IdentifierError:
        same = False
    return identifier.shown if same else typed
