"""The sheet for the van: a region's alerts of levels 2 and 3 on paper, for people without a phone.

Nothing remembers that one was made: no row, no session, no count but the budget of opened alerts.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from alerts.feed import rows_of
from alerts.models import Alert
from alerts.posting import LISTED
from alerts.sealing import AlertKeys, Report, open_card, open_report
from alerts.showing import level_of
from safety_app.members.keys import KeyRing
from safety_app.vault.codes import ALPHABET
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

LIFE_DAYS = 14
MOST = 40
LEVELS = (3, 2)
TEXT_SHOWN = 240  # characters of a text that is longer
_NUMBER_LETTERS = 4
# Two pages A4 have four columns of about 60 lines, each of about 50 letters of 10 points.
_LINES, _LETTERS = 220, 50
_MOST_LOOKED_AT = 1_000


@dataclass(frozen=True)
class Sheet:
    """The reports of a sheet, level 3 first, then the newest; `more` when others do not fit."""

    reports: list[Report]
    more: bool


def new_number() -> str:
    """Four random letters and digits, to tell sheets apart: about a million."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_NUMBER_LETTERS))


def collect(ring: KeyRing, regions: tuple[str, ...]) -> Sheet:
    """As many alerts of these regions as fit two pages, at most MOST.

    What does not open is left out. Level and region are what the card says.
    """
    reports: list[Report] = []
    left = _LINES
    for report in _found(ring, regions):
        left -= lines_of(report)
        if len(reports) == MOST or left < 0:
            return Sheet(reports, more=True)
        reports.append(report)
    return Sheet(reports, more=False)


def shortened(text: str) -> str:
    """A text as a sheet has room for it: cut after a word, with an ellipsis."""
    if len(text) <= TEXT_SHOWN:
        return text
    cut = text[:TEXT_SHOWN]
    # Scripts that put no spaces between words are cut where it comes.
    whole, space, _rest = cut.rpartition(" ")
    return (whole if space and len(whole) > TEXT_SHOWN // 2 else cut).rstrip() + "…"


def lines_of(report: Report) -> int:
    """About how many lines of a column a report takes: generously counted."""
    answers = sum(len(chosen) for chosen in report.description.values())
    texts = [report.marks, shortened(report.text), shortened(report.helped)]
    # Level, what happened, place and time; three identifiers or answers to a line.
    listed = 3 + len(report.what) // 3 + len(report.identifiers) // 2 + answers // 3
    return listed + 1 + sum(_lines(text) for text in texts)


def _lines(text: str) -> int:
    return sum(-(-_width(line) // _LETTERS) for line in text.split("\n") if line)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _found(ring: KeyRing, regions: tuple[str, ...]) -> Iterator[Report]:
    keys = AlertKeys(ring)
    # The columns only help to find them; the card counts.
    for row in rows_of(_asked_for(keys, regions)[:_MOST_LOOKED_AT]):
        try:
            card = open_card(keys, row.epoch, row.pk, row.version, row.box)
            if level_of(card) not in LEVELS or card.region not in regions:
                continue
            box = Alert.objects.filter(pk=row.pk).values_list("body", flat=True).first()
            yield open_report(keys, row.epoch, row.pk, row.version, box or b"")
        except VaultError:
            continue


def _asked_for(keys: AlertKeys, regions: Iterable[str]) -> QuerySet[Alert]:
    labels = [region_label(keys.network(epoch), one) for epoch in keys.epochs for one in regions]
    listed = Alert.objects.filter(state__in=LISTED, level__in=LEVELS, region__in=labels)
    return listed.order_by("-level", "-day", "-pk")
