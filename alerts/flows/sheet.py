"""The sheet for the van: a region's alerts of levels 2 and 3 on paper, for people without a phone.

Nothing remembers that one was made: no row, no session, no count but the budget of opened alerts.
"""

from __future__ import annotations

import datetime
import math
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.formats import date_format

from alerts.flows.feed import rows_of
from alerts.flows.lifecycle import VISIBLE_STATES
from alerts.models import Alert
from alerts.presentation import (
    described,
    identifier_words,
    level_of,
    place_words,
    what_words,
    when_and_where,
)
from alerts.report.vocabulary import LEVELS
from alerts.sealing import AlertKeys, Report, open_card, open_report
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.languages import language_name
from safety_app.locales.regions import region_name
from safety_app.vault.codes import ALPHABET
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

LIFE_DAYS = 14
MOST_NOTES = 40
DANGEROUS = (3, 2)
TEXT_SHOWN = 240  # characters of a text that is longer
_NUMBER_LETTERS = 4
# Two pages A4 have four columns of 57 lines, each of about 46 letters of 10 points. Taken off are
# what stands above the columns and what stays empty because no note is broken.
_LINES, _LETTERS = 205, 46
_MOST_LOOKED_AT = 1_000


@dataclass(frozen=True)
class Note:
    """An alert as a sheet shows it, in the sheet's language; `texts` are in `written_in`.

    `named` is the name of that language where it is another one than the sheet's.
    """

    level: int
    what: str
    facts: str
    identifiers: list[str]
    texts: list[str]
    written_in: str
    named: str
    on_behalf: bool

    @property
    def lines(self) -> int:
        """About how many lines of a column it takes."""
        head = f"◆◆◆ {LEVELS[self.level].word} · {self.what}"
        beside = " · ".join(self.identifiers)
        # One more for the space between two notes; bold letters are wider.
        return 1 + _lines(head + head[:8]) + sum(map(_lines, [self.facts, beside, *self.texts]))


@dataclass(frozen=True)
class Sheet:
    """The notes of a sheet, level 3 first, then the newest; `more` when others do not fit."""

    notes: list[Note]
    more: bool


def new_number() -> str:
    """Four random letters and digits, to tell sheets apart: one of about a million."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_NUMBER_LETTERS))


def collect(ring: KeyRing, regions: tuple[str, ...], language: str) -> Sheet:
    """As many alerts of these regions as fit two pages, at most MOST, in the active language.

    What does not open is left out. Level and region are what the card says.
    """
    notes: list[Note] = []
    left = _LINES
    for day, report in _found(ring, regions):
        note = _note(day, report, language, alone=len(regions) == 1)
        left -= note.lines
        if len(notes) == MOST_NOTES or left < 0:
            return Sheet(notes, more=True)
        notes.append(note)
    return Sheet(notes, more=False)


def shortened(text: str) -> str:
    """A text as a sheet has room for it: in one run, cut after a word, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= TEXT_SHOWN:
        return text
    cut = text[:TEXT_SHOWN]
    # Scripts that put no spaces between words are cut where it comes.
    whole, space, _rest = cut.rpartition(" ")
    return (whole if space and len(whole) > TEXT_SHOWN // 2 else cut).rstrip() + "…"


def _note(day: datetime.date, report: Report, language: str, *, alone: bool) -> Note:
    when = when_and_where(report, language)[0][1]
    # On paper "this week" needs the day that it was said on; the only region stands on top.
    top = region_name(report.region, language) if alone and report.city else ""
    place = [word for word in place_words(report, language) if word != top]
    facts = [f"{date_format(day, 'DATE_FORMAT')}: {when}", *place]
    own = report.language.partition("-")[0] in {"", language.partition("-")[0]}
    return Note(
        level=level_of(report),
        what=" · ".join(what_words(report.what)),
        facts=" · ".join([*facts, *(answer for _question, answer in described(report))]),
        identifiers=[masked for _kind, masked, _doubts in identifier_words(report.identifiers)],
        texts=[shortened(one) for one in (report.marks, report.text, report.helped) if one],
        written_in=report.language,
        named="" if own else language_name(report.language, language),
        on_behalf=report.on_behalf,
    )


def _lines(text: str) -> int:
    return math.ceil(sum(map(_width, text)) / _LETTERS)


def _width(sign: str) -> float:
    """How wide a sign is, counted in letters."""
    if unicodedata.east_asian_width(sign) in "WF":
        return 2.3
    return 1.5 if sign.isupper() or sign in "mw" else 1


def _found(ring: KeyRing, regions: tuple[str, ...]) -> Iterator[tuple[datetime.date, Report]]:
    keys = AlertKeys(ring)
    # The columns only help to find them; the card counts.
    for row in rows_of(_asked_for(keys, regions)[:_MOST_LOOKED_AT]):
        try:
            card = open_card(keys, row.epoch, row.pk, row.version, row.box)
            if level_of(card) not in DANGEROUS or card.region not in regions:
                continue
            box = Alert.objects.filter(pk=row.pk).values_list("body", flat=True).first()
            yield row.day, open_report(keys, row.epoch, row.pk, row.version, box or b"")
        except VaultError:
            continue


def _asked_for(keys: AlertKeys, regions: Iterable[str]) -> QuerySet[Alert]:
    labels = [region_label(keys.network(epoch), one) for epoch in keys.epochs for one in regions]
    listed = Alert.objects.filter(state__in=VISIBLE_STATES, level__in=DANGEROUS, region__in=labels)
    return listed.order_by("-level", "-day", "-pk")
