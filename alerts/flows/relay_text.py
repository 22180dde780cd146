"""A warning as a short text, to be copied into a messenger for people who are not on the site.

Anyone may get to read it in the end, also the person it warns of. So it is put together from our
own lists alone: what was ticked, the region, the month. Left out is everything typed (words, town,
marks), because a number can be written in words and a style can be recognised, and the day and
time, which would tell that person who wrote it. Keys that are on none of our lists, as another
network may send them, are left out too: they could hold anything.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _

from alerts.card_status import visible_alert
from alerts.content import Report, Reported
from alerts.flows import sheet
from alerts.identifiers import hint
from alerts.presentation import level_of
from alerts.sealing.bodies import report_of
from alerts.sealing.keys import AlertKeys
from alerts.vocabulary.choices import DESCRIPTION, KINDS, LEVELS, SETTINGS, WHAT_LABELS
from alerts.vocabulary.terms import Term
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.dates import today
from safety_app.locales.phrases import join_facts, label_value, month_range
from safety_app.locales.regions import NOT_SURE, coarse, region_name

DAYS = 7
MOST_NOTES = 20
# Messengers cut or refuse longer messages: Telegram at 4,096 characters.
MOST_CHARACTERS = 3_800
# Keeps a masked number together, and in its own direction, inside text from right to left.
_ISOLATE, _END = "\u2068", "\u2069"


class NoSuchNote(LookupError):
    """There is no such alert, or members cannot read it."""


@dataclass(frozen=True)
class RelayText:
    """The text, the ids of the alerts in it, and whether there were more than fit."""

    text: str
    alerts: tuple[int, ...]
    more: bool = False


def text_of_note(ring: KeyRing, alert_id: int, language: str, *, hints: bool) -> RelayText:
    """One alert's text in the active language; with `hints`, a part of each identifier.

    Raises NoSuchNote, and VaultError if it does not open.
    """
    keys = AlertKeys(ring)
    row = visible_alert(keys, alert_id)
    if row is None:
        raise NoSuchNote
    report = report_of(keys, row)
    month = month_range(row.day, row.day)
    lines = _lines(report, [_region(report, language), month], hints=hints)
    return RelayText("\n\n".join([_("A warning"), lines, *_ending()]), (row.pk,))


def text_of_week(
    ring: KeyRing, regions: tuple[str, ...], language: str, *, hints: bool
) -> RelayText:
    """The dangerous alerts of these regions and the last seven days, in the active language.

    As many as fit, the most dangerous first. Without any, the text is empty.
    """
    since = today() - datetime.timedelta(days=DAYS)
    names = [region_name(region, language) for region in regions]
    opening = [_("Warnings of the last seven days"), join_facts(names)]
    left = MOST_CHARACTERS - sum(len(part) + 2 for part in [*opening, *_ending(), _more()])
    notes: list[str] = []
    alerts: list[int] = []
    more = False
    for alert, _day, report in sheet.dangerous(ring, regions, since):
        place = [] if len(regions) == 1 else [_region(report, language)]
        lines = _lines(report, place, hints=hints)
        left -= len(lines) + 2
        if len(notes) == MOST_NOTES or (left < 0 and notes):
            more = True
            break
        notes.append(lines)
        alerts.append(alert)
    if not notes:
        return RelayText("", ())
    closing = [_more(), *_ending()] if more else _ending()
    return RelayText("\n\n".join(["\n".join(opening), *notes, *closing]), tuple(alerts), more)


def _ending() -> list[str]:
    """Where it came from and what to do."""
    return [
        _("People who do this work wrote this to warn each other. Not every word has to be right."),
        _(
            "If someone seems to be the same person, you can say no. Whoever sent you this can "
            "check a whole number for you. Please do not post it where everyone can read it."
        ),
    ]


def _more() -> str:
    return _("There are more warnings than fit here: the most dangerous and newest come first.")


def _lines(report: Report, place: Iterable[str], *, hints: bool) -> str:
    """One alert in a few lines."""
    level = LEVELS[level_of(report)]
    known = {key: str(label) for key, label in WHAT_LABELS.items()}
    what = [known[key] for key in report.what if key in known]
    where = [*place, *_labels(SETTINGS, {report.setting} - {report.region})]
    if report.group and "group" not in report.what:
        where.append(pgettext("who", "a group"))
    lines = [
        join_facts([f"{level.shape} {level.word}", *what]),
        join_facts(where),
        *_described(report),
        *(_hints(report.identifiers) if hints else ()),
    ]
    return "\n".join(filter(None, lines))


def _region(report: Report, language: str) -> str:
    """The coarse region's name; empty for one that is not known."""
    try:
        region = coarse(report.region)
    except ValueError:
        return ""
    return "" if region == NOT_SURE else region_name(region, language)


def _described(report: Report) -> Iterator[str]:
    for question in DESCRIPTION:
        words = _labels(question.choices, report.description.get(question.key, ()))
        if words:
            yield label_value(question.label, join_facts(words))


def _hints(identifiers: Iterable[Reported]) -> list[str]:
    """A line for each kind and hint, each once."""
    isolated: Callable[[str], str] = (
        (lambda text: f"{_ISOLATE}{text}{_END}") if get_language_bidi() else str
    )
    kinds = {term.key: term.label for term in KINDS}
    lines = {
        label_value(kinds[reported.kind], isolated(hint(reported.identifier))): None
        for reported in identifiers
        if reported.kind in kinds
    }
    return list(lines)


def _labels(terms: Iterable[Term], keys: Iterable[str]) -> list[str]:
    """The labels of those keys that are listed."""
    chosen = set(keys)
    return [str(term.label) for term in terms if term.key in chosen]
