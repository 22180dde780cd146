"""Merging two alerts about the same person: one is kept and grows, the other is erased.

No identifier is ever lost: two alerts with more than fit into one stay two. Everything else the
other says is added as far as it fits; the page shows beforehand what is lost. Words of a very
dangerous alert (level 3) are never lost this way where redacting them needs a second organisation.

The kept one stays its author's, who can withdraw it at any time. So no moderator merges another's
alert into one of her own: she could withdraw that, or correct it away.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from alerts import index, retention
from alerts.card_status import reseal_card, trust_card
from alerts.cards import OpenedCard, card_rows, count_confirmations, open_cards
from alerts.content import (
    HELPED_LIMIT,
    MARKS_LIMIT,
    MOST_IDENTIFIERS,
    TEXT_LIMIT,
    Report,
    Reported,
    lookup_keys,
)
from alerts.flows import change_requests, flags, lifecycle
from alerts.flows.lifecycle import report_or_none
from alerts.flows.moderation import AlertChanged, Case, NotPossible, decision, seen_of
from alerts.models import Alert
from alerts.sealing.bodies import ReportTooLong, report_bytes
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, open_note
from alerts.status import VISIBLE_STATES
from alerts.vocabulary.choices import WHAT_LABELS
from alerts.vocabulary.description import DESCRIPTION
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.vault.errors import VaultError

MOST_SIMILAR = 5
# Of one number there can be many: the newest are looked at.
_MOST_LOOKED_AT = 50
_TEXTS = (("text", TEXT_LIMIT), ("helped", HELPED_LIMIT), ("marks", MARKS_LIMIT))


class TooManyIdentifiers(ValueError):
    """Together the two have more identifiers than fit into one alert."""


class OwnAlertKept(ValueError):
    """The alert that would be kept is the moderator's own."""


class WordsLost(ValueError):
    """Words of a very dangerous alert would be lost, which takes a second organisation."""


@dataclass(frozen=True)
class Merged:
    """The resulting report, and the free text of the other alert that does not fit into it."""

    report: Report
    left_out: tuple[str, ...]


def similar(keys: AlertKeys, alert: Alert, report: Report) -> list[OpenedCard]:
    """The newest alerts that share an identifier with this one, hidden ones included."""
    matches = index.find_alerts(keys, lookup_keys(report.identifiers))
    tags = {keys.match_tag(epoch, key) for epoch in keys.epochs for key in matches}
    ids = {pk for alerts in matches.values() for pk in alerts} - {alert.pk}
    newest = Alert.objects.filter(pk__in=ids).order_by("-day", "-pk")[:_MOST_LOOKED_AT]
    # A card without one of the tags is one that someone pointed a label at.
    cards = [
        opened
        for opened in open_cards(keys, card_rows(newest))
        if not tags.isdisjoint(opened.card.match_tags)
    ]
    return cards[:MOST_SIMILAR]


def merged(kept: Report, other: Report, others: int) -> Merged:
    """What the kept alert says afterwards; `others` is the larger number of confirmations.

    Raises TooMany if an identifier would be lost, ReportTooLong if the two do not fit into one
    body even without the other's free text.
    """
    identifiers = _identifiers(kept.identifiers, other.identifiers)
    if len(identifiers) > MOST_IDENTIFIERS:
        raise TooManyIdentifiers
    report = replace(
        kept,
        what=tuple(sorted({*kept.what, *other.what}, key=_order)),
        level=max(kept.level, other.level),
        identifiers=identifiers,
        description=_description(kept.description, other.description),
        on_behalf=kept.on_behalf or other.on_behalf,
        may_share=kept.may_share and other.may_share,
        at_least=others,
        moderated=True,
        setting=kept.setting or other.setting,
        time_of_day=kept.time_of_day or other.time_of_day,
    )
    report_bytes(report)
    left_out = []
    for name, limit in _TEXTS:
        longer = _longer(report, kept, other, name, limit)
        report = longer or report
        if longer is None:
            left_out.append(getattr(other, name))
    return Merged(report, tuple(left_out))


