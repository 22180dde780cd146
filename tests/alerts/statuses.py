"""Changing an alert's day, end or review state as somebody with the network key does."""

from __future__ import annotations

from typing import Any

from alerts.card_status import reseal_card, trust_card
from alerts.flows import reencrypt
from alerts.models import Alert
from alerts.sealing.keys import AlertKeys
from alerts.status import Status
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.dates import add_months, today


def new_status() -> Status:
    """Of an alert that was just sent."""
    return Status(today(), add_months(today(), 24))


def put_status(ring: KeyRing, *alerts: Alert, **values: Any) -> None:
    """Set `day`, `expires`, `state` or `hidden_until` of these alerts (by default of all)."""
    keys, chosen = AlertKeys(ring), [alert.pk for alert in alerts]
    for alert in Alert.objects.filter(pk__in=chosen) if chosen else Alert.objects.all():
        trust_card(keys, alert)
        alert = reencrypt.in_newest(keys, alert)
        for name, value in values.items():
            setattr(alert, name, value)
        reseal_card(keys, alert)
