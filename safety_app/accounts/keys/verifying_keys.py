"""The network's verifying key: by it everybody recognises what moderators signed.

It comes from the moderation desk's seed (`vault.signatures`), and lies in every network box. When
that desk gets a new seed, the key before signs the next one; whoever was away follows these
statements. The server remembers the newest it has seen (`keys.epoch_pin`): someone who was a
moderator knows an older seed, and can sign another successor.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction

from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.keys.epoch_pin import EpochNotPinned
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Desk, Epoch, VerifyingKey
from safety_app.privacy.ids import random_id
from safety_app.vault import network, signatures
from safety_app.vault.errors import VaultError


def newest_key(known: bytes) -> bytes:
    """The verifying key (32 bytes) to which the signed statements lead from a known one.

    Raises VaultError for a statement that was not signed by the key before, and EpochNotPinned when
    they lead elsewhere than from the key that this server remembers.
    """
    newest, pinned = _follow(known), epoch_pin.pinned_verifying_key()
    if pinned not in (b"", newest) and _follow(pinned) != newest:
        raise EpochNotPinned
    return newest


def pinned_key() -> bytes:
    """The newest verifying key for somebody who holds none; empty where the server knows none.

    Raises VaultError for a statement that was not signed by the key before.
    """
    pinned = epoch_pin.pinned_verifying_key()
    return _follow(pinned) if pinned else b""


def _follow(key: bytes) -> bytes:
    passed = set()
    while row := VerifyingKey.objects.filter(previous=key).first():
        successor = bytes(row.key)
        statement = signatures.successor_statement(key, successor)
        signatures.check(key, statement, bytes(row.signature))
        passed.add(key)
        if successor in passed:  # by someone who knew the seeds of a whole circle
            raise VaultError("verifying key: goes round in a circle")
        key = successor
    return key


def replace_key(previous: bytes, seed: bytes) -> None:
    """Let the verifying key of a new seed follow that of the previous one (32 bytes each).

    The server remembers it once the transaction is over.
    """
    old, new = signatures.verifying_key(previous), signatures.verifying_key(seed)
    VerifyingKey.objects.filter(previous=old).delete()
    VerifyingKey(
        id=random_id(),
        previous=old,
        key=new,
        signature=signatures.sign(previous, signatures.successor_statement(old, new)),
    ).save(force_insert=True)
    transaction.on_commit(partial(epoch_pin.pin_verifying_key, new))


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
        check_epoch(newest_key(ring.verifying_key), row, ring.network_key)
    except (EpochNotPinned, VaultError):
        return False
    return True


def check_epoch(verifying_key: bytes, epoch: Epoch | None, key: bytes) -> None:
    """Raises VaultError unless a moderator signed that this is the epoch's key (32 bytes)."""
    if epoch is None:
        raise VaultError("epoch: there is none")
    statement = _epoch_statement(epoch.number, key)
    signatures.check(verifying_key, statement, bytes(epoch.signature or b""))


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


def certify_desk(desk: Desk, seed: bytes, verifying_key: bytes) -> None:
    """Let the moderation desk's seed (32 bytes) vouch for a desk. Does not save.

    Check the desk's row first; `verifying_key` (32 bytes) is the desk's own.
    """
    desk.certificate = _link(desk, seed, verifying_key)


def certify_again(desk: Desk, seed: bytes) -> None:
    """Let the moderation desk's seed (32 bytes) vouch for an authentic desk as it is, and save
    that.
    """
    certify_desk(desk, seed, signatures.certified_key(bytes(desk.certificate)))
    desk.save(update_fields=["certificate"])


def prolong_certificate(desk: Desk, previous: bytes, seed: bytes) -> None:
    """Let a desk's previous seed vouch for its new public key and seed (32 bytes each). Does not
    save.

    So that a moderator can renew her organisation's keys while the moderation desk does not open to
    her. It then signs the new ones itself (`desk_upkeep.share_moderation`).
    """
    link = _link(desk, previous, signatures.verifying_key(seed))
    desk.certificate = bytes(desk.certificate) + link


def _link(desk: Desk, seed: bytes, verifying_key: bytes) -> bytes:
    return signatures.certify(
        seed, desk.pk, desk.organisation_id or 0, bytes(desk.public_key), verifying_key
    )
