"""A network of any size, built in bulk: notes, members, services and pages.

Everything is sealed as the program seals it, by one process that holds the shared keys; only who
wrote a note is random bytes, since nothing here opens it. About 12,000 notes a second.
"""

from __future__ import annotations

import datetime
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from copy import copy
from random import Random
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import models, transaction

from alerts import retention
from alerts.content import Report
from alerts.flows import lifecycle
from alerts.models import Alert, BlindIndexEntry, Corroboration, Flag
from alerts.sealing.bodies import BodyOf, report_bytes, seal_body
from alerts.sealing.cards import card_of, seal_card
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import NoteOf, seal_note
from alerts.status import Status, clear_day
from bench.fictional import add_members
from deploy.demo.alerts import fictional_report
from resources.directory.models import Fact, Opening, Service
from resources.pages.models import Page, Segment, SegmentText
from safety_app.accounts.flows import applications
from safety_app.accounts.flows.found_network import found_network
from safety_app.accounts.flows.join import NewAccount, join
from safety_app.accounts.models import Application, Member
from safety_app.locales.dates import today
from safety_app.privacy.ids import LOWEST
from safety_app.privacy.public.content import make_new_version
from safety_app.vault.labels import region_label
from safety_app.vault.made_passphrases import MadePassphrase, new_passphrase

DAYS_BACK = 365
OWN, CONFIRMED, LABELS = 20, 10, 2  # her own notes; every tenth is confirmed; labels of each
PSEUDONYM, PASSPHRASE = "Bench Moderator", MadePassphrase("bodafi kemoru tisane lovagu")
_TEMPLATES = 200
_AT_ONCE = 5_000


class Size(NamedTuple):
    """How many there are of what grows."""

    notes: int
    members: int
    services: int
    pages: int


SIZES = {
    "1k": Size(1_000, 60, 33, 17),
    "10k": Size(10_000, 1_000, 500, 100),
    "100k": Size(100_000, 10_000, 5_000, 500),
    "1M": Size(1_000_000, 10_000, 5_000, 500),
}


class World(NamedTuple):
    """Who is signed in, an application that waits, and a note of somebody else."""

    account: NewAccount
    application: int
    note: int


def build(size: Size) -> World:
    """A network of this size in the empty database."""
    for command in ("migrate", "load_pages", "load_services"):
        call_command(command, verbosity=0)
    account = join(found_network("Bench").invitation_code, PSEUDONYM, PASSPHRASE)
    organisation = account.member.organisation_id
    applications.apply(organisation, "bench newcomer", new_passphrase(), "I work nearby.")
    add_members(account, _ids(max(0, size.members - Member.objects.count())))
    _add_services(size.services)
    _add_pages(size.pages)
    note = _add_notes(account, size.notes)
    return World(account, Application.objects.get().pk, note)


def _add_services(count: int) -> None:
    """Copies of the entries that come with the program, each with its openings and facts."""
    Service.objects.update(published=True)
    first = list(Service.objects.prefetch_related("openings", "facts"))
    rows: list[Service] = []
    parts: dict[type[models.Model], list[Any]] = {Opening: [], Fact: []}
    for number, pk in enumerate(_ids(count - len(first))):
        model = first[number % len(first)]
        rows.append(_copy(model, id=pk, name=f"{model.name} {number}", loaded="", published=True))
        for part in (*model.openings.all(), *model.facts.all()):
            parts[type(part)].append(_copy(part, id=_new_id(), service_id=pk))
    Service.objects.bulk_create(rows, batch_size=200)
    for model_class, copies in parts.items():
        model_class._default_manager.bulk_create(copies, batch_size=500)


def _add_pages(count: int) -> None:
    """Copies of the starter pages under numbers of their own."""
    first = list(Page.objects.prefetch_related("segments__segment_texts").order_by("number"))
    rows, segments, texts = [], [], []
    for number, pk in enumerate(_ids(count - len(first))):
        model = first[number % len(first)]
        rows.append(_copy(model, id=pk, number=1_000 + number, loaded=""))
        for segment in model.segments.all():
            segments.append(_copy(segment, id=_new_id(), page_id=pk))
            texts += [
                _copy(text, id=_new_id(), segment_id=segments[-1].pk)
                for text in segment.segment_texts.all()
            ]
    Page.objects.bulk_create(rows, batch_size=200)
    Segment.objects.bulk_create(segments, batch_size=500)
    SegmentText.objects.bulk_create(texts, batch_size=500)
    with transaction.atomic():
        make_new_version()


