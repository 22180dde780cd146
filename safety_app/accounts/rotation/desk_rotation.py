"""New keys for desks, after someone who could open them has lost access.

A moderator who leaves knew two secrets: the key of the organisation's desk and, through it, that of
the network's moderation desk. Both are replaced in one short transaction (`renew_desk_keys`) and
given to those who remain. The rows sealed to the desks are then resealed in slices
(`reencrypt_desks`). Until that is done the previous key is kept in a box under the new one, so that
everything can be opened at all times, and after a crash whoever next opens the moderation page
resumes. Then the box is erased, and the old key opens nothing that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from safety_app.accounts import roles
from safety_app.accounts.keys import (
    contexts,
    credentials,
    sealed_rows,
    verifying_keys,
)
from safety_app.accounts.keys.desk_keys import (
    desk_of,
    moderation_seed,
    moderators_of,
    open_desk,
    retire_identity,
    seal_desk,
    store_previous,
)
from safety_app.accounts.keys.keyring import (
    EpochMoved,
    KeyRing,
    current_epoch,
)
from safety_app.accounts.keys.row_auth import check_desk, sign_desk
from safety_app.accounts.keys.sealed_rows import SealedRow, previous_of
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Member
from safety_app.accounts.rotation import countersigning, worker
from safety_app.privacy.bulk_update import update_rows
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import boxes, codes, seals, signatures
from safety_app.vault.errors import VaultError

SLICE = 100  # rows a transaction: 10 to 50 ms for the largest kind


def renew_desk_keys(
    ring: KeyRing, moderator: Member, gone: Collection[int] = (), code_seed: bytes = b""
) -> str:
    """New keys for the moderator's own desk and the moderation desk, sealed to everyone but
    `gone`.

    `code_seed` (32 bytes) is that of the recovery code until now, if it is at hand: it witnesses
    the renewal. Call it inside a transaction after `require_current_epoch(ring)`, and
    `reencrypt_desks` once that is committed. Returns the desk's new recovery code (26 characters,
    shown once); the old one opens nothing. Deletes the organisation's codes of moderators,
    translators and editors (`_delete_codes`). Raises VaultError when a desk is not the moderator's.
    """
    own, own_seed = _open_settled(ring, moderator, moderator.organisation_id)
    moderation = _open_moderation(ring, moderator)  # while the desk's current key still opens it
    known = moderators_of(ring, moderator.organisation_id)
    others = [row for row in known if row.pk not in gone and row.pk != moderator.pk]
    holders = [_own_row(ring, moderator), *others]
    _delete_codes(own)
    renewed, code = seals.new_seed(), codes.new_code()
    keys = credentials.keys_of_code(code, "desk recovery")
    own.recovery_box = boxes.seal_box(keys.key, renewed, contexts.desk_recovery(own.pk))
    own.public_key = seals.public_key(renewed)
    verifying_keys.prolong_certificate(own, own_seed, renewed)
    verifying_keys.keep_code_key(own, renewed, keys.seed)
    # What the key that goes now has still to witness.
    countersigning.countersign(verifying_keys.newest_signers(ring.signers), [own_seed])
    _install_key(ring, own, renewed, own_seed, holders)
    _renew_moderation(ring, moderator, moderation, [own_seed, code_seed])
    return code


def renew_moderation(ring: KeyRing, moderator: Member) -> None:
    """A new key for the moderation desk alone, sealed to the organisations' desks there are
    now.

    Delete the desk of an organisation that closes first. A desk that is itself due for renewal
    gets no seal, since someone who left knows its key. If the moderator's own is due or lacks the
    moderation desk, that is only marked as due, for the next moderator who can renew it
    (`desk_upkeep.share_moderation`). Call it inside a transaction, and `reencrypt_desks` once that
    is committed. Raises VaultError when the own desk is not the moderator's.
    """
    desk = desk_of(ring, moderator.organisation_id)
    own = open_desk(ring, moderator, desk)
    moderation = None if desk.pk in due_desks(ring) else _open_moderation(ring, moderator)
    _renew_moderation(ring, moderator, moderation, [own, previous_of(own)])


def _open_moderation(ring: KeyRing, moderator: Member) -> tuple[Desk, bytes] | None:
    """The moderation desk and its seed, with nothing left to reseal; None while it does not open
    with the own desk, for whatever reason: nothing in its rows may keep somebody in.
    """
    lacks = moderation_seed(ring, moderator) is None
    return None if lacks else _open_settled(ring, moderator, None)


def _renew_moderation(
    ring: KeyRing,
    moderator: Member,
    moderation: tuple[Desk, bytes] | None,
    witnesses: Collection[bytes],
) -> None:
    """`witnesses` are seeds (32 bytes each, or empty) that may stand beside."""
    if moderation is None:
        _mark_moderation(ring)
        return
    authentic, due = authentic_desks(ring), due_desks(ring)
    holders = [one for one in authentic if one.pk not in due]
    (desk, previous), renewed = moderation, seals.new_seed()
    retire_identity(desk, renewed, previous)
    desk.public_key = seals.public_key(renewed)
    verifying_keys.certify_desk(desk, renewed, signatures.verifying_key(renewed))
    own_first = sorted(holders, key=lambda one: one.organisation_id != moderator.organisation_id)
    listed = verifying_keys.choose_witnesses(own_first, is_single=len(authentic) == 1)
    newest = verifying_keys.replace_key(ring.signers, previous, renewed, listed)
    countersigning.countersign(newest, witnesses)
    verifying_keys.sign_epoch(ring, renewed)
    for one in authentic:
        verifying_keys.certify_again(one, renewed, is_due=one.pk in due)
        save_changed(ring, one, "certificate")
    _install_key(ring, desk, renewed, previous, holders)


def reencrypt_desks(ring: KeyRing, moderator: Member) -> bool:
    """Reseal what is still sealed to the previous key of either of a moderator's desks.

    False when the network key was renewed meanwhile, so that it has to be resumed later. Each
    slice is a short transaction of its own. Raises VaultError when a desk is not the
    moderator's.
    """
    is_changed = False
    try:
        has_both = moderation_seed(ring, moderator) is not None
        for organisation in (moderator.organisation_id, None)[: 1 + has_both]:
            desk = desk_of(ring, organisation)
            if desk.previous_box is not None:
                _reencrypt_desk(ring, desk, open_desk(ring, moderator, desk))
                is_changed = True
    except EpochMoved:
        return False
    if is_changed:
        checkpoint_wal()
    return True


def reencrypt_soon(ring: KeyRing, moderator: Member) -> None:
    """`reencrypt_desks` in the background, so that nobody waits for 10,000 rows.

    Without background threads it runs at once. What was interrupted resumes at the next visit to
    the desk (`desk_upkeep.queue_items`).
    """
    if not settings.REENCRYPT_IN_BACKGROUND:
        reencrypt_desks(ring, moderator)
        return
    own = Q(organisation=moderator.organisation_id) | Q(organisation=None)
    if Desk.objects.filter(own, previous_box__isnull=False).exists():
        worker.start(
            "desk keys", moderator.organisation_id, partial(reencrypt_desks, ring, moderator)
        )


def _own_row(ring: KeyRing, moderator: Member) -> Member:
    """The row of the moderator who renews, who has just opened the desk and needs no other proof.

    Raises VaultError when the row's key is not hers.
    """
    row = Member.objects.get(pk=moderator.pk)
    if bytes(row.public_key) != seals.public_key(ring.seed):
        raise VaultError("member: another key than the session's")
    return row


def _is_authentic(check: Callable[[], object]) -> bool:
    try:
        check()
    except VaultError:
        return False
    return True


def _delete_codes(desk: Desk) -> None:
    """Of moderators, translators and editors: the first would open the desk, and whoever used one
    and left may have put it back; the others know the desk by its old key.
    """
    rows = Invitation.objects.filter(organisation=desk.organisation_id).values_list("pk", "roles")
    known = {pk: roles.known_roles(held) for pk, held in rows}
    deleted = [pk for pk, held in known.items() if "moderator" in held or "member" not in held]
    Invitation.objects.filter(pk__in=deleted).delete()


def _open_settled(ring: KeyRing, moderator: Member, organisation: int | None) -> tuple[Desk, bytes]:
    """A desk and its seed, with nothing left under an older one. Raises VaultError."""
    desk = desk_of(ring, organisation)
    seed = open_desk(ring, moderator, desk)
    if previous_of(seed):  # the previous renewal was not finished
        _reencrypt_desk(ring, desk, seed)
    return desk, seed


def _install_key(
    ring: KeyRing,
    desk: Desk,
    seed: bytes,
    previous: bytes,
    holders: Iterable[Member | Invitation | Desk],
) -> None:
    """Give a desk a new key pair, and seal its seed to everyone who can open it from now on."""
    store_previous(desk, seed, previous)
    desk.renewal_due = False
    sign_desk(ring, desk)
    desk.save()
    DeskSeal.objects.filter(desk=desk).delete()
    DeskSeal.objects.bulk_create([seal_desk(desk, seed, holder) for holder in holders])
    checkpoint_wal()


def save_changed(ring: KeyRing, desk: Desk, column: str) -> None:
    """Save what was changed of an authentic desk, and vouch for it.

    Call it in the transaction that read the row, which holds the epoch.
    """
    sign_desk(ring, desk)
    desk.save(update_fields=[column, "row_mac"])


def _mark_moderation(ring: KeyRing) -> None:
    """Mark the moderation desk as due, also where its row was changed from outside."""
    try:
        desk = desk_of(ring, None)
    except VaultError:
        Desk.objects.filter(organisation=None).update(renewal_due=True)
    else:
        desk.renewal_due = True
        save_changed(ring, desk, "renewal_due")


def authentic_desks(ring: KeyRing) -> list[Desk]:
    """Organisations' desks that moderators made; nothing is sealed to others."""
    rows = Desk.objects.filter(organisation__isnull=False)
    return [desk for desk in rows if _is_authentic(partial(check_desk, ring, desk))]


