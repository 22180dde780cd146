"""New keys for desks, when someone who could open them shall not any more.

A moderator who goes knew two secrets: the key of her organisation's desk and, through it, that of
the moderation desk of the network. Both are made anew in one short transaction (`renew`) and given
to those who remain. What lies at the desks then moves to the new keys in slices (`move`); until
that is done the key before stays in a box under the new one, so everything opens at every moment,
and whoever opens a desk's list next goes on after a crash. When it is done, the box is erased and
the old key opens nothing that is left.
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
    moderation_seed,
    moderators_of,
    open_desk,
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
from safety_app.vault import boxes, codes, network, seals
from safety_app.vault.errors import VaultError

SLICE = 100  # rows of one transaction: 10 to 50 ms for the largest ones


def renew_desk_keys(ring: KeyRing, moderator: Member, gone: Collection[int] = ()) -> str:
    """New keys for the moderator's own desk and for the moderation desk, for all but `gone`.

    Call it inside a transaction, after `must_be_current(ring)`, and `move` once that is committed.
    Returns the desk's new recovery code (26 characters, shown once): the one before opens nothing.
    Open invitations go whose code someone who goes may know, and those of translators and editors,
    who would know the desk by its old key. Raises VaultError when a desk is not hers.
    """
    own, own_seed = _open_settled(ring, moderator, moderator.organisation_id)
    moderation = _open_moderation(ring, moderator)  # opens with the desk's key of now
    holders = [row for row in moderators_of(ring, moderator.organisation_id) if row.pk not in gone]
    invitations = _keep_known_invitations(ring, own, own_seed, {row.pk for row in holders})
    renewed, code = seals.new_seed(), codes.new_code()
    keys = credentials.keys_of_code(code, "desk recovery")
    own.recovery_box = boxes.seal_box(keys.key, renewed, contexts.desk_recovery(own.pk))
    _install_key(ring, own, renewed, own_seed, (*holders, *invitations))
    _renew_moderation(ring, moderator, moderation)
    return code


def renew_moderation(ring: KeyRing, moderator: Member) -> None:
    """A new key for the moderation desk alone, for the desks of the organisations there are now.

    For an organisation that goes as a whole its desk's row is deleted before. A desk that needs new
    keys itself gets none: someone who has gone knows its key. Only the moderator's own does, or
    nobody might be left who has it. Where hers lacks the moderation desk, it is noted to need a new
    key, which the next moderator makes who can (`share_moderation`). Call it inside a transaction,
    and `move` once that is committed. Raises VaultError when a desk is not hers.
    """
    _renew_moderation(ring, moderator, _open_moderation(ring, moderator))


def _open_moderation(ring: KeyRing, moderator: Member) -> tuple[Desk, bytes] | None:
    """The moderation desk and its seed, settled; None while her desk lacks it."""
    lacks = moderation_seed(ring, moderator) is None
    return None if lacks else _open_settled(ring, moderator, None)


def _renew_moderation(
    ring: KeyRing, moderator: Member, moderation: tuple[Desk, bytes] | None
) -> None:
    if moderation is None:
        Desk.objects.filter(organisation=None).update(renewal_due=True)
        return
    holders = _desks_to_seal_to(ring, moderator.organisation_id)
    _install_key(ring, moderation[0], seals.new_seed(), moderation[1], holders)


def share_moderation(ring: KeyRing, moderator: Member) -> None:
    """Seal the moderation desk to organisations' desks that lack it and need no new keys.

    So an organisation whose desk's keys were renewed has it back as soon as a moderator of another
    one opens her desk. One that renewed hers without it asks for a new key at the same time, which
    is made here. Raises EpochMoved, NotModerator, VaultError.
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
    """Whether a desk may need the moderation desk's key, or that itself a new one."""
    if Desk.objects.filter(organisation=None, renewal_due=True).exists():
        return True
    held = DeskSeal.objects.filter(desk__organisation=None, via_desk=OuterRef("pk"))
    desks = Desk.objects.filter(organisation__isnull=False, renewal_due=False)
    return desks.exclude(Exists(held)).exists()


def reencrypt_desks(ring: KeyRing, moderator: Member) -> bool:
    """Seal what still lies under a desk's key before to the one of now; both desks of a moderator.

    False when it has to be gone on with later, because the network key was renewed meanwhile.
    Each slice is a short transaction of its own. Raises VaultError when a desk is not hers.
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
    """Goes on with a renewal that was not finished, and asks for one that is due.

    A moderator who erased her account, moved away or was not seen for a year left without anyone
    renewing the keys she knew; whoever made the organisation knows those it began with. Says also
    when this desk lacks the desk of all moderators.
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
        titles.append(_("Renew the keys of the desk: someone else may know them"))
    if lacks:
        titles.append(_("The desk of all moderators does not open here for now"))
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
    """Open invitations of moderators that one of `makers` is known to have made; others go."""
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
            is_known = row.pk in known and row.state == "open" and row.expires >= today()
            if is_known and _is_authentic(partial(check_invitation, ring.row_key, row)):
                kept.append(row)
            else:
                deleted.append(row.pk)
        elif not roles.holds_network_key(row.roles):
            deleted.append(row.pk)
    Invitation.objects.filter(pk__in=deleted).delete()
    return kept