def _copy(row: Any, **values: Any) -> Any:
    """The same row with another id; what was fetched with it is left behind."""
    other = copy(row)
    other._state, other._prefetched_objects_cache = models.base.ModelState(), {}
    for name, value in values.items():
        setattr(other, name, value)
    return other


def _add_notes(account: NewAccount, count: int) -> int:
    """Notes of a year, half of them reviewed; the id of the newest one of somebody else."""
    keys, random = AlertKeys(account.ring), Random(7)
    reports = [fictional_report(random) for _ in range(_TEMPLATES)]
    bodies = [report_bytes(report) for report in reports]
    ids = list(_ids(count))
    mine = set(random.sample(ids, OWN))
    newest = (datetime.date.min, 0)
    with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as database:
        database.execute("PRAGMA synchronous = OFF")
        for start in range(0, count, _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            rows = []
            for pk in part:
                number = random.randrange(_TEMPLATES)
                row = _note(keys, pk, reports[number], bodies[number], random)
                if pk in mine:
                    row["author_tag"] = lifecycle.author_tag(account.ring, pk)
                else:
                    newest = max(newest, (row["day"], pk))
                rows.append(row)
            _insert(database, Alert, rows)
            _insert(database, BlindIndexEntry, _labels(part))
            _insert(database, Corroboration, _confirmations(keys, part))
        flags = [_flag(pk) for pk in ids[:: max(50, count // 500)]]
        _insert(database, Flag, flags)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return newest[1]


def _note(keys: AlertKeys, pk: int, report: Report, body: bytes, random: Random) -> dict[str, Any]:
    """The columns of one note."""
    oldest = 25 if report.level == 0 else DAYS_BACK
    day = clear_day(today() - datetime.timedelta(days=random.randrange(oldest)), today())
    state = random.choice(("new", "reviewed"))
    expires = max(retention.expiry_of(report.level, day), today() + datetime.timedelta(days=1))
    card = card_of(keys, keys.current, report, Status(day, expires, state))
    tag = os.urandom(16)
    return {
        "id": pk,
        "epoch": keys.current,
        "version": 1,
        "day": day,
        "level": report.level,
        "region": _region(keys, report.region),
        "state": state,
        "hidden_until": None,
        "expires": expires,
        "author_tag": tag,
        "card": seal_card(keys, pk, 1, card),
        "author_seal": os.urandom(1_145),
        "author_mac": os.urandom(32),
        "body": seal_body(keys, BodyOf(pk, 1, tag), body),
    }


_regions: dict[str, bytes] = {}


def _region(keys: AlertKeys, region: str) -> bytes:
    if region not in _regions:
        _regions[region] = region_label(keys.content_key(keys.current), region)
    return _regions[region]


def _labels(ids: Iterable[int]) -> list[dict[str, Any]]:
    return [
        {"id": _new_id(), "label": os.urandom(16), "alert_id": pk, "epoch": 1}
        for pk in ids
        for _number in range(LABELS)
    ]


def _confirmations(keys: AlertKeys, ids: list[int]) -> list[dict[str, Any]]:
    rows = []
    for pk in ids[::CONFIRMED]:
        own, tag = _new_id(), os.urandom(16)
        note = seal_note(keys, NoteOf(pk, own, tag), "the same here")
        rows.append({"id": own, "alert_id": pk, "tag": tag, "note": note})
    return rows


def _flag(alert: int) -> dict[str, Any]:
    """One that nobody can open: what the desk does with it costs the same."""
    return {
        "id": _new_id(),
        "alert_id": alert,
        "tag": os.urandom(16),
        "day": today(),
        "sealed": os.urandom(2_700),
        "mac": os.urandom(32),
    }


def _insert(
    database: sqlite3.Connection, model: type[models.Model], rows: list[dict[str, Any]]
) -> None:
    if not rows:
        return
    names = list(rows[0])
    places = ", ".join("?" * len(names))
    # The names of our own table and columns; every value is a parameter.
    statement = f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608  # nosec
    database.executemany(statement, [[_plain(row[name]) for name in names] for row in rows])
    database.commit()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _new_id() -> int:
    return LOWEST + secrets.randbelow(LOWEST)


def _ids(count: int) -> Iterator[int]:
    """New ids in their order, in which the table of a large world is filled fastest."""
    yield from sorted({_new_id() for _number in range(count)})
