"""Changes of a very dangerous alert that wait for a moderator of a second organisation.

A motion is compact JSON, padded to 1,024 bytes, in a box under a key of the alert's epoch, so that
every moderator reads it; bound to alert, motion, the alert's version and the organisation that
asks. It ends with that version or after 30 days. A row of the kind WAS_HIDDEN asks for nothing: it
says that the organisation has used its 72 hours, so that it cannot hide the same words again and
again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.models import Alert, Motion
from alerts.retention import today
from alerts.sealing import AlertKeys, Report
from safety_app.members.keys import KeyRing
from safety_app.members.models import Member
from safety_app.members.rows import check_member
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes
from safety_app.vault.encoding import label, pad, unpad
from safety_app.vault.errors import VaultError

MOTION_SIZE = 1024
PURPOSE = "alert motions"
WHY_LIMIT = 80
VERY_DANGEROUS = 3
# More than are ever asked; rows beyond are not opened, whoever put them there.
MOST_OPENED = 50

HIDE, LEVEL, REDACT, WAS_HIDDEN = "hide", "level", "redact", "was hidden"


class MotionTooLong(ValueError):
    """What shall be left out is too long to be asked in one go."""


@dataclass(frozen=True)
class Wanted:
    """What shall change: `do` is HIDE, LEVEL or REDACT; `level` and `phrase` go with the last."""

    do: str
    level: int = 0
    phrase: str = ""
    why: str = ""


@dataclass(frozen=True)
class Opened:
    """A motion's row and what it says."""

    row: Motion
    wanted: Wanted


def new(keys: AlertKeys, alert: Alert, organisation: int, wanted: Wanted) -> Motion:
    """A motion of an organisation about an alert as it is now; does not save.

    Raises MotionTooLong.
    """
    row = Motion(id=random_id(), alert=alert, organisation=organisation, day=today())
    content = [wanted.do, wanted.level, wanted.phrase, wanted.why[:WHY_LIMIT]]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    raw = text.encode("utf-8", "replace")
    if len(raw) >= MOTION_SIZE:
        raise MotionTooLong
    key = keys.derived(PURPOSE, alert.epoch)
    row.box = boxes.seal_box(key, pad(raw, MOTION_SIZE), _context(row))
    return row


def open_motion(keys: AlertKeys, row: Motion) -> Wanted:
    """What a motion asks, for its alert as that is now. Raises VaultError."""
    try:
        box, context = bytes(row.box), _context(row)
        padded = boxes.open_box(keys.derived(PURPOSE, row.alert.epoch), box, context)
        do, level, phrase, why = json.loads(unpad(padded))
        return Wanted(str(do), int(level), str(phrase), str(why))
    except (OverflowError, TypeError, ValueError):
        raise VaultError("motion: not of the right form") from None


def opened(keys: AlertKeys, rows: Iterable[Motion]) -> list[Opened]:
    """Those of the rows that open; each with its alert, so that no query is needed."""
    found = []
    for row in rows:
        try:
            found.append(Opened(row, open_motion(keys, row)))
        except VaultError:
            continue
    return found


def about(keys: AlertKeys, alert: Alert) -> list[Opened]:
    """All that open about an alert as it is now, the oldest first."""
    return opened(keys, alert.motion_set.order_by("day", "pk")[:MOST_OPENED])


def hidden_by(keys: AlertKeys, alert: Alert) -> set[int]:
    """The organisations that have used their 72 hours for an alert as it is now."""
    return {one.row.organisation for one in about(keys, alert) if one.wanted.do == WAS_HIDDEN}


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


def _context(row: Motion) -> bytes:
    return label("alert motion", row.alert_id, row.pk, row.alert.version, row.organisation)
