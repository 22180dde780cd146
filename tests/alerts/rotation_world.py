"""A network in a file, to be rotated and killed: `-m tests.alerts.rotation_world COMMAND DIR`.

build   founds it and writes down outside what must be found ever after
rotate  waits for a line; then makes a new network key, unless one is under way, and moves
        everything; says when it begins
check   for each line it reads: looks at everything as a member would, and says what is wrong
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.file_settings"
os.environ["DATABASE_FILE"] = str(Path(sys.argv[2]) / "db.sqlite3")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from alerts import cards, index  # noqa: E402
from alerts.content import Card, Report, lookup_keys  # noqa: E402
from alerts.models import Alert, BlindIndexEntry  # noqa: E402
from alerts.sealing.bodies import report_of  # noqa: E402
from alerts.sealing.cards import card_of, open_card  # noqa: E402
from alerts.sealing.keys import AlertKeys  # noqa: E402
from alerts.status import status_of  # noqa: E402
from deploy.demo.alerts import fictional_report  # noqa: E402
from safety_app.accounts.flows import invite, sign_in  # noqa: E402
from safety_app.accounts.flows.found_network import found_network  # noqa: E402
from safety_app.accounts.flows.join import NewAccount, join  # noqa: E402
from safety_app.accounts.keys import sealed_rows  # noqa: E402
from safety_app.accounts.keys.keyring import KeyRing  # noqa: E402
from safety_app.accounts.models import Epoch, Member  # noqa: E402
from safety_app.accounts.rotation import network_rotation, reencrypt  # noqa: E402
from safety_app.vault import labels  # noqa: E402
from safety_app.vault.errors import VaultError  # noqa: E402
from safety_app.vault.labels import region_label  # noqa: E402
from safety_app.vault.made_passphrases import MadePassphrase  # noqa: E402
from safety_app.vault.member_secret import MemberSecret  # noqa: E402
from tests.alerts.many_reports import CONFIRMED, post_all  # noqa: E402

PASSPHRASE = MadePassphrase("bodafi kemoru tisane lovagu")
MEMBERS = 6


def build(folder: Path, count: int) -> None:
    """Found it, and post `count` alerts in bulk."""
    call_command("migrate", verbosity=0)
    code = found_network("Lantern Collective").invitation_code
    moderator = join(code, "The Moderator", PASSPHRASE)
    people = [moderator]
    for number in range(MEMBERS):
        code = invite.make_invitation(moderator.ring, moderator.member, "member")
        people.append(join(code, f"Member {number}", PASSPHRASE))
    random = Random(5)
    reports = [fictional_report(random) for _ in range(count)]
    known = posted(people[1], reports)
    world = {
        "people": [
            {"id": person.member.pk, "seed": person.ring.seed.hex(), "name": person.ring.pseudonym}
            for person in people
        ],
        **known,
    }
    (folder / "world.json").write_text(json.dumps(world))


def posted(author: NewAccount, reports: list[Report]) -> dict[str, Any]:
    """Post them; what must be found afterwards."""
    rows = post_all(author.ring, author.member, reports)
    digests: dict[str, str] = {}
    alerts_by_key: dict[str, list[int]] = defaultdict(list)
    places: dict[str, int] = defaultdict(int)
    for row, report in zip(rows, reports, strict=True):
        digests[str(row.pk)] = digest(report)
        places[report.region] += 1
        for kind, key in lookup_keys(report.identifiers):
            alerts_by_key[f"{kind}\t{key}"].append(row.pk)
    confirmed = [row.pk for row in rows[::CONFIRMED]]
    return {"said": digests, "found": alerts_by_key, "places": places, "confirmed": confirmed}


def digest(report: Report) -> str:
    """What a report says, to compare."""
    return hashlib.sha256(repr(report).encode()).hexdigest()


def ring_of(person: dict[str, Any]) -> KeyRing:
    """A person's keys as signing in opens them. Raises VaultError when she has none."""
    member = Member.objects.filter(pk=person["id"]).first()
    if member is None:
        raise VaultError("revoked")
    secret = MemberSecret(bytes.fromhex(person["seed"]), ())
    return sign_in.open_ring(member, secret, person["name"])


def rotate(folder: Path) -> None:
    """The first rotation takes someone's access away; later ones only renew."""
    people = json.loads((folder / "world.json").read_text())["people"]
    sys.stdin.readline()
    ring = ring_of(people[0])
    print("begun", flush=True)
    if not reencrypt.is_under_way(ring):
        prepared = network_rotation.prepare(ring, (people[-1]["id"],), ())
        with transaction.atomic():
            ring = prepared.apply()
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    print("done", flush=True)


