"""Disclosing an alert's author to the moderators of her organisation: for 30 days, on record."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.urls import reverse

from alerts.desk_seals import open_author
from alerts.flows.lifecycle import VISIBLE_STATES
from alerts.models import Alert
from alerts.periods import AUTHORSHIP_DAYS
from safety_app.accounts.flows import disclosures, messages
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, open_pseudonym
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.vault.errors import VaultError


class NotOurs(LookupError):
    """The author belongs to another organisation, has left, or it is over 30 days ago."""


def is_ours(ring: KeyRing, moderator: Member, alert: Alert) -> bool:
    """Whether the moderator's desk can identify the author. Does not reveal who it is."""
    try:
        _author(ring, moderator, alert)
    except NotOurs:
        return False
    return True


def leave_note(ring: KeyRing, moderator: Member, alert: Alert, text: str) -> None:
    """Leave the author a note without revealing who she is. The caller checks that she agreed.

    Raises NotOurs, MessageTooLong, and VaultError if her row is not authentic.
    """
    author, _seed = _author(ring, moderator, alert)
    try:
        messages.write_message(ring, moderator, text, to=author, kind="alert", alert=alert.pk)
    except messages.NoSuchPerson:
        raise NotOurs from None


def disclose(ring: KeyRing, moderator: Member, alert_id: int, reason: str) -> str:
    """The author's pseudonym, with an audit record that all moderators of her organisation see.

    Raises NotOurs, NotModerator, and VaultError if a desk's row fails or the pseudonym does not
    open. Then there is no record, and nothing was disclosed.
    """
    with moderator_decision(moderator, ring):
        alert = Alert.objects.filter(pk=alert_id).first()
        if alert is None:
            raise NotOurs
        author, seed = _author(ring, moderator, alert)
        disclosures.record_disclosure(ring, moderator, alert.pk, reason)
        return open_pseudonym(seed, author, ring)


def readable_alerts(alerts: Collection[int]) -> dict[int, str]:
    """The addresses where moderators can read these alerts; deleted ones are left out."""
    wanted = [pk for pk in alerts if 0 < pk < 2**63]
    states = Alert.objects.filter(pk__in=wanted).values_list("pk", "state")
    return {
        pk: reverse("alerts:alert" if state in VISIBLE_STATES else "alerts:review", args=[pk])
        for pk, state in states
    }


def _author(ring: KeyRing, moderator: Member, alert: Alert) -> tuple[Member, bytes]:
    """The author's row, and the seed (32 bytes) of her desk. Raises NotOurs."""
    if alert.author_seal is None or alert.day <= today() - datetime.timedelta(days=AUTHORSHIP_DAYS):
        raise NotOurs
    try:
        desk = desk_of(ring, moderator.organisation_id)
        seed = open_desk(ring, moderator, desk)
        number = open_author(ring, seed, alert)
    except VaultError:
        raise NotOurs from None
    colleagues = Member.objects.filter(organisation=moderator.organisation_id)
    author = colleagues.filter(pk=number).first() if number < 2**63 else None
    if author is None:
        raise NotOurs
    return author, seed
