"""What somebody opens in a later copy of the database with keys they kept from an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from alerts.models import Alert
from alerts.sealing.bodies import report_of
from alerts.sealing.cards import open_card
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys import contexts, desk_keys, keyring, sealed_rows
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Desk, DeskSeal, Epoch, Invitation, Member, PersonalSettings
from safety_app.vault import boxes, seals
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from tests.cast import Person


@dataclass
class Kept:
    """What a revoked person kept: their keys, and the seeds of the desks they could open."""

    ring: KeyRing
    seeds: list[bytes]


def kept_by(person: Person) -> Kept:
    row, ring = person.keys
    seeds = [ring.seed]
    if row.has_role("moderator"):
        for organisation in (row.organisation_id, None):
            seeds.append(desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, organisation)))
    return Kept(ring, seeds)


def seals_of_a_copy() -> Iterator[tuple[bytes, bytes]]:
    """Every seal in a copy of the database, with its info."""
    for kind, shape in sealed_rows.kinds().items():
        for row in shape.model._default_manager.all():
            yield bytes(getattr(row, shape.column) or b""), make_context(kind, row.pk)
    for held in DeskSeal.objects.all():
        holder = held.member_id or held.invitation_id or held.via_desk_id or 0
        yield bytes(held.sealed), contexts.desk_seed(held.desk_id, holder)
    for epoch in Epoch.objects.all():
        for row in (*Member.objects.all(), *Invitation.objects.all()):
            yield bytes(row.network_seal or b""), contexts.network_seal(row.pk, epoch.number)


def boxes_of_a_copy() -> Iterator[tuple[bytes, bytes]]:
    """Boxes that hold a key, a desk's seed or what is somebody's own, with their context."""
    for epoch in Epoch.objects.all():
        yield bytes(epoch.previous_box or b""), make_context("previous epoch", epoch.number)
        for row in (*Member.objects.all(), *Invitation.objects.all()):
            for context in (contexts.network_box, contexts.welcome_box):
                yield bytes(row.network_box or b""), context(row.pk, epoch.number)
    for row in Member.objects.all():
        yield bytes(row.second_factor_box), contexts.second_factor(row.pk)
        yield bytes(row.opener_keys_box), contexts.opener_keys(row.pk)
        yield bytes(row.network_box or b""), contexts.desk_fingerprint(row.pk)
    for settings in PersonalSettings.objects.all():
        yield bytes(settings.box), contexts.personal_settings(settings.member_id)
    for desk in Desk.objects.all():
        yield bytes(desk.previous_box or b""), contexts.previous_desk(desk.pk)
        yield bytes(desk.recovery_box or b""), contexts.desk_recovery(desk.pk)


def opened_with(kept: Kept) -> int:
    """How many things in a copy of the database open with what someone kept."""
    count = 0
    for sealed, info in seals_of_a_copy():
        count += sum(opens(seals.unseal, seed, sealed, info) for seed in kept.seeds)
    old = list(kept.ring.epochs.values())
    derived = [boxes.derive(key, "previous epoch") for key in old]
    derived += [boxes.derive(seed, "previous desk") for seed in kept.seeds]
    own = [keyring.own_key(kept.ring.seed), keyring.welcome_key(kept.ring.seed)]
    for box, context in boxes_of_a_copy():
        count += sum(opens(boxes.open_box, key, box, context) for key in [*old, *derived, *own])
    if not kept.ring.epochs:
        return count
    newest = kept.ring.network_key
    numbers = Epoch.objects.values_list("number", flat=True)
    alert_keys = AlertKeys(replace(kept.ring, epochs=dict.fromkeys(numbers, newest)))
    for alert in Alert.objects.all():
        where = (alert_keys, alert.epoch, alert.pk, alert.version)
        count += opens(open_card, *where, bytes(alert.card))
        count += opens(report_of, alert_keys, alert)
    return count


def opens(opening: Callable[..., object], *given: object) -> bool:
    """Whether this opening does not fail."""
    try:
        opening(*given)
    except VaultError:
        return False
    return True
