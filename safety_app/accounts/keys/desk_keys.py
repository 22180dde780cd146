"""Desk keys: opening one's own desk, and finding a desk to seal to."""

from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial

from django.db.models import QuerySet

from safety_app.accounts.keys import contexts, credentials, sealed_rows, verifying_keys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import check_desk, check_member
from safety_app.accounts.keys.sealed_rows import DeskSeed
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Member, VerifyingKey
from safety_app.vault import boxes, retirement, seals, sharing, signatures
from safety_app.vault.encoding import pad, unpad
from safety_app.vault.errors import VaultError

RETIRED_SIZE = 288  # padded: eight fingerprints of 32 bytes, and what padding needs
LOST_IDENTITIES = bytes(sharing.FINGERPRINT_SIZE)  # stands for those that could not be read


class ModerationDeskUnavailable(VaultError):
    """The moderation desk is not sealed to this organisation's desk for now; pages say so."""


def desk_of(ring: KeyRing, organisation: int | None) -> Desk:
    """An organisation's desk or, with None, the moderation desk of the network; authenticated.

    Raises VaultError when there is none or its row is not authentic.
    """
    return _first_that_passes(organisation, partial(check_desk, ring))


def _first_that_passes(organisation: int | None, check: Callable[[Desk], object]) -> Desk:
    """Anybody who writes to the database can add a moderation desk: there is no other column in
    which it stands once only. Raises VaultError.
    """
    failure = VaultError("desk: there is none")
    for desk in Desk.objects.filter(organisation=organisation):
        try:
            check(desk)
        except VaultError as error:
            failure = error
        else:
            return desk
    raise failure


def desk_row(organisation: int | None) -> Desk:
    """A desk's row, not yet authenticated. Raises VaultError when there is none."""
    desk = Desk.objects.filter(organisation=organisation).first()
    if desk is None:
        raise VaultError("desk: there is none")
    return desk


def public_desk(organisation: int | None) -> Desk:
    """A desk for somebody who holds no network key to check its row with.

    This server checks it by the verifying key it remembers (`keys.epoch_pin`). Raises VaultError,
    also when there is none, and while the server remembers nothing.
    """
    key = verifying_keys.pinned_key()
    return _first_that_passes(organisation, partial(verifying_keys.check_desk_certificate, key))


def familiar_desk(organisation: int | None, fingerprint: bytes) -> Desk:
    """`public_desk`, for somebody who also keeps the fingerprint (32 bytes) it had.

    The fingerprint alone would do for a desk whose key was renewed since, put back by somebody who
    knew it. Raises VaultError.
    """
    desk = public_desk(organisation)
    credentials.check_desk_fingerprint(desk, fingerprint)
    return desk


def own_desk(ring: KeyRing, member: Member) -> Desk:
    """The desk of one's own organisation, authenticated with or without a network key.

    Raises VaultError when its row is not authentic and, for an account without a network key,
    when the desk's key was renewed since the account joined.
    """
    if ring.epochs:
        return desk_of(ring, member.organisation_id)
    return familiar_desk(member.organisation_id, credentials.kept_fingerprint(member, ring))


def open_desk(ring: KeyRing, member: Member, desk: Desk) -> bytes:
    """The seed (32 bytes) of a desk this moderator can open. Raises VaultError for other desks.

    The network's moderation desk opens through the organisation's own desk; raises
    ModerationDeskUnavailable while that has no seal of it. During a renewal the seed comes with
    the previous one (`sealed_rows.DeskSeed`).
    """
    if desk.organisation_id is not None:
        held = DeskSeal.objects.filter(desk=desk, member=member)
        return _open_one(desk, held, ring.seed, member.pk)
    own = desk_of(ring, member.organisation_id)
    seed, held = open_desk(ring, member, own), DeskSeal.objects.filter(desk=desk, via_desk=own)
    try:
        return _open_one(desk, held, seed, own.pk)
    except VaultError:
        raise ModerationDeskUnavailable("desk: no seal of that organisation's opens") from None


