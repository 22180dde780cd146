"""Alerts with what their cards vouch for, in place of the clear columns."""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol

from django.db.models import QuerySet

from alerts import retention
from alerts.content import Card
from alerts.models import Alert
from alerts.sealing.bodies import report_of
from alerts.sealing.cards import card_of, fitting, open_card, seal_card
from alerts.sealing.keys import AlertKeys
from alerts.status import VISIBLE_STATES, Columns, Status, clear_day, status_of, without_a_card
from safety_app.locales.dates import today
from safety_app.vault.errors import VaultError


class Row(Columns, Protocol):
    """A row with its clear columns and its card."""

    @property
    def pk(self) -> int:
        """Its id."""

    @property
    def epoch(self) -> int:
        """Which network key opens it."""

    @property
    def version(self) -> int:
        """How often it was written."""

    @property
    def level(self) -> int:
        """Its level."""

    @property
    def card(self) -> bytes | memoryview:
        """The box of its card."""


def visible_alerts() -> QuerySet[Alert]:
    """What members can read, as far as clear columns tell: neither held nor hidden nor expired,
    even if nothing was swept yet. The cards have the last word.
    """
    return Alert.objects.filter(state__in=VISIBLE_STATES, expires__gt=today())


def visible_alert(keys: AlertKeys, alert_id: int, *, lock: bool = False) -> Alert | None:
    """An alert that members can read, as `trust_card` leaves it; None if there is none.

    With `lock` the row is held until the transaction ends.
    """
    rows = Alert.objects.select_for_update() if lock else Alert.objects.all()
    alert = rows.filter(pk=alert_id).first()
    if alert is None or trust_card(keys, alert) is None or not is_visible(alert):
        return None
    return alert


def is_visible(alert: Alert) -> bool:
    """Whether members can read this alert, as its columns are set now."""
    return status_of(alert).is_visible(today())


def trust_card(keys: AlertKeys, alert: Alert) -> Card | None:
    """Set an alert's level, day, end and review state to what its card vouches for; does not save.

    Returns the card; None if it does not open (`sealed_status` says what holds then).
    """
    card, status = sealed_status(keys, alert)
    if card is not None:
        alert.level = card.level
    alert.day, alert.expires, alert.state, alert.hidden_until = status
    return card


def sealed_status(keys: AlertKeys, row: Row) -> tuple[Card | None, Status]:
    """A row's card, and the status it vouches for today.

    Without a card that opens, nothing vouches for the columns: then the alert counts as reviewed by
    nobody, and as ending no later than a new one would.
    """
    day = today()
    with suppress(VaultError):
        card = open_card(keys, row.epoch, row.pk, row.version, row.card)
        return card, card.status.on(day)
    longest_end = retention.expiry_of(row.level, day)
    return None, without_a_card(status_of(row), longest_end, day)


def reseal_card(keys: AlertKeys, alert: Alert) -> None:
    """Seal and save an alert's day, end and review state as they are set now.

    Before setting them, bring it under the newest key (`flows.reencrypt.in_newest`) and call
    `trust_card`. A card that does not open is made again from the body. Where that does not open
    either, only the columns are saved: nobody is shown such an alert. One that 0.2.0 filled to the
    last byte shows fewer masked identifiers afterwards.
    """
    card, _status = sealed_status(keys, alert)
    status = status_of(alert)
    if card is None:
        with suppress(VaultError):
            report = report_of(keys, alert)
            card = card_of(keys, alert.epoch, report, status)
    if card is not None and alert.epoch == keys.current:
        sealed = fitting(card._replace(status=status))
        alert.card = seal_card(keys, alert.pk, alert.version, sealed)
    alert.day = clear_day(alert.day, today())
    alert.save(update_fields=["level", "day", "expires", "state", "hidden_until", "card"])