def merge(case: Case, other_id: int, other_seen: str) -> None:
    """Merge the alert `other_id` into the case's alert, and erase it.

    Raises AlertGone, AlertChanged (for either of the two), NotPossible if one of them is not
    visible or they share no identifier, OwnAlertKept, TooMany, WordsLost, ReportTooLong, and
    NotModerator.
    """
    keys = AlertKeys(case.ring)
    with decision(case) as alert:
        other = Alert.objects.select_for_update().filter(pk=other_id).first()
        if other is None:
            raise AlertChanged
        trust_card(keys, other)
        if seen_of(other) != other_seen:
            raise AlertChanged
        before, result = together(keys, case.moderator, alert, other)
        end = retention.expiry_at_level(
            other.level, result.report.level, other.day, other.expires, today()
        )
        # A merge gives no organisation another three days of hiding.
        known = {marker.organisation for marker in change_requests.used_hides(keys, alert)}
        markers = [
            marker
            for marker in change_requests.used_hides(keys, other)
            if marker.organisation not in known
        ]
        flags.reattach(case.ring, alert, other)
        other.delete()
        alert.state = "reviewed" if alert.state == other.state == "reviewed" else "new"
        lifecycle.rewrite(keys, alert, result.report, before)
        if alert.expires < end:
            trust_card(keys, alert)
            alert.expires = end
            reseal_card(keys, alert)
        change_requests.carry_over(keys, alert, markers)


def together(
    keys: AlertKeys, moderator: Member, alert: Alert, other: Alert
) -> tuple[Report, Merged]:
    """What the alert says now, and what it would say after the merge.

    Call `trust_card` for both before. Raises NotPossible, OwnAlertKept, TooMany, WordsLost and
    ReportTooLong.
    """
    if lifecycle.is_author(keys.ring, alert):
        raise OwnAlertKept
    kept, added = report_or_none(keys, alert), report_or_none(keys, other)
    listed = {alert.state, other.state} <= set(VISIBLE_STATES)
    if alert.pk == other.pk or not listed or kept is None or added is None:
        raise NotPossible
    if set(lookup_keys(kept.identifiers)).isdisjoint(lookup_keys(added.identifiers)):
        raise NotPossible
    counts = count_confirmations(keys, {alert.pk: alert.epoch, other.pk: other.epoch})
    others = max(counts.get(other.pk, 0), added.at_least, kept.at_least, counts.get(alert.pk, 0))
    result = merged(kept, added, others)
    loses = bool(result.left_out) or _has_notes(keys, other)
    if loses and change_requests.needs_second(keys.ring, moderator, added):
        raise WordsLost
    return kept, result


def _has_notes(keys: AlertKeys, alert: Alert) -> bool:
    """Whether a confirmation of an alert has a note."""
    for row in alert.corroboration_set.all():
        with suppress(VaultError):
            if open_note(keys, alert.epoch, note_of(row), row.note):
                return True
    return False


def _identifiers(kept: Iterable[Reported], other: Iterable[Reported]) -> tuple[Reported, ...]:
    """All of both, each once: sure if either was, possibly spoofed if either said so."""
    combined: dict[tuple[str, str], Reported] = {}
    for reported in (*kept, *other):
        known = combined.get((reported.kind, reported.key), reported)
        combined[reported.kind, reported.key] = replace(
            known,
            similar=known.similar or reported.similar,
            sure=known.sure or reported.sure,
            spoofable=known.spoofable or reported.spoofable,
        )
    return tuple(combined.values())


def _description(
    kept: dict[str, tuple[str, ...]], other: dict[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Answers of both where several may be true; otherwise the kept one's, if it has any."""
    several = {question.key for question in DESCRIPTION if question.multiple}
    both = {**other, **kept}
    for key in several & kept.keys() & other.keys():
        both[key] = tuple(dict.fromkeys((*kept[key], *other[key])))
    return both


def _longer(report: Report, kept: Report, other: Report, name: str, limit: int) -> Report | None:
    """The report with the other's free text appended to its own; None if that does not fit.

    Texts in two languages are not joined, since an alert's text has one language.
    """
    text, added = getattr(kept, name), getattr(other, name)
    if not added or added == text:
        return report
    has_words = kept.text or kept.helped or kept.marks
    if has_words and kept.language != other.language:
        return None
    both = f"{text}\n\n{added}" if text else added
    if name == "marks":
        both = "; ".join(filter(None, (text, added)))
    if len(both) > limit:
        return None
    grown: dict[str, Any] = {name: both, "language": report.language or other.language}
    longer = replace(report, **grown)
    try:
        report_bytes(longer)
    except ReportTooLong:
        return None
    return longer


def _order(key: str) -> int:
    keys = list(WHAT_LABELS)
    return keys.index(key) if key in keys else len(keys)
