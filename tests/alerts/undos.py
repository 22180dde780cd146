"""A note with all that can belong to it, and the button that undoes a step."""

from __future__ import annotations

from typing import Any

from django.db import models

from alerts.flows import flags, lifecycle
from alerts.models import (
    Alert,
    BlindIndexEntry,
    ChangeRequest,
    Corroboration,
    DeskNote,
    Flag,
    Incoming,
    Objection,
    Partner,
    Translation,
)
from alerts.sealing.cards import open_card
from alerts.sealing.keys import AlertKeys
from tests.alerts.reviews import post
from tests.cast import Person

URL = "/en/a/undo/"
TABLES = (Alert, BlindIndexEntry, Corroboration, Translation, Flag, ChangeRequest, DeskNote)
TABLES += (Objection, Partner, Incoming)


def everything(person: Person) -> dict[str, list[dict[str, Any]]]:
    """All rows of alerts, as they are stored; cards opened, since undoing seals them again."""
    tables: tuple[type[models.Model], ...] = TABLES
    rows: dict[str, list[dict[str, Any]]] = {
        model.__name__: [
            {
                name: bytes(value) if isinstance(value, memoryview) else value
                for name, value in row.items()
            }
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in tables
    }
    for row in rows["Alert"]:
        where = row["epoch"], row["id"], row["version"]
        row["card"] = open_card(AlertKeys(person.ring), *where, row["card"])
    return rows


def press_undo(person: Person) -> str:
    return person.client.post(URL, follow=True).content.decode()


def delete(person: Person, alert: Alert) -> str:
    answer = person.client.post(f"/en/a/{alert.pk}/withdraw/", follow=True)
    return answer.content.decode()


def full_note(member: Person, outsider: Person, reporter: Person) -> Alert:
    """One with all that can belong to it."""
    alert = post(member, text="He drives a white van.", level=2)
    lifecycle.confirm(outsider.ring, alert.pk, "Me too, in May.")
    flags.send_flag(reporter.ring, alert.pk, flags.FlagContent("false", ""))
    return alert
