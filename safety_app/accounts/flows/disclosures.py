"""Disclosures of authors: every moderator of an organisation sees them, for 90 days.

Content, before sealing: 1,024 bytes of compact JSON, padded (`vault.encoding.pad`):

    moderator   id of the one who looked      reason   at most 100 characters
    alert       id of the alert they looked up
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, open_pseudonyms
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import AuthorDisclosure, Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.periods import DISCLOSURE_DAYS
from safety_app.locales.dates import today
from safety_app.privacy.codec import Codec
from safety_app.privacy.ids import random_id
from safety_app.registry import Registry
from safety_app.vault import shapes
from safety_app.vault.errors import VaultError

SIZE = 1024
REASON_LIMIT = 100  # characters of four bytes at most, so that any reason fits
RECENT_DAYS = 7

# Each takes alert ids and returns the addresses of those that can still be read.
alert_addresses: Registry[Callable[[Collection[int]], dict[int, str]]] = Registry()


@dataclass(frozen=True)
class Disclosure:
    """One disclosure. `pseudonym` is empty when the moderator's account is deleted, `url` when
    the alert is.
    """

    day: datetime.date
    moderator: int
    pseudonym: str
    alert: int
    url: str
    reason: str


_Content = tuple[int, int, str]  # moderator, alert, reason


def _to_json(content: _Content) -> dict[str, int | str]:
    moderator, alert, reason = content
    return {"moderator": moderator, "alert": alert, "reason": reason[:REASON_LIMIT]}


_id = shapes.number(1, shapes.LARGEST)
_fields = shapes.fields({"moderator": _id, "alert": _id, "reason": shapes.text(REASON_LIMIT)})


def _from_json(content: Any) -> _Content:
    fields = _fields(content)
    return fields["moderator"], fields["alert"], fields["reason"]


_CODEC = Codec[_Content]("disclosure", SIZE, _to_json, _from_json)


def record_disclosure(ring: KeyRing, moderator: Member, alert: int, reason: str) -> None:
    """Record a disclosure, inside the caller's transaction and before anything is shown.

    Call `require_current_epoch(ring)` first. Raises VaultError when the desk's row is not
    authentic.
    """
    desk = desk_of(ring, moderator.organisation_id)
    row = AuthorDisclosure(id=random_id(), organisation_id=moderator.organisation_id, day=today())
    content = _CODEC.encode((moderator.pk, alert, reason))
    sealed_rows.seal_row("look", row, bytes(desk.public_key), content, ring)
    row.save(force_insert=True)


def disclosures_of(ring: KeyRing, moderator: Member) -> tuple[list[Disclosure], int]:
    """All disclosures of the moderator's organisation, newest first, and the number that do not
    open.

    Raises VaultError when the desk is not the moderator's.
    """
    since = today() - datetime.timedelta(days=DISCLOSURE_DAYS)
    own = AuthorDisclosure.objects.filter(organisation=moderator.organisation_id, day__gt=since)
    rows = list(own.order_by("-day", "pk"))
    if not rows:
        return [], 0
    seed = open_desk(ring, moderator, desk_of(ring, moderator.organisation_id))
    contents = [(row.day, *_open_disclosure(ring, seed, row)) for row in rows]
    opened_contents = [content for content in contents if content[1]]
    people = {who for _day, who, _alert, _reason in opened_contents}
    names = open_pseudonyms(seed, moderator.organisation_id, people, ring)
    urls = _addresses_of({alert for _day, _who, alert, _reason in opened_contents})
    disclosures = [
        Disclosure(day, who, names.get(who, ""), alert, urls.get(alert, ""), reason)
        for day, who, alert, reason in opened_contents
    ]
    return disclosures, len(contents) - len(opened_contents)


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item when other moderators of the organisation disclosed authors in the last seven
    days.
    """
    since = today() - datetime.timedelta(days=RECENT_DAYS)
    if not AuthorDisclosure.objects.filter(
        organisation=moderator.organisation_id, day__gt=since
    ).exists():
        return []
    try:
        disclosures, _damaged = disclosures_of(ring, moderator)
    except VaultError:
        return []
    days = [
        disclosure.day
        for disclosure in disclosures
        if disclosure.day > since and disclosure.moderator != moderator.pk
    ]
    if not days:
        return []
    title = ngettext(
        "%(count)s time someone looked who sent a note",
        "%(count)s times someone looked who sent a note",
        len(days),
    ) % {"count": len(days)}
    return [QueueItem(title, reverse("accounts:disclosures"), max(days))]


def _open_disclosure(ring: KeyRing, seed: bytes, row: AuthorDisclosure) -> tuple[int, int, str]:
    """Moderator, alert and reason; zeros for a row that does not open or is malformed."""
    try:
        return _CODEC.decode(sealed_rows.open_row("look", row, seed, ring))
    except VaultError:
        return 0, 0, ""


def _addresses_of(alerts: Collection[int]) -> dict[int, str]:
    """The addresses of these alerts, without those that cannot be read any more."""
    addresses: dict[int, str] = {}
    for addresses_of in alert_addresses:
        addresses |= addresses_of(alerts)
    return addresses