def due_desks(ring: KeyRing) -> set[int]:
    """Ids of the authentic desks of organisations that are due for renewal: the moderation desk is
    not sealed to them.
    """
    newest = verifying_keys.newest_signers(ring.signers).verifying_key
    return {desk.pk for desk in authentic_desks(ring) if verifying_keys.is_due(newest, desk)}


def _reencrypt_desk(ring: KeyRing, desk: Desk, seed: bytes) -> None:
    previous = previous_of(seed)
    owner = "moderation" if desk.organisation_id is None else "organisation"
    for kind, shape in sealed_rows.kinds().items():
        if shape.desk == owner and previous:
            _reencrypt_kind(ring, desk, previous, kind, shape)
    with current_epoch(ring):
        # If the desk was renewed again meanwhile, its box is another one and stays.
        unchanged = Desk.objects.filter(pk=desk.pk, previous_box=desk.previous_box)
        unchanged.update(previous_box=None)


def _reencrypt_kind(
    ring: KeyRing, desk: Desk, previous: bytes, kind: str, shape: SealedRow
) -> None:
    rows = _rows_at_desk(shape, desk)
    ids = list(rows.values_list("pk", flat=True))
    columns = [name for name in (shape.column, shape.mac, *shape.bound) if name]
    for start in range(0, len(ids), SLICE):
        batch = rows.filter(pk__in=ids[start : start + SLICE]).only("pk", *columns)
        # Retry when a row changed meanwhile, as when a rotation renews its MAC.
        while not _reencrypt_slice(ring, desk, previous, kind, batch.all()):
            pass


