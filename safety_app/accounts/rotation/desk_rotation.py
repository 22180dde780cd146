"""New keys for desks, after someone who could open them has lost access.

A moderator who leaves knew two secrets: the key of the organisation's desk and, through it, that of
the network's moderation desk. Both are replaced in one short transaction (`renew_desk_keys`) and
given to those who remain. The rows sealed to the desks are then resealed in slices
(`reencrypt_desks`). Until that is done the previous key is kept in a box under the new one, so that
everything can be opened at all times, and after a crash whoever next opens the moderation page
resumes. Then the box is erased, and the old key opens nothing that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.accounts import roles
from safety_app.accounts.keys import admissions, contexts, credentials, sealed_rows
from safety_app.accounts.keys.desk_keys import (
    desk_of,
    is_known_holder,
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
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.keys.row_auth import check_desk, check_invitation, desk_mac
from safety_app.accounts.keys.sealed_rows import SealedRow, previous_of
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.rotation import worker
from safety_app.locales.dates import today
from safety_app.privacy.bulk_update import update_rows
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import boxes, codes, seals
from safety_app.vault.errors import VaultError

SLICE = 100  # rows a transaction: 10 to 50 ms for the largest kind


def renew_desk_keys(ring: KeyRing, moderator: Member, gone: Collection[int] = ()) -> str:
    """New keys for the moderator's own desk and the moderation desk, sealed to everyone but
    `gone`.

    Call it inside a transaction after `require_current_epoch(ring)`, and `reencrypt_desks` once
    that is committed. Returns the desk's new recovery code (26 characters, shown once); the old
    one opens nothing. Deletes open invitations whose code someone in `gone` may know, and those
    of translators and editors, which know the desk by its old key. Raises VaultError when a
    desk is not the moderator's.
    """
    own, own_seed = _open_settled(ring, moderator, moderator.organisation_id)
    moderation = _open_moderation(ring, moderator)  # while the desk's current key still opens it
    holders = [
        row
        for row in moderators_of(ring, moderator.organisation_id)
        if row.pk not in gone and (row.pk == moderator.pk or is_known_holder(own, own_seed, row))
    ]
    invitations = _keep_known_invitations(ring, own, own_seed, {row.pk for row in holders})
    renewed, code = seals.new_seed(), codes.new_code()
    keys = credentials.keys_of_code(code, "desk recovery")
    own.recovery_box = boxes.seal_box(keys.key, renewed, contexts.desk_recovery(own.pk))
    _install_key(ring, own, renewed, own_seed, (*holders, *invitations))
    _renew_moderation(ring, moderator, moderation)
    return code


def renew_own_desk(ring: KeyRing, moderator: Member) -> str:
    """`renew_desk_keys` in a transaction, and resealing in the background. Returns the new code.

    Raises NotModerator, EpochMoved, and VaultError when a desk is not the moderator's.
    """
    with moderator_decision(moderator, ring) as current:
        code = renew_desk_keys(ring, current)
    reencrypt_soon(ring, moderator)
    return code


def renew_moderation(ring: KeyRing, moderator: Member) -> None:
    """A new key for the moderation desk alone, sealed to the organisations' desks there are
    now.

    Delete the desk of an organisation that closes first. A desk that is itself due for renewal
    gets no seal, since someone who left knows its key; the moderator's own does in any case, or
    nobody might hold the new key. If the moderator's desk lacks the moderation desk, it is only
    marked as due, for the next moderator who can renew it (`share_moderation`). Call it inside
    a transaction, and `reencrypt_desks` once that is committed. Raises VaultError when a desk
    is not the moderator's.
    """
    _renew_moderation(ring, moderator, _open_moderation(ring, moderator))


def _open_moderation(ring: KeyRing, moderator: Member) -> tuple[Desk, bytes] | None:
    """The moderation desk and its seed, with nothing left to reseal; None while the own desk
    lacks it.
    """
    lacks = moderation_seed(ring, moderator) is None
    return None if lacks else _open_settled(ring, moderator, None)


def _renew_moderation(
    ring: KeyRing, moderator: Member, moderation: tuple[Desk, bytes] | None
) -> None:
    if moderation is None:
        Desk.objects.filter(organisation=None).update(renewal_due=True)
        return
    holders = _desks_to_seal_to(ring, moderator.organisation_id)
    (desk, previous), renewed = moderation, seals.new_seed()
    retire_identity(desk, renewed, previous)
    _install_key(ring, desk, renewed, previous, holders)


def share_moderation(ring: KeyRing, moderator: Member) -> None:
    """Seal the moderation desk to organisations' desks that lack it and are not due for
    renewal.

    An organisation whose desk was renewed thereby gets it back as soon as a moderator of
    another one opens the moderation page. If its desk was renewed without it, the moderation
    desk is due for a new key, which is made here. Raises EpochMoved, NotModerator, VaultError.
    """
    if not _is_sharing_due():
        return
    with moderator_decision(moderator, ring) as moderator:
        seed, moderation = moderation_seed(ring, moderator), desk_of(ring, None)
        if seed is None:
            return
        if moderation.renewal_due:
            renew_moderation(ring, moderator)
            return
        for desk in _desks_to_seal_to(ring, 0):
            if not DeskSeal.objects.filter(desk=moderation, via_desk=desk).exists():
                seal_desk(moderation, seed, desk).save(force_insert=True)


def _is_sharing_due() -> bool:
    """Whether a desk may lack the moderation desk's key, or that desk be due for a new one."""
    if Desk.objects.filter(organisation=None, renewal_due=True).exists():
        return True
    held = DeskSeal.objects.filter(desk__organisation=None, via_desk=OuterRef("pk"))
    desks = Desk.objects.filter(organisation__isnull=False, renewal_due=False)
    return desks.exclude(Exists(held)).exists()


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
    the desk (`queue_items`).
    """
    if not settings.REENCRYPT_IN_BACKGROUND:
        reencrypt_desks(ring, moderator)
        return
    own = Q(organisation=moderator.organisation_id) | Q(organisation=None)
    if Desk.objects.filter(own, previous_box__isnull=False).exists():
        worker.start(
            "desk keys", moderator.organisation_id, partial(reencrypt_desks, ring, moderator)
        )


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Resumes an unfinished renewal, and asks for one that is due.

    A moderator who erased their account, transferred or was away for a year left without the
    keys they knew being renewed; whoever created the organisation knows its first keys. Also
    says when this desk lacks the moderation desk.
    """
    try:
        share_moderation(ring, moderator)
        reencrypt_soon(ring, moderator)
        desk = desk_of(ring, moderator.organisation_id)
        lacks = moderation_seed(ring, moderator) is None
    except VaultError:
        return []
    url, titles = reverse("accounts:renew_desk"), []
    if desk.renewal_due:
        titles.append(_("Renew the moderation keys: someone else may know them"))
    if lacks:
        titles.append(_("The shared moderation keys do not open here for now"))
    return [QueueItem(title, url, today()) for title in titles]