def moderation_seed(ring: KeyRing, member: Member) -> DeskSeed | None:
    """The seed (32 bytes) of the moderation desk; None while it does not open with the
    organisation's desk: that lacks it, or a row was changed from outside.

    See `desk_upkeep.share_moderation`. Raises VaultError when the own desk is not the
    moderator's.
    """
    own = desk_of(ring, member.organisation_id)
    seed = open_desk(ring, member, own)
    try:
        moderation = desk_of(ring, None)
        held = DeskSeal.objects.filter(desk=moderation, via_desk=own)
        return _open_one(moderation, held, seed, own.pk)
    except VaultError:
        return None


def moderators_of(ring: KeyRing, organisation: int) -> list[Member]:
    """An organisation's moderators whom its desk knows, with authentic rows and a stay, if any,
    that has not ended.
    """
    moderators = []
    for row in Member.objects.filter(organisation=organisation, roles__contains="moderator"):
        with suppress(VaultError):
            check_member(ring, row)
            if is_moderator(ring, row):
                moderators.append(row)
    return moderators


def is_moderator(ring: KeyRing, member: Member) -> bool:
    """Whether an authentic row has the role, and its organisation's desk was given to it.

    Every member can write herself the role, and the MAC of a row.
    """
    if not (member.has_role("moderator") and member.state == "active" and member.is_active):
        return False
    try:
        desk = desk_row(member.organisation_id)
        return is_known_holder(desk, check_desk(ring, desk), member)
    except VaultError:
        return False


def mark_desks_for_renewal(leaving: QuerySet[Member]) -> None:
    """Mark the desks these accounts can open as due for renewal, before the accounts are
    deleted.

    For deletions without anyone's keys; `desk_upkeep.queue_items` then tells the moderators
    left.
    """
    Desk.objects.filter(deskseal__member__in=leaving).update(renewal_due=True)


def seal_desk(desk: Desk, seed: bytes, holder: Member | Invitation | Desk) -> DeskSeal:
    """Seal a desk's seed to a moderator, a moderator's invitation or another desk. Does not
    save.

    Authenticate the holder's row first. Raises VaultError for a malformed key.
    """
    info = contexts.desk_seed(desk.pk, holder.pk)
    seal = DeskSeal(
        desk=desk,
        sealed=seals.seal(bytes(holder.public_key), seed, info),
        signature=signatures.sign(seed, _statement(desk.pk, holder)),
    )
    if isinstance(holder, Member):
        seal.member = holder
    elif isinstance(holder, Invitation):
        seal.invitation = holder
    else:
        seal.via_desk = holder
    return seal


def reseal_own_seals(member: Member, ring: KeyRing) -> None:
    """Seal the desks a moderator opens with the ring's seed to the row's new public key.

    What does not open stays as it is.
    """
    for held in DeskSeal.objects.filter(member=member):
        info = contexts.desk_seed(held.desk_id, member.pk)
        with suppress(VaultError):
            seed = seals.unseal(ring.seed, bytes(held.sealed), info)
            held.sealed = seals.seal(bytes(member.public_key), seed, info)
            held.signature = signatures.sign(seed, _statement(held.desk_id, member))
            held.save(update_fields=["sealed", "signature"])


def is_known_holder(desk: Desk, verifying_key: bytes, holder: Member | Invitation) -> bool:
    """Whether someone who could open the desk gave it to this row, with the key it has now.

    Every member can compute the MAC of a row. The proof beside a desk's seal is signed with the
    desk's own seed, which ordinary members never had; `verifying_key` (32 bytes) is the desk's.
    """
    column = "member" if isinstance(holder, Member) else "invitation"
    for held in DeskSeal.objects.filter(desk=desk, **{column: holder}):
        with suppress(VaultError):
            statement = _statement(desk.pk, holder)
            signatures.check(verifying_key, statement, bytes(held.signature))
            return True
    return False


def _statement(desk: int, holder: Member | Invitation | Desk) -> bytes:
    kind = holder._meta.model_name or ""
    return signatures.holder_statement(desk, kind, holder.pk, bytes(holder.public_key))


def _open_one(desk: Desk, held: QuerySet[DeskSeal], seed: bytes, holder: int) -> DeskSeed:
    """The first of these that opens to the desk's own seed: anybody can put others beside it."""
    for seal in held:
        with suppress(VaultError):
            desk_seed = seals.unseal(seed, bytes(seal.sealed), contexts.desk_seed(desk.pk, holder))
            if seals.public_key(desk_seed) == bytes(desk.public_key):
                return with_previous(desk, desk_seed)
    raise VaultError("desk: not one of yours")


