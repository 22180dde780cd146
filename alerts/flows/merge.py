"""Putting two alerts about the same person together: one is kept and grows, the other is erased.

No identifier is ever lost: two alerts that have more than fit into one stay two. What else the
other says is added as far as it fits; the page shows before what goes. Words of a very dangerous
one (level 3) never go like this where taking them out needs a second organisation.

Nobody is the author of what results: else someone could put a very dangerous one into a note of
her own, and then take that back or correct it away.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from alerts import index, retention
from alerts.flows import change_requests, feed, flags, lifecycle
from alerts.flows.change_requests import OpenedRequest
from alerts.flows.moderation import (
    AlertChanged,
    Case,
    NotPossible,
    decision,
    report_or_none,
    seen_of,
)
from alerts.models import Alert
from alerts.report.description import DESCRIPTION
from alerts.report.vocabulary import WHAT_LABELS
from alerts.sealing import (
    HELPED_LIMIT,
    MARKS_LIMIT,
    MOST_IDENTIFIERS,
    TEXT_LIMIT,
    AlertKeys,
    Report,
    Reported,
    ReportTooLong,
    lookup_keys,
    open_card,
    open_note,
    report_bytes,
)
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.vault.errors import VaultError

MOST_SIMILAR = 5
# Of one number there can be many: the newest are looked at.
_MOST_LOOKED_AT = 50
_TEXTS = (("text", TEXT_LIMIT), ("helped", HELPED_LIMIT), ("marks", MARKS_LIMIT))


class TooMany(ValueError):
    """The two have more identifiers than fit into one alert."""


class WordsLost(ValueError):
    """Words of a very dangerous alert would go, which takes a second organisation."""


@dataclass(frozen=True)
class Merged:
    """The alert that results, and what of the other does not go into it.

    left_out   free text of the other that goes with it
    """

    report: Report
    left_out: tuple[str, ...]


def similar(keys: AlertKeys, alert: Alert, report: Report) -> list[feed.OpenedCard]:
    """The newest alerts that share an identifier with this one, opened; hidden ones too."""
    found = index.find_alerts(keys, lookup_keys(report.identifiers))
    tags = {keys.match_tag(epoch, entry) for epoch in keys.epochs for entry in found}
    ids = {one for alerts in found.values() for one in alerts} - {alert.pk}
    rows = feed.rows_of(Alert.objects.filter(pk__in=ids).order_by("-day", "-pk")[:_MOST_LOOKED_AT])
    cards: list[feed.OpenedCard] = []
    for row in rows:
        try:
            card = open_card(keys, row.epoch, row.pk, row.version, row.box)
        except VaultError:
            continue
        if not tags.isdisjoint(card.match_tags):  # else someone pointed a label here
            cards.append(feed.OpenedCard(row, card))
    return cards[:MOST_SIMILAR]


def merged(kept: Report, other: Report, others: int) -> Merged:
    """What the kept alert says afterwards; `others` is the larger number of confirmations.

    Raises TooMany when an identifier would be lost, ReportTooLong when they do not fit into a body
    even without the other's free text.
    """
    identifiers = _identifiers(kept.identifiers, other.identifiers)
    if len(identifiers) > MOST_IDENTIFIERS:
        raise TooMany
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
    """Add what the alert `other_id` says to the case's alert, and erase it.

    Raises Gone, Changed (also when it is the other one), NotPossible when one of them is not
    listed or they are not about the same, TooMany, WordsLost, ReportTooLong, and NotModerator.
    """
    keys = AlertKeys(case.ring)
    with decision(case) as alert:
        other = Alert.objects.select_for_update().filter(pk=other_id).first()
        if other is None or seen_of(other) != other_seen:
            raise AlertChanged
        before, result = together(keys, case.moderator, alert, other)
        end = retention.expiry_at_level(other.level, result.report.level, other.expires, today())
        # Putting together gives nobody another 72 hours.
        used = _only_there(
            change_requests.used_hides(keys, alert), change_requests.used_hides(keys, other)
        )
        flags.reattach(case.ring, alert, other)
        other.delete()
        alert.author_tag = alert.author_seal = alert.author_mac = None
        alert.state = "reviewed" if alert.state == other.state == "reviewed" else "new"
        lifecycle.rewrite(keys, alert, result.report, before)
        if alert.expires < end:
            alert.expires = end
            alert.save(update_fields=["expires"])
        change_requests.carry_over(keys, alert, used)


def together(
    keys: AlertKeys, moderator: Member, alert: Alert, other: Alert
) -> tuple[Report, Merged]:
    """What the alert says now, and what it would say with the other one.

    Raises NotPossible, TooMany, WordsLost and ReportTooLong.
    """
    kept, added = report_or_none(keys, alert), report_or_none(keys, other)
    listed = {alert.state, other.state} <= set(lifecycle.VISIBLE_STATES)
    if alert.pk == other.pk or not listed or kept is None or added is None:
        raise NotPossible
    if set(lookup_keys(kept.identifiers)).isdisjoint(lookup_keys(added.identifiers)):
        raise NotPossible
    counts = feed.count_confirmations(keys, [alert.pk, other.pk])
    others = max(counts.get(other.pk, 0), added.at_least, kept.at_least, counts.get(alert.pk, 0))
    result = merged(kept, added, others)
    loses = bool(result.left_out) or _has_notes(keys, other)
    if loses and change_requests.needs_second(keys.ring, moderator, added):
        raise WordsLost
    return kept, result


def _has_notes(keys: AlertKeys, alert: Alert) -> bool:
    """Whether someone who confirmed an alert wrote something."""
    for row in alert.corroboration_set.all():
        with suppress(VaultError):
            if open_note(keys, alert.epoch, alert.pk, row.pk, row.note):
                return True
    return False


def _only_there(here: list[OpenedRequest], there: list[OpenedRequest]) -> list[OpenedRequest]:
    """Of what is said of the other alert, that of organisations of which it is not said here."""
    known = {one.organisation for one in here}
    return [one for one in there if one.organisation not in known]


def _identifiers(kept: Iterable[Reported], other: Iterable[Reported]) -> tuple[Reported, ...]:
    """All of both, each once: sure when one of them was, doubted when one of them said so."""
    found: dict[tuple[str, str], Reported] = {}
    for one in (*kept, *other):
        known = found.get((one.kind, one.key))
        if known is None:
            found[one.kind, one.key] = one
            continue
        found[one.kind, one.key] = replace(
            known,
            similar=known.similar or one.similar,
            sure=known.sure or one.sure,
            spoofable=known.spoofable or one.spoofable,
        )
    return tuple(found.values())


def _description(
    kept: dict[str, tuple[str, ...]], other: dict[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Answers of both where several may be true; else those of the kept one, if there are any."""
    several = {question.key for question in DESCRIPTION if question.multiple}
    both = {**other, **kept}
    for key in several & kept.keys() & other.keys():
        both[key] = tuple(dict.fromkeys((*kept[key], *other[key])))
    return both


def _longer(report: Report, kept: Report, other: Report, name: str, limit: int) -> Report | None:
    """The report with the other's free text after its own; None when that does not fit.

    Texts in two languages stay apart, since a text is shown in the one language it is said to be.
    """
    own, added = getattr(kept, name), getattr(other, name)
    if not added or added == own:
        return report
    has_words = kept.text or kept.helped or kept.marks
    if has_words and kept.language != other.language:
        return None
    both = f"{own}\n\n{added}" if own else added
    if name == "marks":
        both = "; ".join(filter(None, (own, added)))
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