def _is_authentic(check: Callable[[], None]) -> bool:
    try:
        check()
    except VaultError:
        return False
    return True


def _keep_known_invitations(
    ring: KeyRing, desk: Desk, seed: bytes, makers: Collection[int]
) -> list[Invitation]:
    """Open moderators' invitations known to be made by one of `makers`; deletes the others."""
    admitted = admissions.admitted_by(ring, seed, desk.organisation_id or 0)
    known = {
        invitation
        for maker in makers
        if maker in admitted
        for invitation in admitted[maker].invitations
    }
    kept: list[Invitation] = []
    deleted: list[int] = []
    for row in Invitation.objects.filter(organisation=desk.organisation_id):
        if "moderator" in row.roles:
            is_known = row.pk in known and is_known_holder(desk, seed, row)
            is_open = row.state == "open" and row.expires >= today()
            if is_known and is_open and _is_authentic(partial(check_invitation, ring.row_key, row)):
                kept.append(row)
            else:
                deleted.append(row.pk)
        elif not roles.holds_network_key(row.roles):
            deleted.append(row.pk)
    Invitation.objects.filter(pk__in=deleted).delete()
    return kept


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
    desk.public_key = seals.public_key(seed)
    store_previous(desk, seed, previous)
    desk.renewal_due = False
    desk.row_mac = desk_mac(ring.row_key, desk)
    desk.save()
    DeskSeal.objects.filter(desk=desk).delete()
    DeskSeal.objects.bulk_create([seal_desk(desk, seed, holder) for holder in holders])
    checkpoint_wal()


def _desks_to_seal_to(ring: KeyRing, own: int) -> Iterator[Desk]:
    """Organisations' desks with authentic rows that are not due for renewal, and the `own` one."""
    rows = Desk.objects.filter(organisation__isnull=False)
    for desk in rows.filter(Q(renewal_due=False) | Q(organisation=own)):
        if _is_authentic(partial(check_desk, ring, desk)):
            yield desk


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
