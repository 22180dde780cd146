"""The network's verifying key: by it everybody recognises what moderators signed.

It comes from the moderation desk's seed (`vault.signatures`), and lies in every network box. When
that desk gets a new seed, the key before signs the next one; whoever was away follows these
statements. Someone who was a moderator knows an older seed, and can sign another successor. The
server remembers the newest it has seen (`keys.epoch_pin`) and refuses it. From there on it takes
what a server with its pepper made, or what two witnesses signed as well (`vault.witnesses`); where
it had forgotten the newest, only the latter.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, astuple
from functools import partial

from django.db import transaction

from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Desk, Epoch, VerifyingKey, WitnessList
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.server_key import server_key
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, network, signatures, witnesses
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.witnesses import CODE, DESK, MOST, Signers, Step, Witness


def newest_signers(known: Signers) -> Signers:
    """The verifying key, and its witnesses, to which the signed statements lead from known ones.

    What the server has pinned vouches for all that leads there. Where it had forgotten that, every
    later step needs two witnesses: somebody who was a moderator can sign another one. Raises
    EpochNotPinned when the statements lead elsewhere than from the key that this server remembers.
    """
    pinned = epoch_pin.pinned_signers()
    newest = _trusted_path(pinned or known)[-1]
    if pinned is not None and newest not in _path(known, _follow):
        raise EpochNotPinned
    return newest


def pin_newest(newest: Signers) -> None:
    """Let the server remember what it has come to itself."""
    pinned = epoch_pin.pinned_signers()
    if pinned not in (None, newest) and newest in (path := _trusted_path(pinned)):
        epoch_pin.pin_signers(newest, path[: path.index(newest)])


def pinned_key() -> bytes:
    """The newest verifying key for somebody who holds none.

    Raises VaultError where the server knows none.
    """
    pinned = epoch_pin.pinned_signers()
    if pinned is None:
        raise VaultError("verifying key: this server knows none")
    return _trusted_path(pinned)[-1].verifying_key


def _trusted_path(signers: Signers) -> list[Signers]:
    """`_path` as far as this server goes by itself."""
    return _path(signers, partial(_follow, check=_check_trusted))


def _path(signers: Signers, follow: Callable[[Signers], Signers | None]) -> list[Signers]:
    """All that the signed statements lead to, one after the other, from these on.

    A statement that does not hold counts like none: whoever wrote it could have deleted the row. So
    does one that closes a circle, by someone who knew the seeds of all of it.
    """
    path = [signers]
    while (following := follow(path[-1])) and following not in path:
        path.append(following)
    return path


def _follow(
    signers: Signers, check: Callable[[VerifyingKey, Step], None] | None = None
) -> Signers | None:
    """To what a right statement of these leads; None without one, or where `check` raises
    VaultError.
    """
    row = VerifyingKey.objects.filter(previous=signers.verifying_key).first()
    if row is None:
        return None
    step = step_of(row)
    try:
        if Signers(step.previous, step.previous_witnesses) != signers:
            raise VaultError("verifying key: the step begins with other witnesses")
        signature = bytes(row.signature)[: signatures.SIGNATURE_SIZE]
        signatures.check(step.previous, step.statement(), signature)
        if check is not None:
            check(row, step)
    except VaultError:
        return None
    return Signers(step.key, step.witnesses)


def _check_trusted(row: VerifyingKey, step: Step) -> None:
    """Raises VaultError for a step that this server does not take, whoever signed it: somebody
    whose access ended while the shared keys could not be renewed knows the key before.
    """
    number, kinds = epoch_pin.needed_witnesses()
    made = bytes(row.signature)[signatures.SIGNATURE_SIZE :]
    is_known = epoch_pin.expects(Signers(step.key, step.witnesses)) or (
        not number and network.equal(_mac_of_server(step), made)
    )
    if not is_known:
        listed = witnesses_of(step.previous_witnesses)
        witnesses.check_two(step, listed, bytes(row.countersignatures), kinds)


def _mac_of_server(step: Step) -> bytes:
    """By which servers with this pepper know a step that one of them made, 32 bytes."""
    return network.mac(boxes.derive(server_key(), "next verifying key"), step.statement())


def replace_key(
    known: Signers, previous: bytes, seed: bytes, listed: Collection[Witness]
) -> Signers:
    """Let the verifying key of a new seed follow that of the previous one (32 bytes each), with the
    witnesses for its own successor, which are returned with it; `known` is what the session
    follows from.

    The server remembers it once the transaction is over.
    """
    epoch_pin.require_memory()
    before = newest_signers(known)
    if signatures.verifying_key(previous) != before.verifying_key:
        raise VaultError("verifying key: of another seed")
    following = Signers(signatures.verifying_key(seed), store_witnesses(listed))
    step = Step(*astuple(before), *astuple(following))
    VerifyingKey.objects.filter(previous=step.previous).delete()
    VerifyingKey(
        id=random_id(),
        signature=signatures.sign(previous, step.statement()) + _mac_of_server(step),
        countersignatures=witnesses.NONE_YET,
        **asdict(step),
    ).save(force_insert=True)
    epoch_pin.expect_signers(following)
    pinned = epoch_pin.pinned_signers()
    followed = [one for one in (pinned, before) if one]
    transaction.on_commit(partial(epoch_pin.pin_signers, following, followed))
    return following


def step_of(row: VerifyingKey) -> Step:
    """What a row states, not yet checked."""
    return Step(
        bytes(row.previous), bytes(row.previous_witnesses), bytes(row.key), bytes(row.witnesses)
    )


def sign_epoch(ring: KeyRing, seed: bytes) -> None:
    """Let the moderation desk's seed (32 bytes) vouch for the ring's newest network key."""
    Epoch.objects.filter(number=ring.current).update(signature=epoch_signature(ring, seed))


def epoch_signature(ring: KeyRing, seed: bytes) -> bytes:
    """The signature (64 bytes) of the ring's newest network key, with the moderation desk's seed
    (32 bytes).
    """
    return signatures.sign(seed, _epoch_statement(ring.current, ring.network_key))


def is_epoch_signed(ring: KeyRing) -> bool:
    """Whether a moderator has signed the newest network key. A query."""
    row = Epoch.objects.filter(number=ring.current).first()
    try:
        check_epoch(newest_signers(ring.signers).verifying_key, row, ring.network_key)
    except (EpochNotPinned, VaultError):
        return False
    return True


def check_epoch(verifying_key: bytes, epoch: Epoch | None, key: bytes) -> None:
    """Raises VaultError unless a moderator signed that this is the epoch's key (32 bytes)."""
    if epoch is None:
        raise VaultError("epoch: there is none")
    statement = _epoch_statement(epoch.number, key)
    signatures.check(verifying_key, statement, bytes(epoch.signature or b""))