def _open_settled(ring: KeyRing, moderator: Member, organisation: int | None) -> tuple[Desk, bytes]:
    """A desk of hers and its seed, with nothing left under an older one. Raises VaultError."""
    desk = desk_of(ring, organisation)
    seed = open_desk(ring, moderator, desk)
    if previous_of(seed):  # a renewal before this one was not finished
        _reencrypt_desk(ring, desk, seed)
    return desk, seed


def _install_key(
    ring: KeyRing,
    desk: Desk,
    seed: bytes,
    previous: bytes,
    holders: Iterable[Member | Invitation | Desk],
) -> None:
    """Give a desk a new key pair and its seed to those who can open it from now on."""
    desk.public_key = seals.public_key(seed)
    store_previous(desk, seed, previous)
    desk.renewal_due = False
    desk.row_mac = desk_mac(ring.row_key, desk)
    desk.save()
    DeskSeal.objects.filter(desk=desk).delete()
    DeskSeal.objects.bulk_create([seal_desk(desk, seed, holder) for holder in holders])
    checkpoint_wal()


def _desks_to_seal_to(ring: KeyRing, own: int) -> Iterator[Desk]:
    """The desks of organisations whose rows verify and that need no new keys, or that are hers."""
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
        # Unless it was renewed once more meanwhile: then that renewal has a box of its own.
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
        # Once more when a row was changed meanwhile, by a rotation that renews its MAC.
        while not _reencrypt_slice(ring, desk, previous, kind, batch.all()):
            pass


def _rows_at_desk(shape: SealedRow, desk: Desk) -> QuerySet[Model]:
    """The rows of a kind that may lie at a desk; where no organisation is named, all of them."""
    model = shape.model
    rows: QuerySet[Model] = model._default_manager.exclude(**{shape.column: None})
    names = {field.name for field in model._meta.get_fields()}
    if desk.organisation_id is not None and "organisation" in names:
        rows = rows.filter(organisation=desk.organisation_id)
    return rows


class _ResealedRow(NamedTuple):
    """A row's id, its seal and MAC as they are, and the new ones; without a MAC both are None."""

    pk: int
    old_seal: bytes
    old_mac: bytes | None
    seal: bytes
    mac: bytes | None


def _reencrypt_slice(
    ring: KeyRing, desk: Desk, previous: bytes, kind: str, rows: QuerySet[Model]
) -> bool:
    """Seal these rows anew; False when one was changed meanwhile."""
    # The expensive part stands before the transaction, which only writes.
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
    """None for what lies elsewhere, and for a row whose MAC is wrong: it stays as it is.

    The new MAC is made with the epoch's key that made the old one, since a rotation that is under
    way looks for that. What nobody vouched for stays without a MAC.
    """
    shape = sealed_rows.kinds()[kind]
    old_seal = bytes(getattr(row, shape.column))
    old_mac = getattr(row, shape.mac) if shape.mac else None
    row_key = None
    if old_mac is not None:
        row_key = _row_key_of_mac(ring, kind, row, bytes(old_mac))
        if row_key is None:
            return None
    try:
        content = sealed_rows.open_row(kind, row, previous, None)
    except VaultError:
        return None
    sealed_rows.seal_row(kind, row, bytes(desk.public_key), content, None)
    mac = None if row_key is None else sealed_rows.mac_of(kind, row, row_key)
    old = None if old_mac is None else bytes(old_mac)
    return _ResealedRow(row.pk, old_seal, old, bytes(getattr(row, shape.column)), mac)


def _row_key_of_mac(ring: KeyRing, kind: str, row: Model, mac: bytes) -> bytes | None:
    for row_key in ring.row_keys.values():
        if network.equal(sealed_rows.mac_of(kind, row, row_key), mac):
            return row_key
    return None


def _write_unchanged(kind: str, changed: Sequence[tuple[object, ...]], *, has_mac: bool) -> bool:
    """Only what still is as it was read; says whether that was all."""
    shape = sealed_rows.kinds()[kind]
    columns = [shape.column, shape.mac] if has_mac else [shape.column]
    return not changed or update_rows(shape.model, columns, columns, changed) == len(changed)
