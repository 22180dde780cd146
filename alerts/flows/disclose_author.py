"""Disclosing an alert's author to the moderators of her organisation: for 30 days, on record.

Whether the author is one of theirs is an answer too: a moderator who ends somebody's access could
compare it before and after. So the entry is made first, for any alert of the last 30 days, and
only then is anything opened. Leaving the author a message answers nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse

from alerts.card_status import trust_card
from alerts.desk_seals import open_author
from alerts.models import Alert
from alerts.periods import AUTHORSHIP_DAYS
from alerts.sealing.keys import AlertKeys
from alerts.status import VISIBLE_STATES
from safety_app.accounts.flows import disclosures, messages
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, open_pseudonym
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.vault.errors import VaultError


class TooLate(LookupError):
    """The alert is gone, or over 30 days old."""


@dataclass(frozen=True)
class Author:
    """What looking tells. `pseudonym` is empty unless it is one of the moderator's people; then
    it can be empty as well, if it does not open.

    who   "ours"; "left": was one of theirs, and is gone or at another organisation; "not ours"
    """

    who: Literal["ours", "left", "not ours"]
    pseudonym: str = ""


def may_be_asked(ring: KeyRing, alert: Alert) -> bool:
    """Whether an alert is of the last 30 days, by its card: the same for every moderator."""
    if trust_card(AlertKeys(ring), alert) is None:
        return False
    return alert.day > today() - datetime.timedelta(days=AUTHORSHIP_DAYS)


def leave_note(ring: KeyRing, moderator: Member, alert: Alert, text: str) -> None:
    """Leave the author a note if she is one of the moderator's people; else nothing happens.

    Nothing tells which. The caller checks that she agreed. Raises NotModerator, MessageTooLong,
    and VaultError if the moderator's desk does not open.
    """
    seed = open_desk(ring, moderator, desk_of(ring, moderator.organisation_id))
    author = _colleague(moderator, _author_id(ring, seed, alert))
    # Whoever deletes or spoils a row at this moment must not make the answer tell.
    with suppress(messages.NoSuchPerson, messages.NotAuthentic):
        messages.write_message(ring, moderator, text, to=author, kind="alert", alert=alert.pk)


def disclose(ring: KeyRing, moderator: Member, alert_id: int, reason: str) -> Author:
    """Who sent an alert, with an audit record that all moderators of the organisation see.

    The record is made whoever it was. Raises TooLate, NotModerator, and VaultError if the
    moderator's desk fails; then there is no record, and nothing was disclosed.
    """
    with moderator_decision(moderator, ring):
        alert = Alert.objects.filter(pk=alert_id).first()
        if alert is None or not may_be_asked(ring, alert):
            raise TooLate
        seed = open_desk(ring, moderator, desk_of(ring, moderator.organisation_id))
        disclosures.record_disclosure(ring, moderator, alert.pk, reason)
    number = _author_id(ring, seed, alert)
    author = _colleague(moderator, number)
    if author is None:
        return Author("left" if number else "not ours")
    try:
        return Author("ours", open_pseudonym(seed, author, ring))
    except VaultError:
        return Author("ours")


def readable_alerts(alerts: Collection[int]) -> dict[int, str]:
    """The addresses where moderators can read these alerts; deleted ones are left out."""
    wanted = [pk for pk in alerts if 0 < pk < 2**63]
    states = Alert.objects.filter(pk__in=wanted).values_list("pk", "state")
    return {
        pk: reverse("alerts:alert" if state in VISIBLE_STATES else "alerts:review", args=[pk])
        for pk, state in states
    }


def _author_id(ring: KeyRing, seed: bytes, alert: Alert) -> int:
    """The author's id if the seed (32 bytes) of her desk opens it, else 0."""
    if alert.author_seal is None or not may_be_asked(ring, alert):
        return 0
    try:
        return open_author(ring, seed, alert)
    except VaultError:
        return 0


def _colleague(moderator: Member, number: int) -> Member | None:
    """The moderator's own person with this id; a query whatever the id."""
    colleagues = Member.objects.filter(organisation=moderator.organisation_id)
    return colleagues.filter(pk=number if number < 2**63 else 0).first()
