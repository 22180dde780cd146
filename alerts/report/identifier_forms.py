"""Step 3: the identifiers, in rows `identifier-N-kind`, `-value`, `-sure` and `-spoof`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from alerts.content import MOST_IDENTIFIERS, Reported
from alerts.identifiers import Identifier, IdentifierError, read
from alerts.report.fields import holds_number
from alerts.report.forms import ReportStepForm
from alerts.vocabulary.choices import KINDS

ROWS_AT_FIRST = 3
OUT = "identifier-out"  # what was found and is left out again
_LONGEST = 10_000
_PARTS = ("kind", "value", "sure", "spoof")
_NAME = re.compile(r"identifier-(\d{1,4})-(kind|value|sure|spoof)")


@dataclass(frozen=True)
class IdentifierRow:
    """The boxes of one identifier, for the template."""

    number: int
    value: forms.BoundField
    kind: forms.BoundField
    sure: forms.BoundField
    spoof: forms.BoundField

    @property
    def doubted(self) -> bool:
        """Whether one of the last two boxes was used, so that they are shown open."""
        return bool(self.sure.value() or self.spoof.value() or self.sure.errors)


class WhoForm(ReportStepForm):
    """The rows. Without `taken` there are none, since police are not identified.

    `filled` is the number of rows that came in, `rows` the least number to show. `country` (ISO
    3166-1 alpha-2, or empty) is for phone numbers without a country code.

    After `clean`, `found` is everything in the rows by short name, `reported` what of it was not
    left out, `left` the words that were not read, `is_pasted` whether a row held several.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        country: str,
        taken: bool = True,
        rows: int = ROWS_AT_FIRST,
        filled: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.country, self.taken = country or None, taken
        self.too_many = taken and filled > MOST_IDENTIFIERS
        self.numbers = range(min(max(rows, filled), MOST_IDENTIFIERS) if taken else 0)
        self.found: dict[str, Reported] = {}
        self.reported: tuple[Reported, ...] = ()
        self.left, self.is_pasted = "", False
        for number in self.numbers:
            self.fields.update(_row_fields(number))

    @property
    def rows(self) -> list[IdentifierRow]:
        """The rows in order."""
        return [
            IdentifierRow(
                number + 1,
                self[f"identifier-{number}-value"],
                self[f"identifier-{number}-kind"],
                self[f"identifier-{number}-sure"],
                self[f"identifier-{number}-spoof"],
            )
            for number in self.numbers
        ]

    @property
    def more(self) -> bool:
        """Whether there is room for more rows."""
        return self.taken and len(self.numbers) < MOST_IDENTIFIERS

    def clean(self) -> dict[str, Any]:
        """Read each row. One identifier that appears twice counts once."""
        cleaned = super().clean()
        found: dict[tuple[str, str], Reported] = {}
        for number in self.numbers:
            name = f"identifier-{number}-value"
            if not cleaned.get(name):
                continue
            try:
                kind = cleaned.get(f"identifier-{number}-kind", "")
                identifiers, left = _read(kind, cleaned[name], self.country)
            except IdentifierError as error:
                self.add_error(name, str(error.message))
                continue
            self.is_pasted = self.is_pasted or len(identifiers) > 1
            self.left = " ".join(filter(None, (self.left, left)))
            for identifier in identifiers:
                found.setdefault(
                    (identifier.kind, identifier.key),
                    Reported(
                        kind=identifier.kind,
                        key=identifier.key,
                        shown=identifier.shown,
                        similar=identifier.similar,
                        sure=cleaned.get(f"identifier-{number}-sure") != "no",
                        spoofable=bool(cleaned.get(f"identifier-{number}-spoof")),
                    ),
                )
        self.found = {_short_name(reported): reported for reported in found.values()}
        out = self.data.getlist(OUT) if isinstance(self.data, QueryDict) else []
        self.reported = tuple(one for name, one in self.found.items() if name not in out)
        if self.too_many or len(self.reported) > MOST_IDENTIFIERS:
            message = ngettext(
                "Up to %(most)s number or name fits here. Put the others into a second one.",
                "Up to %(most)s numbers and names fit here. Put the others into a second one.",
                MOST_IDENTIFIERS,
            )
            self.add_error(None, message % {"most": MOST_IDENTIFIERS})
            self.reported = self.reported[:MOST_IDENTIFIERS]
        return cleaned