def check(folder: Path) -> None:
    """Answer each line with a list of what is wrong, as JSON."""
    world = json.loads((folder / "world.json").read_text())
    # Labels are the same each time: made once, also those that only fill a query up.
    made_once = lru_cache(maxsize=500_000)(labels.counter_label)
    with (
        mock.patch.object(labels, "counter_label", made_once),
        mock.patch.object(index, "counter_label", made_once),
    ):
        for line in sys.stdin:
            print(json.dumps(problems(world, int(line))), flush=True)


def problems(world: dict[str, Any], turn: int) -> list[str]:
    """Everything that is not as it must be, for one of those who remain, and in the files."""
    *stay, revoked = world["people"]
    newest = Epoch.objects.order_by("-number").values_list("number", flat=True)[0]
    wrong = []
    rings = [ring_of(person) for person in stay]
    if {ring.current for ring in rings} != {newest} or len({str(r.epochs) for r in rings}) != 1:
        wrong.append("not everyone holds the same keys")
    try:
        ring_of(revoked)
        if newest > 1:
            wrong.append("who was revoked is still there")
    except VaultError:
        pass
    ring = rings[turn % len(rings)]
    return wrong + unread(world, ring) + unfound(world, ring)


def unread(world: dict[str, Any], ring: KeyRing) -> list[str]:
    """Alerts that do not say what they said, or lack a part."""
    keys, seen = AlertKeys(ring), 0
    wrong: list[str] = []
    for row in Alert.objects.all().iterator(chunk_size=200):
        seen += 1
        try:
            report = report_of(keys, row)
            card = open_card(keys, row.epoch, row.pk, row.version, row.card)
            sealed_rows.check_mac("alert author", row, ring)
        except VaultError as error:
            wrong.append(f"alert of epoch {row.epoch}: {error}")
            continue
        if digest(report) != world["said"][str(row.pk)] or card != _card(keys, row, report):
            wrong.append("an alert says something else")
    if seen != len(world["said"]):
        wrong.append(f"{seen} alerts")
    epochs = dict(Alert.objects.filter(pk__in=world["confirmed"]).values_list("pk", "epoch"))
    if cards.count_confirmations(keys, epochs) != dict.fromkeys(world["confirmed"], 1):
        wrong.append("confirmations do not count")
    for region, count in world["places"].items():
        here = [region_label(key, region) for key in ring.content_keys.values()]
        if Alert.objects.filter(region__in=here).count() != count:
            wrong.append("a region lacks alerts")
    return wrong


# What a card must be, made once for each epoch of an alert.
_cards: dict[tuple[int, int], Card] = {}


def _card(keys: AlertKeys, row: Alert, report: Report) -> Card:
    place = row.pk, row.epoch
    if place not in _cards:
        _cards[place] = card_of(keys, row.epoch, report, status_of(row))
    return _cards[place]


def unfound(world: dict[str, Any], ring: KeyRing) -> list[str]:
    """Checks that do not find what they found; labels that are there twice or left over."""
    keys, wrong = AlertKeys(ring), []
    wanted = list(world["found"])
    for start in range(0, len(wanted), 100):
        keys_of_slice = [tuple(text.split("\t")) for text in wanted[start : start + 100]]
        for (kind, key), ids in index.find_alerts(keys, keys_of_slice).items():  # type: ignore[arg-type]
            if sorted(ids) != sorted(world["found"][f"{kind}\t{key}"]):
                wrong.append("a check does not find what it found")
    linked = BlindIndexEntry.objects.exclude(alert=None).count()
    if linked != sum(len(ids) for ids in world["found"].values()):
        wrong.append(f"{linked} labels point somewhere")
    if (
        not reencrypt.is_under_way(ring)
        and BlindIndexEntry.objects.filter(epoch__lt=ring.current).exists()
    ):
        wrong.append("old labels are left")
    with connection.cursor() as cursor:
        if cursor.execute("PRAGMA quick_check").fetchone() != ("ok",):
            wrong.append("the file is damaged")
    return wrong


if __name__ == "__main__":
    command, where = sys.argv[1], Path(sys.argv[2])
    if command == "build":
        build(where, int(sys.argv[3]))
    else:
        {"rotate": rotate, "check": check}[command](where)
