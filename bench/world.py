"""A network with one busy member, many alerts, and as many labels as asked for."""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from random import Random
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from alerts import cards
from alerts import status as statuses
from alerts.content import Card
from alerts.flows import lifecycle
from alerts.models import Alert, BlindIndexEntry
from alerts.sealing.cards import open_card
from alerts.sealing.keys import AlertKeys
from alerts.views import feed as feed_view
from deploy.demo.alerts import fictional_report
from safety_app.accounts.flows.found_network import found_network
from safety_app.accounts.flows.invite import make_invitation
from safety_app.accounts.flows.join import NewAccount, join
from safety_app.privacy import budgets
from safety_app.privacy.ids import random_id
from safety_app.vault.made_passphrases import new_passphrase

ALERTS = 300
_joined: list[NewAccount] = []


class Place:
    """What is measured: whole requests through every middleware."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def check(self) -> None:
        """A check of one number that nobody reported."""
        typed = {"q": "06 39 98 45 45", "country": "FR"}
        assert self.client.post("/en/a/check/", typed, follow=True).status_code == 200

    def feed(self) -> None:
        """The first page of the list: 15 cards."""
        answer = self.client.get("/en/a/")
        assert answer.content.count(b'class="card') >= 15 or answer.status_code == 200


def build() -> Place:
    """Load the pages, found a network, join, write alerts, sign in over HTTP."""
    for command in ("migrate", "load_pages", "load_services"):
        call_command(command, verbosity=0)
    passphrase = new_passphrase()
    founder = join(found_network("Bench").invitation_code, "bench founder", new_passphrase())
    code = make_invitation(founder.ring, founder.member, "member")
    joined = join(code, "bench member", passphrase)
    _joined.append(joined)
    random = Random(7)
    for _ in range(ALERTS):
        lifecycle.post(joined.ring, joined.member, fictional_report(random))
    client = Client()
    client.post(
        reverse("accounts:sign_in"), {"pseudonym": "bench member", "passphrase": passphrase}
    )
    assert client.get("/en/a/").status_code == 200
    # Budgets are for people; here the same request is made a thousand times.
    spend = budgets.spend
    for module in list(sys.modules.values()):
        if getattr(module, "spend", None) is spend:
            mock.patch.object(module, "spend", lambda *given: 1_000).start()
    return Place(client)


def grow_labels(count: int) -> None:
    """Fill the table of labels with random ones until it has `count` rows."""
    missing = count - BlindIndexEntry.objects.count()
    with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as database:
        database.executemany(
            "INSERT INTO alerts_blindindexentry (id, label, alert_id, epoch)"
            " VALUES (?, ?, NULL, 1)",
            ((random_id(), os.urandom(16)) for _ in range(missing)),
        )
    assert BlindIndexEntry.objects.count() == count


@contextmanager
def unencrypted() -> Iterator[None]:
    """The same table with cards in clear, and a list that reads them without a key or a tag."""
    keys = AlertKeys(_joined[0].ring)
    kept = {}
    for alert in Alert.objects.all():
        kept[alert.pk] = bytes(alert.card)
        card = open_card(keys, alert.epoch, alert.pk, alert.version, alert.card)
        Alert.objects.filter(pk=alert.pk).update(card=json.dumps(_plain(card)).encode())
    try:
        with (
            mock.patch.object(cards, "open_card", _read_card),
            mock.patch.object(feed_view, "own_cards", lambda ring, cards: {ring.seed}),
        ):
            yield
    finally:
        for pk, card_box in kept.items():
            Alert.objects.filter(pk=pk).update(card=card_box)


def _read_card(keys: object, epoch: int, alert: int, version: int, box: bytes) -> Card:
    *before, status, tags, on_behalf, shared, at_least = json.loads(bytes(box))
    return Card(*before, statuses.from_json(*status), tags, on_behalf, shared, at_least)


def _plain(card: Card) -> list[object]:
    return [
        statuses.to_json(card.status) if one.name == "status" else getattr(card, one.name)
        for one in fields(card)
    ]
