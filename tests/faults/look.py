"""Looks at everything that is stored, beside the server: `-m tests.faults.look PEOPLE`.

For each line it reads (a ledger as JSON) it answers with a list of what is wrong, as JSON: what was
acknowledged and is not there, what is there and nobody wrote, and what is half.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "safety_app.settings"
django.setup()

from django.db import connection, transaction  # noqa: E402

from alerts import cards, index  # noqa: E402
from alerts.content import lookup_keys  # noqa: E402
from alerts.models import Alert, BlindIndexEntry  # noqa: E402
from alerts.own import places  # noqa: E402
from alerts.sealing.bodies import report_of  # noqa: E402
from alerts.sealing.cards import card_of, open_card  # noqa: E402
from alerts.sealing.keys import AlertKeys  # noqa: E402
from alerts.status import status_of  # noqa: E402
from safety_app.accounts.flows import messages, sign_in  # noqa: E402
from safety_app.accounts.keys import personal_settings, sealed_rows  # noqa: E402
from safety_app.accounts.keys.keyring import KeyRing  # noqa: E402
from safety_app.accounts.models import Member, Message  # noqa: E402
from safety_app.vault.errors import VaultError  # noqa: E402

Account = tuple[Member, KeyRing]


def main(people: list[dict[str, Any]]) -> None:
    """Answer each line."""
    opened = {
        one["pseudonym"]: sign_in.find_account(one["pseudonym"], one["passphrase"])
        for one in people
    }
    for line in sys.stdin:
        with one_moment():
            found = list(problems(json.loads(line), opened))
        print(json.dumps(found), flush=True)
        connection.close()


@contextmanager
def one_moment() -> Iterator[None]:
    """See everything as it is now: on PostgreSQL, what a killed server had sent may still end."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def problems(ledger: dict[str, Any], opened: dict[str, Account]) -> Iterator[str]:
    """Everything that is not as it must be."""
    moderator, reporter = opened.values()
    yield from _notes(ledger, AlertKeys(moderator[1]))
    yield from _messages(ledger, *reporter)
    for name, (member, ring) in opened.items():
        saved = places.own_places(personal_settings.read(ring, member.pk)).regions
        if sorted(saved) not in ledger["regions"].get(name, [[]]):
            yield f"{name} chose other regions"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            if cursor.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                yield "the file is damaged"


def _notes(ledger: dict[str, Any], keys: AlertKeys) -> Iterator[str]:
    notes, unsure = ledger["notes"], ledger["unsure_notes"]
    texts: dict[int, str] = {}
    linked = 0
    epochs = {}
    for row in Alert.objects.all().iterator(chunk_size=200):
        try:
            report = report_of(keys, row)
            card = open_card(keys, row.epoch, row.pk, row.version, row.card)
            sealed_rows.check_mac("alert author", row, keys.ring)
        except VaultError as error:
            yield f"half a note: {error}"
            continue
        texts[row.pk], epochs[row.pk] = report.text, row.epoch
        if card != card_of(keys, row.epoch, report, status_of(row)):
            yield "a card says something else than its note"
        wanted = lookup_keys(report.identifiers)
        linked += len(wanted)
        found = index.find_alerts(keys, wanted)
        if any(row.pk not in found.get(key, []) for key in wanted):
            yield "a number does not lead to its note"
    if BlindIndexEntry.objects.exclude(alert=None).count() != linked:
        yield "labels are missing or left over"
    known = {int(number): note for number, note in notes.items()}
    yield from _missing(known, texts)
    others = [text for number, text in texts.items() if number not in known]
    if len(others) != len(set(others)) or not set(others) <= set(unsure):
        yield "a note that nobody wrote, or one twice"
    counts = cards.count_confirmations(keys, epochs)
    for number, note in known.items():
        may_be = {"no": {0}, "yes": {1}, "maybe": {0, 1}}[note["confirmed"]]
        if number in texts and counts.get(number, 0) not in may_be:
            yield f"confirmed {counts.get(number, 0)} times, told {note['confirmed']}"


def _missing(known: dict[int, dict[str, Any]], texts: dict[int, str]) -> Iterator[str]:
    for number, note in known.items():
        if note["is_gone"] and number in texts:
            yield "a note that was withdrawn is there"
        elif number not in texts and not note["may_be_gone"]:
            yield "an acknowledged note is lost"
        elif number in texts and texts[number] not in note["texts"]:
            yield "a note does not say what it was told to say"


def _messages(ledger: dict[str, Any], member: Member, ring: KeyRing) -> Iterator[str]:
    opened = [message.text for message in messages.messages_for(ring, member)]
    if len(opened) != Message.objects.count():
        yield "a message does not open"
    if len(opened) != len(set(opened)) or not set(ledger["messages"]) <= set(opened):
        yield "an acknowledged message is lost, or one is there twice"
    if not set(opened) <= {*ledger["messages"], *ledger["unsure_messages"]}:
        yield "a message that nobody wrote"


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
