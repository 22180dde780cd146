"""Alerts here that resemble what another network sends."""

from __future__ import annotations

from dataclasses import dataclass

from alerts import index
from alerts.card_status import visible_alerts
from alerts.cards import card_rows, open_visible
from alerts.content import Report, Reported
from alerts.flows.lifecycle import report_or_none
from alerts.models import Alert
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault.labels import region_label

# The newest of one region that a note is compared with.
_MOST_COMPARED = 500


@dataclass(frozen=True)
class SimilarAlerts:
    """The alerts about each identifier, and alerts that say the same."""

    about: tuple[tuple[Reported, tuple[int, ...]], ...]
    same: tuple[int, ...]


def find_similar(ring: KeyRing, report: Report) -> SimilarAlerts:
    """The alerts that share an identifier with a report, and those that say the same."""
    keys = AlertKeys(ring)
    wanted = {
        (reported.kind, reported.key): reported
        for reported in report.identifiers
        if reported.kind != "name"
    }
    matches = index.find_alerts(keys, wanted)
    about = []
    for key, reported in wanted.items():
        tags = {keys.match_tag(epoch, key) for epoch in keys.epochs}
        visible = visible_alerts().filter(pk__in=matches[key])
        # A label alone proves nothing: the sealed card has to carry the match tag.
        hits = [
            row.pk
            for row, card, _visible in open_visible(keys, card_rows(visible))
            if not tags.isdisjoint(card.match_tags)
        ]
        about.append((reported, tuple(sorted(hits))))
    same = {pk for _reported, hits in about for pk in hits if _same(keys, pk, report)}
    return SimilarAlerts(tuple(about), tuple(sorted(same | _same_in_region(keys, report))))


def _same_in_region(keys: AlertKeys, report: Report) -> set[int]:
    labels = [region_label(keys.content_key(epoch), report.region) for epoch in keys.epochs]
    alerts = visible_alerts().filter(region__in=labels)
    newest = alerts.order_by("-day", "-pk")[:_MOST_COMPARED]
    return {
        row.pk
        for row, card, _visible in open_visible(keys, card_rows(newest))
        if card.what == report.what and _same(keys, row.pk, report)
    }


def _same(keys: AlertKeys, pk: int, report: Report) -> bool:
    """Whether an alert says the same: what, whom, where, on which day, in which words."""
    row = Alert.objects.filter(pk=pk).first()
    known = report_or_none(keys, row) if row else None
    return known is not None and _essence(known) == _essence(report)


def _essence(report: Report) -> tuple[object, ...]:
    people = frozenset((reported.kind, reported.key) for reported in report.identifiers)
    return set(report.what), people, report.day, report.region, report.text
