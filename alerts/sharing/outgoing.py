"""What goes to another network: alerts whose authors agreed, as one signed and sealed file."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from alerts.flows.lifecycle import VISIBLE_STATES
from alerts.models import Alert
from alerts.sealing import AlertKeys, Report, open_report
from alerts.sharing.entries import LEVELS, BadEntry, read_entry, write_entry
from alerts.sharing.partners import KnownPartner, desk_seed
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.vault import sharing
from safety_app.vault.errors import VaultError

_CHUNK = 100


@dataclass
class Gathered:
    """What may be shared: how many in each region, and of what was asked for how many, the newest.

    `entries` holds at most 300 of the `asked` ones.
    """

    regions: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    entries: list[bytes] = field(default_factory=list)


def gather(ring: KeyRing, levels: tuple[int, ...], regions: tuple[str, ...]) -> Gathered:
    """Go through everything that may be shared, the newest first; no regions means all of them."""
    gathered = Gathered()
    for report, day in _shareable(ring):
        gathered.regions[report.region] += 1
        if report.level not in levels or (regions and report.region not in regions):
            continue
        if len(gathered.entries) == sharing.MAX_ENTRIES:
            gathered.asked += 1
        elif entry := _entry(report, day):
            gathered.asked += 1
            gathered.entries.append(entry)
    return gathered


def make_file(ring: KeyRing, moderator: Member, to: KnownPartner, entries: list[bytes]) -> bytes:
    """The file for a partner. Raises VaultError when our own desk does not open."""
    seed = desk_seed(ring, moderator)
    return sharing.make_file(seed, to.identity, today(), entries)


def _shareable(ring: KeyRing) -> Iterator[tuple[Report, datetime.date]]:
    """What may go, with the day it was sent, the newest first."""
    keys = AlertKeys(ring)
    alerts = Alert.objects.filter(state__in=VISIBLE_STATES, level__in=LEVELS).order_by(
        "-day", "-pk"
    )
    rows = alerts.values_list("pk", "epoch", "version", "day", "body")
    for pk, epoch, version, day, body in rows.iterator(chunk_size=_CHUNK):
        with suppress(VaultError):
            report = open_report(keys, epoch, pk, version, body)
            if _may_go(report):
                yield report, day


def _entry(report: Report, day: datetime.date) -> bytes:
    """The entry of a file; empty for what we would not take ourselves."""
    entry = write_entry(report, day)
    try:
        read_entry(entry, today())
    except BadEntry:
        return b""
    return entry


def _may_go(report: Report) -> bool:
    """Its author agreed, and it is ours to give: not one that another network gave to us."""
    return (
        report.may_share and not report.origin and report.level in LEVELS and not report.about_minor
    )
