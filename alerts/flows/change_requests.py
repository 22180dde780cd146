"""Changes of a very dangerous alert that wait for a moderator of a second organisation.

A motion is compact JSON, padded to 1,024 bytes, in a box under a key of the alert's epoch, so that
every moderator reads it; bound to alert, motion, the alert's version and the organisation that
asks. It ends with that version or after 30 days. With it goes a tag that only the person who asks
can make: whoever moves to another organisation does not become the second one.

A row of the kind WAS_HIDDEN asks for nothing: it says that an organisation has used its 72 hours,
so that it cannot hide the same alert again and again. It stays as long as the alert, through
corrections too, and only its box says which organisation that was: the column holds Motion.NONE.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from alerts.models import Alert, ChangeRequest
from alerts.sealing import AlertKeys, Report
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.privacy.codec import Codec, TooLong
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import member_tag

CHANGE_REQUEST_SIZE = 1024
PURPOSE = "alert motions"
WHY_LIMIT = 80
VERY_DANGEROUS = 3
# More than are ever asked; rows beyond are not opened, whoever put them there.
MOST_OPENED = 50

HIDE, LEVEL, REDACT, WAS_HIDDEN = "hide", "level", "redact", "was hidden"


class ChangeRequestTooLong(ValueError):
    """What shall be left out is too long to be asked in one go."""


@dataclass(frozen=True)
class Change:
    """What shall change: `do` is HIDE, LEVEL or REDACT; `level` and `phrase` go with the last."""

    do: str
    level: int = 0
    phrase: str = ""
    why: str = ""


@dataclass(frozen=True)
class OpenedRequest:
    """A motion's row and what it says: what shall change, for which organisation, `by` whom."""

    row: ChangeRequest
    wanted: Change
    organisation: int
    by: str

    @property
    def asks(self) -> bool:
        """Whether it waits for anyone."""
        return self.wanted.do != WAS_HIDDEN

    def is_of(self, keys: AlertKeys, moderator: Member) -> bool:
        """Whether she, or her organisation, asked for it: then she is no second one."""
        hers = requester_tag(keys.ring, self.row.alert_id)
        return self.organisation == moderator.organisation_id or self.by == hers


# What is asked, the organisation that asks, and the tag of whoever does.
_Content = tuple[Change, int, str]


def _to_json(content: _Content) -> list[str | int]:
    wanted, organisation, by = content
    return [wanted.do, wanted.level, wanted.phrase, wanted.why[:WHY_LIMIT], organisation, by]


def _from_json(content: Any) -> _Content:
    do, level, phrase, why, organisation, by = content
    return Change(str(do), int(level), str(phrase), str(why)), int(organisation), str(by)


_CODEC = Codec[_Content]("change request", CHANGE_REQUEST_SIZE, _to_json, _from_json)


def requester_tag(ring: KeyRing, alert: int) -> str:
    """What this person's motions about an alert carry: 32 hexadecimal digits."""
    return member_tag(ring.seed, "motion", alert).hex()


def new_request(
    keys: AlertKeys, alert: Alert, organisation: int, wanted: Change, by: str | None = None
) -> ChangeRequest:
    """A motion of an organisation about an alert as it is now; does not save.

    `by` is the tag of whoever asks, the ring's owner if left out. Raises MotionTooLong.
    """
    row = ChangeRequest(id=random_id(), alert=alert, organisation=organisation, day=today())
    if wanted.do == WAS_HIDDEN:
        row.organisation = ChangeRequest.NONE
    by = requester_tag(keys.ring, alert.pk) if by is None else by
    try:
        content = _CODEC.encode((wanted, organisation, by))
    except TooLong:
        raise ChangeRequestTooLong from None
    key = keys.derived(PURPOSE, alert.epoch)
    row.box = boxes.seal_box(key, content, _box_context(row))
    return row


def open_change_request(keys: AlertKeys, row: ChangeRequest) -> OpenedRequest:
    """What a motion asks, for its alert as that is now. Raises VaultError."""
    try:
        box, context = bytes(row.box), _box_context(row)
        padded = boxes.open_box(keys.derived(PURPOSE, row.alert.epoch), box, context)
    except (OverflowError, TypeError, ValueError):
        raise VaultError("change request: malformed") from None
    return OpenedRequest(row, *_CODEC.decode(padded))


def open_all(keys: AlertKeys, rows: Iterable[ChangeRequest]) -> list[OpenedRequest]:
    """Those of the rows that open; each with its alert, so that no query is needed."""
    found = []
    for row in rows:
        try:
            found.append(open_change_request(keys, row))
        except VaultError:
            continue
    return found


def list_requests(keys: AlertKeys, alert: Alert) -> list[OpenedRequest]:
    """All that open about an alert as it is now, the oldest first."""
    return open_all(keys, alert.changerequest_set.order_by("day", "pk")[:MOST_OPENED])


def used_hides(keys: AlertKeys, alert: Alert) -> list[OpenedRequest]:
    """Of each organisation that has used its 72 hours for an alert, what says so."""
    rows = alert.changerequest_set.filter(organisation=ChangeRequest.NONE).order_by("day", "pk")
    found = open_all(keys, rows[:MOST_OPENED])
    return list({one.organisation: one for one in found if not one.asks}.values())


def carry_over(keys: AlertKeys, alert: Alert, found: Iterable[OpenedRequest]) -> None:
    """Say the same of an alert as it is now; for an alert of which nothing is said yet."""
    for one in found:
        row = new_request(keys, alert, one.organisation, one.wanted, one.by)
        row.day = one.row.day
        row.save(force_insert=True)


def needs_second(ring: KeyRing, member: Member, report: Report | None) -> bool:
    """Whether a lasting change needs another organisation: for level 3, when there is another.

    It counts when it has a moderator who can agree: one whose row is authentic. `report` is None
    for an alert that does not open; then there is nothing to protect.
    """
    if report is None or report.level != VERY_DANGEROUS:
        return False
    others = Member.objects.filter(state="active", roles__contains="moderator").exclude(
        organisation=member.organisation_id
    )
    return any(_is_authentic(ring, one) for one in others)


def _is_authentic(ring: KeyRing, row: Member) -> bool:
    try:
        check_member(ring, row)
    except VaultError:
        return False
    return row.has_role("moderator")


def _box_context(row: ChangeRequest) -> bytes:
    return make_context("alert motion", row.alert_id, row.pk, row.alert.version, row.organisation)