def _rows_at_desk(shape: SealedRow, desk: Desk) -> QuerySet[Model]:
    """The rows of a kind that may be sealed to a desk; all rows of a model without
    organisation.
    """
    model = shape.model
    rows: QuerySet[Model] = model._default_manager.exclude(**{shape.column: None})
    names = {field.name for field in model._meta.get_fields()}
    if desk.organisation_id is not None and "organisation" in names:
        rows = rows.filter(organisation=desk.organisation_id)
    return rows


class _ResealedRow(NamedTuple):
    """A row's id, its current seal and MAC, and the new ones; without a MAC both are None."""

    pk: int
    old_seal: bytes
    old_mac: bytes | None
    seal: bytes
    mac: bytes | None


def _reencrypt_slice(
    ring: KeyRing, desk: Desk, previous: bytes, kind: str, rows: QuerySet[Model]
) -> bool:
    """Reseal these rows. False when one of them changed meanwhile."""
    # The expensive part comes before the transaction, which only writes.
    changed = [new for row in rows if (new := _reseal(ring, desk, previous, kind, row))]
    if not changed:
        return True
    with current_epoch(ring):
        with_mac = [row for row in changed if row.mac is not None]
        without_mac = [(row.pk, row.old_seal, row.seal) for row in changed if row.mac is None]
        return _write_unchanged(kind, with_mac, has_mac=True) and _write_unchanged(
            kind, without_mac, has_mac=False
        )


def _reseal(
    ring: KeyRing, desk: Desk, previous: bytes, kind: str, row: Model
) -> _ResealedRow | None:
    """The resealed row; None if it is sealed to another desk or its MAC is wrong: it stays as
    it is.

    The new MAC is made under the newest network key, whichever key made the old one. A row without
    a MAC gets none.
    """
    shape = sealed_rows.kinds()[kind]
    old_seal = bytes(getattr(row, shape.column))
    old_mac = getattr(row, shape.mac) if shape.mac else None
    if old_mac is not None and not _is_vouched_for(ring, kind, row):
        return None
    try:
        content = sealed_rows.open_row(kind, row, previous, None)
    except VaultError:
        return None
    sealed_rows.seal_row(kind, row, bytes(desk.public_key), content, None)
    mac = None if old_mac is None else sealed_rows.mac_of(kind, row, ring.row_key)
    old = None if old_mac is None else bytes(old_mac)
    return _ResealedRow(row.pk, old_seal, old, bytes(getattr(row, shape.column)), mac)


def _is_vouched_for(ring: KeyRing, kind: str, row: Model) -> bool:
    return _is_authentic(partial(sealed_rows.check_mac, kind, row, ring))


def _write_unchanged(kind: str, changed: Sequence[tuple[object, ...]], *, has_mac: bool) -> bool:
    """Write the rows that are still as they were read. Returns whether that was all."""
    shape = sealed_rows.kinds()[kind]
    columns = [shape.column, shape.mac] if has_mac else [shape.column]
    return not changed or update_rows(shape.model, columns, columns, changed) == len(changed)
