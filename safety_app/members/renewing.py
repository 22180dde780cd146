"""New keys for desks, when someone who could open them shall not any more.

A moderator who goes knew two secrets: the key of her organisation's desk and, through it, that of
the moderation desk of the network. Both are made anew in one short transaction (`renew`) and given
to those who remain. What lies at the desks then moves to the new keys in slices (`move`); until
that is done the key before stays in a box under the new one, so everything opens at every moment,
and whoever opens a desk's list next goes on after a crash. When it is done, the box is erased and
the old key opens nothing that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from safety_app.members import contexts, credentials, letting_in, roles, sealed_rows
from safety_app.members.desks import (
    desk_of,
    keep_previous,
    moderators_of,
    open_desk,
    seal_desk,
)
from safety_app.members.hooks import SealedRow
from safety_app.members.keys import EpochMoved, KeyRing, must_be_current
from safety_app.members.models import Desk, DeskSeal, Invitation, Member
from safety_app.members.retention import today
from safety_app.members.rows import check_desk, check_invitation, desk_mac
from safety_app.members.sealed_rows import previous_of
from safety_app.privacy.storage import forget
from safety_app.vault import boxes, codes, seals
from safety_app.vault.errors import VaultError

SLICE = 100  # rows of one transaction: about 10 ms for the largest ones


class NotModerator(Exception):
    """Whoever asks for this is no moderator of that organisation any more."""


def must_still_be_moderator(moderator: Member) -> Member:
    """Her row as it is now; call it after `must_be_current`, whose lock then keeps it so.

    Two moderators who remove each other at the same moment leave one: the second is none any more.
    Raises NotModerator.
    """
    row = Member.objects.filter(pk=moderator.pk, organisation=moderator.organisation_id).first()
    if row is None or not row.has_role("moderator"):
        raise NotModerator
    return row


def renew(ring: KeyRing, moderator: Member, gone: Collection[int] = ()) -> str:
    """New keys for the moderator's own desk and for the moderation desk, for all but `gone`.

    Call it inside a transaction, after `must_be_current(ring)`, and `move` once that is committed.
    Returns the desk's new recovery code (26 characters, shown once): the one before opens nothing.
    Open invitations go whose code someone who goes may know, and those of translators and editors,
    who would know the desk by its old key. Raises VaultError when a desk is not hers.
    """
    own = desk_of(ring, moderator.organisation_id)
    own_seed = open_desk(ring, moderator, own)
    moderation = desk_of(ring, None)
    moderation_seed = open_desk(ring, moderator, moderation)
    holders = [row for row in moderators_of(ring, moderator.organisation_id) if row.pk not in gone]
    invitations = _invitations_that_stay(ring, own, own_seed, {row.pk for row in holders})
    for desk, seed in ((own, own_seed), (moderation, moderation_seed)):
        if previous_of(seed):  # a renewal before this one was not finished
            _move_desk(ring, desk, seed)
    code = codes.new_code()
    keys = credentials.keys_of_code(code, "desk recovery")
    new_own, new_moderation = seals.new_seed(), seals.new_seed()
    own.recovery_box = boxes.seal_box(keys.key, new_own, contexts.desk_recovery(own.pk))
    _take_key(ring, own, new_own, own_seed)
    _take_key(ring, moderation, new_moderation, moderation_seed)
    DeskSeal.objects.filter(desk__in=(own, moderation)).delete()
    people: Iterable[Member | Invitation] = (*holders, *invitations)
    made = [seal_desk(own, new_own, holder) for holder in people]
    made += [seal_desk(moderation, new_moderation, desk) for desk in _desks(ring)]
    DeskSeal.objects.bulk_create(made)
    forget()
    return code


def renew_moderation(ring: KeyRing, moderator: Member) -> None:
    """A new key for the moderation desk alone, for the desks of the organisations there are now.

    For an organisation that goes as a whole: its desk's row is deleted before. Call it inside a
    transaction, and `move` once that is committed. Raises VaultError when a desk is not hers.
    """
    moderation = desk_of(ring, None)
    seed = open_desk(ring, moderator, moderation)
    if previous_of(seed):  # a renewal before this one was not finished
        _move_desk(ring, moderation, seed)
    renewed = seals.new_seed()
    _take_key(ring, moderation, renewed, seed)
    DeskSeal.objects.filter(desk=moderation).delete()
    DeskSeal.objects.bulk_create([seal_desk(moderation, renewed, desk) for desk in _desks(ring)])
    forget()


def move(ring: KeyRing, moderator: Member) -> bool:
    """Seal what still lies under a desk's key before to the one of now; both desks of a moderator.

    False when it has to be gone on with later, because the network key was renewed meanwhile.
    Each slice is a short transaction of its own. Raises VaultError when a desk is not hers.
    """
    moved = False
    try:
        for organisation in (moderator.organisation_id, None):
            desk = desk_of(ring, organisation)
            if desk.previous_box is not None:
                _move_desk(ring, desk, open_desk(ring, moderator, desk))
                moved = True
    except EpochMoved:
        return False
    if moved:
        forget()
    return True


def _verifies(check: Callable[[], None]) -> bool:
    try:
        check()
    except VaultError:
        return False
    return True


def _invitations_that_stay(
    ring: KeyRing, desk: Desk, seed: bytes, makers: Collection[int]
) -> list[Invitation]:
    """Open invitations of moderators that one of `makers` is known to have made; others go."""
    let_in = letting_in.let_in(ring, seed, desk.organisation_id or 0)
    made = {one for maker in makers if maker in let_in for one in let_in[maker].invitations}
    stay: list[Invitation] = []
    go: list[int] = []
    for row in Invitation.objects.filter(organisation=desk.organisation_id):
        if "moderator" in row.roles:
            is_known = row.pk in made and row.state == "open" and row.expires >= today()
            if is_known and _verifies(partial(check_invitation, ring.row_key, row)):
                stay.append(row)
            else:
                go.append(row.pk)
        elif not roles.holds_network_key(row.roles):
            go.append(row.pk)
    Invitation.objects.filter(pk__in=go).delete()
    return stay


def _take_key(ring: KeyRing, desk: Desk, seed: bytes, previous: bytes) -> None:
    desk.public_key = seals.public_key(seed)
    keep_previous(desk, seed, previous)
    desk.renewal_due = False
    desk.row_mac = desk_mac(ring.row_key, desk)
    desk.save()


def _desks(ring: KeyRing) -> Iterator[Desk]:
    """The desks of all organisations whose rows verify."""
    for desk in Desk.objects.filter(organisation__isnull=False):
        if _verifies(partial(check_desk, ring, desk)):
            yield desk


def _move_desk(ring: KeyRing, desk: Desk, seed: bytes) -> None:
    previous = previous_of(seed)
    whose = "moderation" if desk.organisation_id is None else "organisation"
    for kind, shape in sealed_rows.kinds().items():
        if shape.desk == whose and previous:
            _move_kind(ring, desk, previous, kind, shape)
    with transaction.atomic():
        must_be_current(ring)
        # Unless it was renewed once more meanwhile: then that renewal has a box of its own.
        same = Desk.objects.filter(pk=desk.pk, previous_box=desk.previous_box)
        same.update(previous_box=None)


def _move_kind(ring: KeyRing, desk: Desk, previous: bytes, kind: str, shape: SealedRow) -> None:
    rows = _rows(shape, desk)
    ids = list(rows.values_list("pk", flat=True))
    columns = [name for name in (shape.column, shape.mac, *shape.bound) if name]
    for start in range(0, len(ids), SLICE):
        read = rows.filter(pk__in=ids[start : start + SLICE]).only("pk", *columns)
        # The expensive part stands before the transaction, which only writes.
        changed = [one for row in read if (one := _resealed(ring, desk, previous, kind, row))]
        if changed:
            with transaction.atomic():
                must_be_current(ring)
                _write(shape, changed)


def _rows(shape: SealedRow, desk: Desk) -> QuerySet[Model]:
    """The rows of a kind that may lie at a desk; where no organisation is named, all of them."""
    model = apps.get_model(shape.model)
    rows: QuerySet[Model] = model._default_manager.exclude(**{shape.column: None})
    names = {field.name for field in model._meta.get_fields()}
    if desk.organisation_id is not None and "organisation" in names:
        rows = rows.filter(organisation=desk.organisation_id)
    return rows


def _resealed(
    ring: KeyRing, desk: Desk, previous: bytes, kind: str, row: Model
) -> tuple[bytes, ...] | None:
    """New seal, new MAC where there is one, id and old seal; None for what lies elsewhere.

    What nobody vouched for stays without a MAC; a MAC that is wrong leaves the row as it is.
    """
    shape = sealed_rows.kinds()[kind]
    old = getattr(row, shape.column)
    vouching = ring if shape.mac and getattr(row, shape.mac) is not None else None
    try:
        content = sealed_rows.opened(kind, row, previous, vouching)
    except VaultError:
        return None
    sealed_rows.fill(kind, row, bytes(desk.public_key), content, vouching)
    macs = (getattr(row, shape.mac),) if shape.mac else ()
    return (getattr(row, shape.column), *macs, row.pk, bytes(old))


def _write(shape: SealedRow, changed: list[tuple[bytes, ...]]) -> None:
    """Only where the old seal still stands: what was written anew meanwhile has the new key."""
    meta = apps.get_model(shape.model)._meta
    name = connection.ops.quote_name
    seal = name(meta.get_field(shape.column).column)
    mac = f", {name(meta.get_field(shape.mac).column)} = %s" if shape.mac else ""
    pk = name(meta.pk.column)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {name(meta.db_table)} SET {seal} = %s{mac} WHERE {pk} = %s AND {seal} = %s",  # noqa: S608  # nosec B608  names of our own tables
            changed,
        )
