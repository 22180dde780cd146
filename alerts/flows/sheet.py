"""The sheet for the van: a region's alerts of levels 2 and 3 on paper, for people without a phone.

Nothing records that a sheet was made, except the budget of opened alerts.
"""

from __future__ import annotations

import datetime
import math
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from alerts.cards import CardRow, open_visible
from alerts.content import Report
from alerts.flows.feed_rows import Wanted, walk
from alerts.models import Alert
from alerts.presentation import (
    described,
    identifier_words,
    level_of,
    place_words,
    what_words,
    when_and_where,
)
from alerts.sealing.bodies import BodyOf, open_report
from alerts.sealing.keys import AlertKeys
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.languages import language_name
from safety_app.locales.phrases import label_value, long_date
from safety_app.locales.regions import region_name
from safety_app.vault.codes import ALPHABET
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

LIFE_DAYS = 14
MOST_NOTES = 40
DANGEROUS = (3, 2)
TEXT_SHOWN = 240  # characters of a text that is longer
_NUMBER_LETTERS = 4
# Two A4 pages have four columns of 57 lines, each of about 46 letters at 10 points, less the
# heading and the space that stays empty because notes are not broken across columns.
_LINES, _LETTERS = 205, 46
_MOST_LOOKED_AT = 1_000


@dataclass(frozen=True)
class Note:
    """An alert as a sheet shows it, in the sheet's language; `texts` are in `written_in`.

    `language_name` is the name of that language if it is not the sheet's.
    """

    level: int
    what: str
    facts: str
    identifiers: list[str]
    texts: list[str]
    written_in: str
    language_name: str
    on_behalf: bool

    @property
    def lines(self) -> int:
        """About how many lines of a column it takes up."""
        head = f"◆◆◆ {LEVELS[self.level].word} · {self.what}"
        beside = " · ".join(self.identifiers)
        # One more for the space between two notes, and some letters more because bold is wider.
        return 1 + _lines(head + head[:8]) + sum(map(_lines, [self.facts, beside, *self.texts]))


@dataclass(frozen=True)
class Sheet:
    """The notes of a sheet, level 3 first, then newest first; `more` if others do not fit."""

    notes: list[Note]
    more: bool


def new_number() -> str:
    """Four random letters and digits, to tell sheets apart: one of about a million."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_NUMBER_LETTERS))


def collect(ring: KeyRing, regions: tuple[str, ...], language: str) -> Sheet:
    """The alerts of these regions that fit on two pages, at most 40, in the active language.

    Alerts that do not open are left out. The sealed card decides on level and region.
    """
    notes: list[Note] = []
    lines_left = _LINES
    for _alert, day, report in dangerous(ring, regions):
        note = _note(day, report, language, alone=len(regions) == 1)
        lines_left -= note.lines
        if len(notes) == MOST_NOTES or lines_left < 0:
            return Sheet(notes, more=True)
        notes.append(note)
    return Sheet(notes, more=False)


def shortened(text: str) -> str:
    """A text as short as a sheet needs it: one paragraph, cut after a word, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= TEXT_SHOWN:
        return text
    cut = text[:TEXT_SHOWN]
    # Scripts without spaces between words are cut anywhere.
    whole, space, _rest = cut.rpartition(" ")
    return (whole if space and len(whole) > TEXT_SHOWN // 2 else cut).rstrip() + "…"


def _note(day: datetime.date, report: Report, language: str, *, alone: bool) -> Note:
    when = when_and_where(report, language)[0][1]
    # On paper "this week" needs the day it was written. A single region is already in the heading.
    top = region_name(report.region, language) if alone and report.city else ""
    place = [word for word in place_words(report, language) if word != top]
    facts = [label_value(long_date(day), when), *place]
    same_language = report.language.partition("-")[0] in {"", language.partition("-")[0]}
    return Note(
        level=level_of(report),
        what=" · ".join(what_words(report.what)),
        facts=" · ".join([*facts, *(answer for _question, answer in described(report))]),
        identifiers=[masked for _kind, masked, _doubts in identifier_words(report.identifiers)],
        texts=[shortened(text) for text in (report.marks, report.text, report.helped) if text],
        written_in=report.language,
        language_name="" if same_language else language_name(report.language, language),
        on_behalf=report.on_behalf,
    )


def _lines(text: str) -> int:
    return math.ceil(sum(map(_width, text)) / _LETTERS)


def _width(char: str) -> float:
    """The width of a character, in letters."""
    if unicodedata.east_asian_width(char) in "WF":
        return 2.3
    return 1.5 if char.isupper() or char in "mw" else 1


def dangerous(
    ring: KeyRing, regions: tuple[str, ...], since: datetime.date | None = None
) -> Iterator[tuple[int, datetime.date, Report]]:
    """The id, day and report of alerts of levels 2 and 3 in these regions, level 3 first, then the
    newest; with `since` only those sent after that day.
    """
    keys = AlertKeys(ring)
    labels = tuple(
        region_label(keys.content_key(epoch), region) for epoch in keys.epochs for region in regions
    )
    # The clear columns only help to find them; the cards decide.
    for row, card, _visible in open_visible(keys, _listed(labels, since)):
        if level_of(card) not in DANGEROUS or card.region not in regions:
            continue
        box = Alert.objects.filter(pk=row.pk).values_list("body", flat=True).first()
        whose = BodyOf(row.pk, row.version, row.tag)
        with suppress(VaultError):
            report = open_report(keys, row.epoch, whose, box or b"")
            yield row.pk, row.day, report


def _listed(labels: tuple[bytes, ...], since: datetime.date | None) -> Iterator[CardRow]:
    """The rows of these regions, level by level, as they are needed."""
    left = _MOST_LOOKED_AT
    for level in DANGEROUS:
        for row, _place in walk(Wanted((level,), labels), None, left):
            if since is not None and row.day <= since:
                break
            left -= 1
            yield row