def is_row_name(name: str) -> bool:
    """Whether a field's name belongs to an identifier row."""
    return _NAME.fullmatch(name) is not None


def rows_shown(data: QueryDict) -> int:
    """How many rows the page had: at least as many as at first."""
    numbers = [int(match.group(1)) for match in map(_NAME.fullmatch, data) if match]
    return max(ROWS_AT_FIRST, *(number + 1 for number in numbers), 0)


def closed_up(data: QueryDict) -> QueryDict:
    """`data` without its empty rows, and the others numbered from 0 without gaps."""
    rows: dict[int, dict[str, list[str]]] = {}
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        match = _NAME.fullmatch(name)
        if match:
            rows.setdefault(int(match.group(1)), {})[match.group(2)] = values
        else:
            kept.setlist(name, values)
    filled = [rows[number] for number in sorted(rows) if any(map(str.strip, _values(rows[number])))]
    for number, row in enumerate(filled):
        for part in _PARTS:
            if row.get(part):
                kept.setlist(f"identifier-{number}-{part}", row[part])
    return kept


def filled_rows(data: QueryDict) -> int:
    """How many rows of `closed_up` data there are."""
    return sum(1 for name in data if is_row_name(name) and name.endswith("-value"))


def _read(kind: str, value: str, country: str | None) -> tuple[list[Identifier], str]:
    """The likeliest reading of everything in a row, and the words that were not read.

    Raises IdentifierError for what has to be asked about first.
    """
    reading = read(value, country, kind)
    if reading.too_much:
        raise IdentifierError(_("This is too long."))
    identifiers = []
    has_letters = any(map(str.isalpha, value))
    for piece in reading.found:
        # With a word in front a number may be a plate; letters beside many digits make a user name.
        is_plate = has_letters and bool(piece.readings) and piece.readings[0].kind == "plate"
        is_number = not any(map(str.isalpha, piece.typed))
        is_asked = is_number or (piece.readings and piece.readings[0].kind in ("phone", "email"))
        if not piece.readings or (piece.doubt and is_asked and not is_plate):
            raise IdentifierError(piece.doubt)
        identifiers.append(piece.readings[0])
    if not identifiers:
        raise IdentifierError(_("Choose what this is."))
    if any(one.kind == "name" and holds_number(one.shown) for one in identifiers):
        raise IdentifierError(
            _("“Name they used” is shown in full. Put long numbers into a row of their own.")
        )
    return identifiers, reading.left


def _short_name(reported: Reported) -> str:
    """A name for an identifier in the form, which does not show it."""
    return f"{crc32(f'{reported.kind} {reported.key}'.encode('utf-8', 'replace')):08x}"


def _values(row: dict[str, list[str]]) -> list[str]:
    return row.get("value", [])


def _row_fields(number: int) -> dict[str, forms.Field]:
    name = f"identifier-{number}"
    return {
        f"{name}-value": forms.CharField(
            label=format_lazy("{} {}", _("Number, e-mail, name or plate"), number + 1),
            required=False,
            max_length=_LONGEST,
            # A number keeps its direction on a page that runs from right to left. A contact card or
            # a message has lines, which a box for one line would run together.
            widget=forms.Textarea(attrs={"dir": "auto", "rows": 1, "class": "line"}),
        ),
        f"{name}-kind": forms.ChoiceField(
            label=_("What this is"),
            required=False,
            choices=[("", _("Find out for me")), *KINDS],
            error_messages={"invalid_choice": _("Choose one of these.")},
        ),
        f"{name}-sure": forms.ChoiceField(
            label=_("Are you sure of it"),
            required=False,
            # Empty means sure, like "yes", so that only doubts need a hidden field.
            choices=[
                ("", pgettext_lazy("identifier", "Sure")),
                ("no", _("Not sure")),
                ("yes", pgettext_lazy("identifier", "Sure")),
            ],
        ),
        f"{name}-spoof": forms.BooleanField(
            label=_("Several people may use it, or it may be faked"), required=False
        ),
    }