def is_signed_as_stated(verifying_key: bytes, epoch: Epoch) -> bool:
    """Whether a moderator signed the commitment that an epoch's row states; nobody needs its key
    for that.
    """
    link, signature = bytes(epoch.chain_mac), bytes(epoch.signature or b"")
    if len(link) != network.LINK_SIZE:
        return False
    statement = signatures.epoch_statement(epoch.number, link[: network.MAC_SIZE])
    try:
        signatures.check(verifying_key, statement, signature)
    except VaultError:
        return False
    return True


def _epoch_statement(number: int, key: bytes) -> bytes:
    return signatures.epoch_statement(number, network.commitment(key))


def check_desk_certificate(verifying_key: bytes, desk: Desk) -> bytes:
    """The verifying key (32 bytes) of a desk that moderators made. Raises VaultError for another.

    `verifying_key` (32 bytes) is the network's newest.
    """
    return signatures.check_certificate(
        bytes(desk.certificate),
        verifying_key,
        desk.pk,
        desk.organisation_id or 0,
        bytes(desk.public_key),
    )


def is_due(verifying_key: bytes, desk: Desk) -> bool:
    """Whether an authentic desk needs a new key, since somebody else may know the one it has.

    The column can only add to what the network's newest verifying key (32 bytes) signed.
    """
    signed = signatures.is_due(
        bytes(desk.certificate), verifying_key, desk.pk, desk.organisation_id or 0
    )
    return bool(desk.renewal_due) or signed


def certify_desk(desk: Desk, seed: bytes, verifying_key: bytes, *, is_due: bool = False) -> None:
    """Let the moderation desk's seed (32 bytes) vouch for a desk. Does not save.

    Check the desk's row first; `verifying_key` (32 bytes) is the desk's own. `is_due` also says
    that it needs a new one.
    """
    desk.certificate = _link(desk, seed, verifying_key, is_due=is_due)


