"""What someone opens whose access was taken away, with all she ever had and a later copy.

    python -m tests.seizure.attacks.old_keys BEFORE AFTER PERSON

BEFORE and AFTER are databases, from before and after her access ended; PERSON is JSON: pseudonym,
passphrase, recovery code, numbers she knows of, codes she knows. From BEFORE she takes her seed,
the network keys and the desks' seeds. Everything in AFTER is tried with each of them, under the
context it would have. Prints JSON: what was found.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Model  # noqa: E402

from alerts.models import Alert, BlindIndexEntry, Corroboration  # noqa: E402
from alerts.sealing.keys import AlertKeys  # noqa: E402
from safety_app.accounts.flows import found_network, sign_in  # noqa: E402
from safety_app.accounts.keys import contexts, credentials, desk_keys, sealed_rows  # noqa: E402
from safety_app.accounts.keys.keyring import KeyRing, own_key  # noqa: E402
from safety_app.accounts.keys.row_auth import desk_mac, invitation_mac, member_mac  # noqa: E402
from safety_app.accounts.models import Desk, DeskSeal, Epoch, Invitation, Member, Organisation  # noqa: E402
from safety_app.vault import boxes, codes, labels, network, seals  # noqa: E402
from safety_app.vault.encoding import make_context  # noqa: E402
from safety_app.vault.errors import VaultError  # noqa: E402

PURPOSES = ("alert cards", "alert bodies", "alert notes", "alert translations", "alert motions")


@dataclass(frozen=True)
class Held:
    """What she took along: her ring, and every seed she could open."""

    ring: KeyRing
    member: int
    seeds: list[bytes]


def use(path: str) -> None:
    """Read another database from now on, at home: what a server remembers there is up to her."""
    connection.close()
    connection.settings_dict["NAME"] = path
    settings.EPOCH_PIN_FILE = f"{path}.pin"
    call_command("trust_database", yes=True, unsigned=True, stdout=StringIO())


def take(person: dict[str, str]) -> Held:
    """Open everything that is hers."""
    member, ring = sign_in.find_account(person["pseudonym"], person["passphrase"])
    seeds = [ring.seed]
    if member.has_role("moderator"):
        for organisation in (member.organisation_id, None):
            desk = desk_keys.desk_of(ring, organisation)
            seeds.append(bytes(desk_keys.open_desk(ring, member, desk)))
    return Held(ring, member.pk, seeds)


def attack(held: Held, person: dict[str, object]) -> Iterator[str]:
    """Everything that opens, matches or verifies."""
    yield from doors(person)
    yield from rows(held)
    yield from boxes_of(held)
    yield from seals_of(held)
    yield from index_of(held, [str(one) for one in person["phones"]])  # type: ignore[attr-defined]


def doors(person: dict[str, object]) -> Iterator[str]:
    """Passphrase, recovery code, codes of invitations and desks."""
    try:
        sign_in.find_account(str(person["pseudonym"]), str(person["passphrase"]))
        yield "signs in"
    except sign_in.UnknownAccount:
        pass
    keys = credentials.keys_of_typed_code(str(person["recovery_code"]), "recovery")
    if Member.objects.filter(recovery_handle=keys.handle).exists():
        yield "recovers"
    for code in person["codes"]:  # type: ignore[attr-defined]
        handle = credentials.keys_of_typed_code(code, "invitation").handle
        if Invitation.objects.filter(handle=handle).exists():
            yield "invitation"
        for desk in Desk.objects.exclude(recovery_box=None):
            try:
                found_network.open_desk_with_code(desk, codes.fold_code(code))
                yield "desk recovery"
            except VaultError:
                continue


def rows(held: Held) -> Iterator[str]:
    """MACs that she could make."""
    for row_key in held.ring.row_keys.values():
        for member in Member.objects.all():
            if network.equal(member_mac(row_key, member), bytes(member.row_mac)):
                yield "member row"
        for invitation in Invitation.objects.all():
            if network.equal(invitation_mac(row_key, invitation), bytes(invitation.row_mac)):
                yield "invitation row"
        for desk in Desk.objects.all():
            if network.equal(desk_mac(row_key, desk), bytes(desk.row_mac)):
                yield "desk row"
        for kind, shape in sealed_rows.kinds().items():
            for row in _rows(shape.model, shape.mac) if shape.mac else ():
                if network.equal(
                    sealed_rows.mac_of(kind, row, row_key), bytes(getattr(row, shape.mac))
                ):
                    yield f"{kind} row"


def boxes_of(held: Held) -> Iterator[str]:
    """Boxes under her network keys, or under her own key."""
    network_keys = [*held.ring.epochs.values(), *held.ring.content_keys.values()]
    for alert in Alert.objects.all():
        tried = {
            "card": (alert.card, make_context("alert", alert.pk, "card", alert.version)),
            "body": (
                alert.body,
                make_context(
                    "alert", alert.pk, "body", alert.version, bytes(alert.author_tag or b"")
                ),
            ),
        }
        for part, (box, context) in tried.items():
            if _any_box(network_keys, PURPOSES, bytes(box), context):
                yield part
    for row in Corroboration.objects.all():
        context = make_context("alert note", row.alert_id, row.pk, bytes(row.tag))
        if _any_box(network_keys, PURPOSES, bytes(row.note), context):
            yield "confirmation"
    for epoch in Epoch.objects.exclude(previous_box=None):
        for key in (*network_keys, own_key(held.ring.seed)):
            if _opens(
                lambda key=key, e=epoch: network.open_previous(key, e.number, e.previous_box)
            ):
                yield "key before"
    for member in Member.objects.exclude(network_box=None):
        context = contexts.network_box(member.pk, member.epoch)
        if _opens(lambda m=member, c=context: boxes.open_box(
            own_key(held.ring.seed), bytes(m.network_box or b""), c
        )):  # fmt: skip
            yield "network key"


def seals_of(held: Held) -> Iterator[str]:
    """Everything sealed to a key she held."""
    newest = max(Epoch.objects.values_list("number", flat=True))
    for seed in held.seeds:
        for kind, shape in sealed_rows.kinds().items():
            for row in _rows(shape.model, shape.column):
                if _unseals(seed, getattr(row, shape.column), make_context(kind, row.pk)):
                    yield kind
        for owner in (*Member.objects.all(), *Invitation.objects.all()):
            for number in range(1, newest + 1):
                info = contexts.network_seal(owner.pk, number)
                if owner.network_seal and _unseals(seed, owner.network_seal, info):
                    yield "network seal"
        for held_seal in DeskSeal.objects.all():
            holder = held_seal.member_id or held_seal.invitation_id or held_seal.via_desk_id or 0
            if _unseals(seed, held_seal.sealed, contexts.desk_seed(held_seal.desk_id, holder)):
                yield "desk seal"
        for desk in Desk.objects.all():
            if seals.public_key(seed) == bytes(desk.public_key):
                yield "desk key"


def index_of(held: Held, phones: list[str]) -> Iterator[str]:
    """Labels of numbers and regions she could make."""
    keys = AlertKeys(held.ring)
    stored = {
        bytes(one): alert for one, alert in BlindIndexEntry.objects.values_list("label", "alert")
    }
    for phone in phones:
        for epoch in keys.epochs:
            for made in labels.window(keys.labels(epoch), "phone", phone, 0):
                if made in stored:
                    yield "label" if stored[made] else "tombstone"
    regions = {bytes(one) for one in Alert.objects.values_list("region", flat=True)}
    for region in ("FR-IDF", "FR-OCC", "FR-BRE", "online"):
        for key in held.ring.content_keys.values():
            if labels.region_label(key, region) in regions:
                yield "region"


def _rows(model: type[Model], column: str) -> Iterator[object]:
    rows = model._default_manager.exclude(**{f"{column}__isnull": True})
    yield from rows


def _any_box(keys: list[bytes], purposes: tuple[str, ...], box: bytes, context: bytes) -> bool:
    return any(
        _opens(lambda key=key, purpose=purpose: boxes.open_box(
            boxes.derive(key, purpose), box, context
        ))
        for key in keys
        for purpose in purposes
    )  # fmt: skip


def _unseals(seed: bytes, sealed: bytes | memoryview, info: bytes) -> bool:
    return _opens(lambda: seals.unseal(seed, bytes(sealed), info))


def _opens(attempt: object) -> bool:
    try:
        attempt()  # type: ignore[operator]
    except VaultError:
        return False
    return True


def main(before: str, after: str, raw: str) -> None:
    person = json.loads(raw)
    use(before)
    held = take(person)
    assert Organisation.objects.exists()
    use(after)
    found: dict[str, int] = {}
    for what in attack(held, person):
        found[what] = found.get(what, 0) + 1
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:4])
