"""Changes of a very dangerous alert that wait for a moderator of a second organisation.

A change request is compact JSON, padded to 1,024 bytes, in a box under a key of the alert's epoch,
so every moderator can read it. The box is bound to the alert, the request, the alert's version and
the requesting organisation. A request ends with that version or after 30 days. It carries a tag
that only the person who asks can make: moving to another organisation does not turn her into the
second moderator.

A row of the kind WAS_HIDDEN requests nothing. It is the used-hide marker: this organisation has
used its three days of hiding, so it cannot hide the same alert again and again. It lives as long
as the alert, through corrections too, and only its box names the organisation; the column holds
ChangeRequest.NONE.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from alerts.content import LEVEL_MOST, Report
from alerts.models import Alert, ChangeRequest
from alerts.periods import CHANGE_REQUEST_DAYS
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.desk_keys import is_moderator
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.keys.tags import new_tag, own_tags
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.privacy.codec import Codec, TooLong
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, shapes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

CHANGE_REQUEST_SIZE = 1024
PURPOSE = "alert motions"
WHY_LIMIT = 80
TAG_HEX = 32  # characters
VERY_DANGEROUS = 3
# More than anyone ever requests; rows beyond are not opened, whoever put them there.
MOST_OPENED = 50

HIDE, LEVEL, REDACT, WAS_HIDDEN = "hide", "level", "redact", "was hidden"


class ChangeRequestTooLong(ValueError):
    """The phrase to redact is too long for one request."""


@dataclass(frozen=True)
class Change:
    """What shall change: `do` is HIDE, LEVEL (with `level`) or REDACT (with `phrase`)."""

    do: str
    level: int = 0
    phrase: str = ""
    why: str = ""


@dataclass(frozen=True)
class OpenedRequest:
    """A change request's row and content. `requester` is the tag of whoever asked."""

    row: ChangeRequest
    change: Change
    organisation: int
    requester: str

    @property
    def is_pending(self) -> bool:
        """Whether it waits for a decision; False for a used-hide marker."""
        return self.change.do != WAS_HIDDEN

    def is_from(self, keys: AlertKeys, moderator: Member) -> bool:
        """Whether she or her organisation asked for it, so that she cannot be the second one."""
        own = [tag.hex() for tag in own_tags(keys.ring, "motion", self.row.alert_id)]
        return self.organisation == moderator.organisation_id or self.requester in own


# The change, the organisation that requests it, and the requester's tag.
_Content = tuple[Change, int, str]


def _to_json(content: _Content) -> list[str | int]:
    change, organisation, requester = content
    why = change.why[:WHY_LIMIT]
    return [change.do, change.level, change.phrase, why, organisation, requester]


_row = shapes.row(
    shapes.one_of(HIDE, LEVEL, REDACT, WAS_HIDDEN),
    shapes.number(0, LEVEL_MOST),
    shapes.text(CHANGE_REQUEST_SIZE),
    shapes.text(WHY_LIMIT),
    shapes.number(0, shapes.LARGEST),
    shapes.text(TAG_HEX),
)


def _from_json(content: Any) -> _Content:
    do, level, phrase, why, organisation, requester = _row(content)
    return Change(do, level, phrase, why), organisation, requester


_CODEC = Codec[_Content]("change request", CHANGE_REQUEST_SIZE, _to_json, _from_json)


def require_readable(padded: bytes) -> None:
    """Raises VaultError unless this is the content of a change request."""
    _CODEC.decode(padded)


def requester_tag(ring: KeyRing, alert: int) -> str:
    """What this person's change requests about an alert carry: 32 hexadecimal digits."""
    return new_tag(ring, "motion", alert).hex()