def certify_again(desk: Desk, seed: bytes, *, is_due: bool) -> None:
    """Let the moderation desk's seed (32 bytes) vouch for an authentic desk as it is. Does not
    save.
    """
    key = signatures.certified_key(bytes(desk.certificate))
    certify_desk(desk, seed, key, is_due=is_due)


def prolong_certificate(desk: Desk, previous: bytes, seed: bytes) -> None:
    """Let a desk's previous seed vouch for its new public key and seed (32 bytes each). Does not
    save.

    So that a moderator can renew her organisation's keys while the moderation desk does not open to
    her. It then signs the new ones itself (`desk_upkeep.share_moderation`).
    """
    link = _link(desk, previous, signatures.verifying_key(seed), is_due=False)
    desk.certificate = bytes(desk.certificate) + link


def _link(desk: Desk, seed: bytes, verifying_key: bytes, *, is_due: bool) -> bytes:
    organisation, public_key = desk.organisation_id or 0, bytes(desk.public_key)
    return signatures.certify(seed, desk.pk, organisation, public_key, verifying_key, is_due=is_due)


def is_network_key_due(known: Signers, desks: Collection[Desk]) -> bool:
    """Whether the moderation desk needs a new key because an organisation got one and could not
    renew this one: somebody may have gone there who knows it.

    `desks` are all authentic ones. The witnesses of the newest verifying key are the organisations
    that hold it, each with the key of then: no column says that, and no former moderator.
    """
    keys = {desk.organisation_id: _key_of_desk(desk) for desk in desks}
    try:
        listed = witnesses_of(newest_signers(known).witnesses)
    except VaultError:
        return True
    is_prolonged = any(len(desk.certificate) > signatures.LINK_SIZE for desk in desks)
    return is_prolonged or any(
        keys.get(one.organisation) != one.key for one in listed if one.kind == DESK
    )


def witnesses_of(digest: bytes) -> list[Witness]:
    """The list with this digest (32 bytes). Raises VaultError where there is none."""
    row = WitnessList.objects.filter(digest=digest).first()
    return witnesses.unpack(bytes(row.listed) if row else b"", digest)


def store_witnesses(chosen: Collection[Witness]) -> bytes:
    """Keep a list. Returns its digest (32 bytes)."""
    packed = witnesses.pack(chosen)
    digest = witnesses.digest(packed)
    WitnessList.objects.filter(digest=digest).delete()
    WitnessList(id=random_id(), digest=digest, listed=packed).save(force_insert=True)
    return digest


def choose_witnesses(desks: Sequence[Desk], *, is_single: bool) -> list[Witness]:
    """The witnesses of a network with these desks, whose certificates were checked: each one's own
    key, and the recovery code's where the network has that single organisation.
    """
    chosen = [_witness(desk, DESK, _key_of_desk(desk)) for desk in desks[:MOST]]
    for desk in desks if is_single else ():
        code = _key_of_code(desk)
        if code:
            chosen.append(_witness(desk, CODE, code))
    return chosen


def _key_of_desk(desk: Desk) -> bytes:
    """The verifying key (32 bytes) of a desk whose certificate was checked."""
    return signatures.certified_key(bytes(desk.certificate))


def keep_code_key(desk: Desk, seed: bytes, code_seed: bytes) -> None:
    """Keep by which key one recognises what a new recovery code signs, signed with the desk's seed
    (32 bytes each). Does not save.
    """
    key = signatures.verifying_key(code_seed)
    desk.code_key = key + signatures.sign(seed, _code_statement(desk, key))


def _key_of_code(desk: Desk) -> bytes:
    """The recovery code's verifying key (32 bytes); empty where no moderator vouches for one."""
    kept = bytes(desk.code_key or b"")
    key, signature = kept[: signatures.KEY_SIZE], kept[signatures.KEY_SIZE :]
    try:
        signatures.check(_key_of_desk(desk), _code_statement(desk, key), signature)
    except VaultError:
        return b""
    return key


def _code_statement(desk: Desk, key: bytes) -> bytes:
    return make_context("desk recovery code", desk.pk, key)


def _witness(desk: Desk, kind: int, key: bytes) -> Witness:
    return Witness(desk.organisation_id or 0, kind, key)