def with_previous(desk: Desk, seed: bytes) -> DeskSeed:
    """A desk's seed together with the previous one, while a renewal is under way.

    A box that was not made with the seed is ignored.
    """
    previous = b""
    if desk.previous_box is not None:
        context = contexts.previous_desk(desk.pk)
        with suppress(VaultError):
            previous = boxes.open_box(_previous_key(seed), bytes(desk.previous_box), context)
    return DeskSeed(seed, previous)


def store_previous(desk: Desk, seed: bytes, previous: bytes) -> None:
    """Encrypt the previous seed (32 bytes) under the new one. Does not save."""
    context = contexts.previous_desk(desk.pk)
    desk.previous_box = boxes.seal_box(_previous_key(seed), previous, context)


def _previous_key(seed: bytes) -> bytes:
    return boxes.derive(seed, "previous desk")


def retired_identities(desk: Desk, seed: bytes) -> tuple[bytes, ...]:
    """The fingerprints (32 bytes each) of the network's earlier identities, the last one first.

    `desk` is the moderation desk, `seed` its seed (32 bytes). LOST_IDENTITIES is among them if some
    could not be read at a renewal. Raises VaultError for a box that does not open, and where there
    is none although there was a renewal: somebody whose identity is retired may have erased it.
    """
    if desk.retired_box is None:
        key = signatures.verifying_key(seed)
        if VerifyingKey.objects.filter(key=key).exists():
            raise VaultError("desk: the retired identities are not there")
        return ()
    listed = unpad(
        boxes.open_box(
            _retired_key(seed), bytes(desk.retired_box), contexts.retired_identities(desk.pk)
        )
    )
    size = sharing.FINGERPRINT_SIZE
    if len(listed) % size:
        raise VaultError("desk: the retired identities are malformed")
    return tuple(listed[at : at + size] for at in range(0, len(listed), size))


def retire_identity(desk: Desk, seed: bytes, previous: bytes) -> None:
    """Note, under the moderation desk's new seed (32 bytes), that the identity made from its
    previous one is the network's no more. Does not save.
    """
    try:
        before = retired_identities(desk, previous)
    except VaultError:  # ending access must work; what is lost is said further on
        before = (LOST_IDENTITIES,)
    earlier = (sharing.own_identity(previous).fingerprint, *before)
    content = pad(b"".join(earlier[: retirement.MOST]), RETIRED_SIZE)
    context = contexts.retired_identities(desk.pk)
    desk.retired_box = boxes.seal_box(_retired_key(seed), content, context)


def _retired_key(seed: bytes) -> bytes:
    return boxes.derive(seed, "retired identities")


def open_pseudonym(seed: bytes, member: Member, ring: KeyRing) -> str:
    """A member's pseudonym, with the desk's seed (32 bytes).

    Raises VaultError, also when its MAC is wrong; accounts without a network key have none to
    check.
    """
    return pseudonym_opener(seed, ring)(member)


def pseudonym_opener(seed: bytes, ring: KeyRing) -> Callable[[Member], str]:
    """`open_pseudonym` for many members of one desk."""
    opener = sealed_rows.desk_opener(seed)

    def open_name(member: Member) -> str:
        if member.epoch:
            sealed_rows.check_mac("pseudonym", member, ring)
        try:
            return unpad(sealed_rows.try_open_row("pseudonym", member, opener)).decode()
        except UnicodeDecodeError:
            raise VaultError("pseudonym: malformed") from None

    return open_name


def open_pseudonyms(
    seed: bytes, organisation: int, members: Collection[int], ring: KeyRing
) -> dict[int, str]:
    """The pseudonyms of these people of an organisation by id, with its desk's seed (32 bytes).

    Left out: who is not there any more, and pseudonyms that do not open.
    """
    pseudonyms, open_name = {}, pseudonym_opener(seed, ring)
    people = Member.objects.filter(organisation=organisation)
    for row in people.filter(pk__in=[pk for pk in members if 0 < pk < 2**63]):
        with suppress(VaultError):
            pseudonyms[row.pk] = open_name(row)
    return pseudonyms