def new_request(
    keys: AlertKeys, alert: Alert, organisation: int, change: Change, requester: str | None = None
) -> ChangeRequest:
    """An organisation's request about the current version of an alert; does not save.

    The alert has to be in the newest epoch (`reencrypt.in_newest`). `requester` is the tag of
    whoever asks, by default the ring's owner. Raises ChangeRequestTooLong.
    """
    row = ChangeRequest(id=random_id(), alert=alert, organisation=organisation, day=today())
    if change.do == WAS_HIDDEN:
        row.organisation = ChangeRequest.NONE
    if requester is None:
        requester = requester_tag(keys.ring, alert.pk)
    try:
        content = _CODEC.encode((change, organisation, requester))
    except TooLong:
        raise ChangeRequestTooLong from None
    row.box = boxes.seal_box(keys.newest(PURPOSE), content, _box_context(row))
    return row


def open_change_request(keys: AlertKeys, row: ChangeRequest) -> OpenedRequest:
    """What a row requests of the current version of its alert. Raises VaultError, also when it is
    past its days and was not deleted, as housekeeping deletes nothing while it doubts the clock.
    """
    ended = today() - datetime.timedelta(days=CHANGE_REQUEST_DAYS)
    try:
        is_over = row.day <= ended
        box, context = bytes(row.box), _box_context(row)
        padded = boxes.open_box(keys.derived(PURPOSE, row.alert.epoch), box, context)
    except (OverflowError, TypeError, ValueError):
        raise VaultError("change request: malformed") from None
    opened = OpenedRequest(row, *_CODEC.decode(padded))
    if is_over and opened.is_pending:
        raise VaultError("change request: over")
    return opened


def open_all(keys: AlertKeys, rows: Iterable[ChangeRequest]) -> list[OpenedRequest]:
    """The requests that open. The rows bring their alerts, so that no further query is needed."""
    requests = []
    for row in rows:
        with suppress(VaultError):
            requests.append(open_change_request(keys, row))
    return requests


def list_requests(keys: AlertKeys, alert: Alert) -> list[OpenedRequest]:
    """All requests about the current version of an alert that open, oldest first."""
    return open_all(keys, alert.changerequest_set.order_by("day", "pk")[:MOST_OPENED])


def count_damaged(keys: AlertKeys, alert: Alert) -> int:
    """How many requests about an alert do not open, those that are past their days left out."""
    ended = today() - datetime.timedelta(days=CHANGE_REQUEST_DAYS)
    rows = list(alert.changerequest_set.exclude(day__lte=ended)[:MOST_OPENED])
    return len(rows) - len(open_all(keys, rows))


def used_hides(keys: AlertKeys, alert: Alert) -> list[OpenedRequest]:
    """The used-hide markers of an alert, one for each organisation that has hidden it."""
    rows = alert.changerequest_set.filter(organisation=ChangeRequest.NONE).order_by("day", "pk")
    requests = open_all(keys, rows[:MOST_OPENED])
    markers = {request.organisation: request for request in requests if not request.is_pending}
    return list(markers.values())


def carry_over(keys: AlertKeys, alert: Alert, requests: Iterable[OpenedRequest]) -> None:
    """Seal these requests again for the current version of an alert, which has none yet."""
    for request in requests:
        row = new_request(keys, alert, request.organisation, request.change, request.requester)
        row.day = request.row.day
        row.save(force_insert=True)


def needs_second(ring: KeyRing, member: Member, report: Report | None) -> bool:
    """Whether a lasting change needs another organisation: for level 3, if there is another.

    Another organisation counts if it has a moderator whom its desk knows, who can agree.
    `report` is None for an alert that does not open; then there is nothing to protect.
    """
    if report is None or report.level != VERY_DANGEROUS:
        return False
    others = Member.objects.filter(state="active", roles__contains="moderator").exclude(
        organisation=member.organisation_id
    )
    return any(_is_known_moderator(ring, row) for row in others)


def _is_known_moderator(ring: KeyRing, row: Member) -> bool:
    try:
        check_member(ring, row)
    except VaultError:
        return False
    return is_moderator(ring, row)


def _box_context(row: ChangeRequest) -> bytes:
    # "alert motion" is part of the vault's byte strings, which do not change.
    return make_context("alert motion", row.alert_id, row.pk, row.alert.version, row.organisation)
