"""Alerts whose clear columns do not say what their cards say: the desk counts them.

Only somebody without the network key leaves such a row. Nothing of it is shown as true; the next
decision about the alert seals and writes everything again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache as remember

from django.core.cache import cache
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from alerts.cards import CardRow, card_rows
from alerts.models import Alert
from alerts.sealing.cards import open_card
from alerts.sealing.keys import AlertKeys
from alerts.status import agrees, status_of
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

# Compared at a time, at 0.03 ms each. Where there are more, each time begins somewhere else.
MOST_COMPARED = 2_000
SECONDS = 300  # how old the answer may be
_NAME = "altered"  # in the cache, which is memory


def find_altered(ring: KeyRing) -> list[int]:
    """The ids of alerts whose columns and cards disagree, or whose cards do not open.

    Without those under closed keys, which are counted apart (`moderation_queue.closed_items`).
    """
    keys = AlertKeys(ring)
    known = cache.get(_NAME)
    alerts = Alert.objects.exclude(epoch__lt=ring.floor)
    rows = _stretch(alerts) if known is None else card_rows(alerts.filter(pk__in=known))
    region_of = remember(lambda epoch, region: region_label(keys.content_key(epoch), region))
    found = []
    for row in rows:
        try:
            card = open_card(keys, row.epoch, row.pk, row.version, row.box)
            region = region_of(row.epoch, card.region)
        except VaultError:
            found.append(row.pk)
            continue
        same = row.level == card.level and bytes(row.region) == region
        if not (same and agrees(status_of(row), card.status, today())):
            found.append(row.pk)
    if known is None:
        cache.set(_NAME, found, SECONDS)
    return found


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item of the moderation queue for all of them."""
    count = len(find_altered(ring))
    if not count:
        return []
    title = ngettext(
        "%(number)s note was changed from outside",
        "%(number)s notes were changed from outside",
        count,
    )
    url = reverse("alerts:unreviewed") + "?show=altered"
    return [QueueItem(title % {"number": count}, url, today())]


def _stretch(alerts: QuerySet[Alert]) -> Iterator[CardRow]:
    """As many rows as are compared at a time: all of them, or those from a random place on."""
    listed = alerts.order_by("pk")
    start = random_id() if listed.count() > MOST_COMPARED else 0
    rows = list(card_rows(listed.filter(pk__gte=start)[:MOST_COMPARED]))
    yield from rows
    yield from card_rows(listed.filter(pk__lt=start)[: MOST_COMPARED - len(rows)])
