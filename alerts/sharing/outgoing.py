"""Files for other networks: alerts whose authors agreed, signed and sealed."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from alerts.card_status import is_visible, trust_card, visible_alerts
from alerts.content import Report
from alerts.desk_seals import open_moderation_desk
from alerts.sealing.bodies import report_of
from alerts.sealing.keys import AlertKeys
from alerts.sharing.entries import LEVELS, BadEntry, read_entry, write_entry
from alerts.sharing.partners import KnownPartner
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.vault import sharing
from safety_app.vault.errors import VaultError

_CHUNK = 100


@dataclass
class Gathered:
    """What may be shared: the number in each region, and the number matching the request.

    `entries` holds the newest of the matching ones, at most 300.
    """

    regions: Counter[str] = field(default_factory=Counter)
    matching: int = 0
    entries: list[bytes] = field(default_factory=list)


def gather(ring: KeyRing, levels: tuple[int, ...], regions: tuple[str, ...]) -> Gathered:
    """Collect what may be shared, newest first; no regions means all of them."""
    gathered = Gathered()
    for report, day in _shareable(ring):
        gathered.regions[report.region] += 1
        if report.level not in levels or (regions and report.region not in regions):
            continue
        if len(gathered.entries) == sharing.MAX_ENTRIES:
            gathered.matching += 1
        elif entry := _entry(report, day):
            gathered.matching += 1
            gathered.entries.append(entry)
    return gathered


def make_file(ring: KeyRing, moderator: Member, to: KnownPartner, entries: list[bytes]) -> bytes:
    """The file for a partner. Raises VaultError if the moderation desk does not open."""
    seed = open_moderation_desk(ring, moderator)
    return sharing.make_file(seed, to.identity, today(), entries)


def _shareable(ring: KeyRing) -> Iterator[tuple[Report, datetime.date]]:
    """The reports that may be shared, each with the day it was sent, newest first."""
    keys = AlertKeys(ring)
    alerts = visible_alerts().filter(level__in=LEVELS).order_by("-day", "-pk")
    for alert in alerts.iterator(chunk_size=_CHUNK):
        with suppress(VaultError):
            report = report_of(keys, alert)
            if _may_go(report) and trust_card(keys, alert) and is_visible(alert):
                yield report, alert.day


def _entry(report: Report, day: datetime.date) -> bytes:
    """The entry of a file; empty if we would not accept it ourselves."""
    entry = write_entry(report, day)
    try:
        read_entry(entry, today())
    except BadEntry:
        return b""
    return entry


def _may_go(report: Report) -> bool:
    """Whether its author agreed, and it did not come from another network."""
    return (
        report.may_share and not report.origin and report.level in LEVELS and not report.about_minor
    )
