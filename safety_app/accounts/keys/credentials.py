"""What opens an account: pseudonym with passphrase, or the recovery code.

The only place that reads the Argon2id cost.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from django.conf import settings

from safety_app.accounts.keys import contexts, sealed_rows
from safety_app.accounts.keys.keyring import KeyRing, own_key, welcome_key
from safety_app.accounts.keys.network_box import (
    open_fingerprint,
    open_network_box,
    seal_fingerprint,
    seal_network_box,
)
from safety_app.accounts.models import Desk, Instance, Member
from safety_app.accounts.server_key import pepper
from safety_app.privacy.ids import LOWEST
from safety_app.vault import boxes, codes, member_secret, network, passphrase, seals
from safety_app.vault.encoding import pad
from safety_app.vault.errors import VaultError
from safety_app.vault.member_secret import MemberSecret

STAMP_SIZE = 16
PSEUDONYM_SIZE = 256  # padded, so that a seal does not reveal a pseudonym's length


def stretch(pseudonym: str, typed: str) -> passphrase.SignInKeys:
    """One Argon2id run with this installation's salt and pepper. Raises VaultBusy."""
    return passphrase.stretch(
        pseudonym,
        typed,
        instance_salt=_instance_salt(),
        pepper=pepper(),
        cost=settings.SIGN_IN_COST,
    )


def _instance_salt() -> bytes:
    # Before a network is founded there is nobody to find; do the same work anyway.
    return next((bytes(one.salt) for one in Instance.objects.all() if fits_pepper(one)), bytes(32))


def fits_pepper(instance: Instance) -> bool:
    """Whether it was made with this pepper: anybody who writes to the database can add another."""
    return network.equal(pepper_check(bytes(instance.salt)), bytes(instance.pepper_check))


def pepper_check(instance_salt: bytes) -> bytes:
    """32 bytes that tell this pepper from others. They reveal nothing of it: it is random."""
    return boxes.derive(instance_salt, "pepper check", salt=pepper())


def server_row_key(number: int, link: bytes) -> bytes:
    """The key (32 bytes) under which this server vouches for rows of accounts without a network key
    (`keys.row_auth`), as long as the epoch with this number and link is the newest.

    Of the link it takes the commitment, which is pinned; up to 0.2.0, when a row stated none, the
    MAC.
    """
    return boxes.derive(pepper(), "rows of this server", number, link[: network.MAC_SIZE])


def keys_of_code(code: str, kind: str) -> codes.CodeKeys:
    """The keys of a folded code, with this installation's pepper; see `vault.codes.code_keys`."""
    return codes.code_keys(code, kind, pepper=pepper())


def keys_of_typed_code(typed: str, kind: str) -> codes.CodeKeys:
    """The keys of a typed code; for what cannot be a code, keys that match nothing."""
    try:
        folded = codes.fold_code(typed)
    except VaultError:
        folded = "not a code"  # no code has spaces; do the same work anyway
    return keys_of_code(folded, kind)


def account_id(code_key: bytes) -> int:
    """The id of an invitation whose code has this key (32 bytes), and of the account that comes of
    it: so it shows that a code was used, and whoever makes it can say in advance which account it
    will be (`vouching_seals`).
    """
    number = int.from_bytes(boxes.derive(code_key, "account id")[:8], "big")
    return LOWEST + number % LOWEST


def new_stamp() -> bytes:
    """16 random bytes; storing them ends every session opened under the previous stamp."""
    return os.urandom(STAMP_SIZE)


@dataclass(frozen=True)
class Openers:
    """Public keys (1,216 bytes each) to which a member's secret is sealed: that of her passphrase
    and that of her recovery code.

    When one of the two changes, the other is not at hand, nor is either when only the seed does.
    These keys are nowhere in the clear and in no column that others can write: whoever put one of
    their own there would be sent the next secret.
    """

    passphrase: bytes
    code: bytes


def use_passphrase(member: Member, keys: passphrase.SignInKeys) -> bytes:
    """Let pseudonym and passphrase find the row; does not save. Returns their public key."""
    member.handle = keys.handle
    member.verifier = keys.verifier
    return seals.public_key(keys.kek)


def use_new_code(member: Member) -> tuple[str, bytes]:
    """Let a new recovery code find the row; does not save.

    Returns the code (26 characters), which is shown once, and its public key.
    """
    code = codes.new_code()
    keys = keys_of_code(code, "recovery")
    member.recovery_handle = keys.handle
    return code, seals.public_key(keys.seed)


def seal_secret(member: Member, ring: KeyRing, openers: Openers) -> None:
    """Seal the ring's secret to passphrase and recovery code, and keep their public keys under the
    member's own key. Does not save.
    """
    secret, context = ring.secret.packed(), contexts.opener_keys(member.pk)
    member.seed_seal = seals.seal(openers.passphrase, secret, contexts.seed_seal(member.pk))
    member.recovery_seal = seals.seal(openers.code, secret, contexts.recovery_seal(member.pk))
    both = openers.passphrase + openers.code
    member.opener_keys_box = boxes.seal_box(own_key(ring.seed), both, context)


def openers_of(member: Member, ring: KeyRing) -> Openers:
    """The public keys there are. Raises VaultError when somebody else wrote that box."""
    box, context = bytes(member.opener_keys_box), contexts.opener_keys(member.pk)
    both = boxes.open_box(own_key(ring.seed), box, context)
    return Openers(both[: seals.PUBLIC_KEY_SIZE], both[seals.PUBLIC_KEY_SIZE :])


def open_with_passphrase(member: Member, keys: passphrase.SignInKeys) -> MemberSecret:
    """The secret of a member found by pseudonym and passphrase. Raises VaultError."""
    info = contexts.seed_seal(member.pk)
    return member_secret.unpack(seals.unseal(keys.kek, bytes(member.seed_seal), info))


def open_with_code(member: Member, keys: codes.CodeKeys) -> MemberSecret:
    """The secret of a member found by recovery code. Raises VaultError."""
    info = contexts.recovery_seal(member.pk)
    return member_secret.unpack(seals.unseal(keys.seed, bytes(member.recovery_seal), info))


def seal_pseudonym(member: Member, ring: KeyRing, desk: Desk) -> None:
    """Seal the ring's pseudonym to the organisation's desk, already authenticated. Does not
    save.

    There is no MAC for an account without a network key, since nobody but its owner could check
    it.
    """
    padded = pad(ring.pseudonym.encode(), PSEUDONYM_SIZE)
    vouching = ring if ring.epochs else None
    sealed_rows.seal_row("pseudonym", member, bytes(desk.public_key), padded, vouching)


def store_network_key(member: Member, ring: KeyRing) -> None:
    """Encrypt what the ring knows of the network under the member's own key. Does not save."""
    member.epoch = ring.current
    member.network_seal = None
    member.network_box = seal_network_box(
        own_key(ring.seed), ring.network_box, contexts.network_box(member.pk, ring.current)
    )


def store_welcome_box(member: Member, ring: KeyRing) -> None:
    """Encrypt them for somebody who was accepted and is not in yet. Does not save."""
    member.epoch = ring.current
    member.network_seal = None
    member.network_box = seal_network_box(
        welcome_key(ring.seed), ring.network_box, contexts.welcome_box(member.pk, ring.current)
    )


def is_box_behind(member: Member, ring: KeyRing) -> bool:
    """Whether the row's box has an older network or verifying key, or a lower floor."""
    if ring.current != member.epoch:
        return ring.current > member.epoch
    context = contexts.network_box(member.pk, member.epoch)
    try:
        kept = open_network_box(own_key(ring.seed), member.network_box or b"", context)
    except VaultError:  # someone wrote over it: the ring knows better
        return True
    return kept.floor < ring.floor or kept.signers != ring.signers


def store_desk_fingerprint(member: Member, ring: KeyRing, fingerprint: bytes) -> None:
    """For an account without a network key: encrypt its desk's fingerprint. Does not save.

    It lets the owner tell whether the desk's row is authentic.
    """
    context = contexts.desk_fingerprint(member.pk)
    member.network_box = seal_fingerprint(own_key(ring.seed), fingerprint, context)


def kept_fingerprint(member: Member, ring: KeyRing) -> bytes:
    """The desk's fingerprint (32 bytes) that an account without a network key keeps.

    Raises VaultError.
    """
    context = contexts.desk_fingerprint(member.pk)
    return open_fingerprint(own_key(ring.seed), member.network_box or b"", context)


def desk_fingerprint(desk: Desk) -> bytes:
    """The fingerprint (32 bytes) by which an account without a network key knows its desk."""
    return hashlib.sha256(desk.pk.to_bytes(8, "big") + bytes(desk.public_key)).digest()


def check_desk_fingerprint(desk: Desk, known: bytes) -> None:
    """Raises VaultError when the desk is not the one the fingerprint was taken of."""
    if desk_fingerprint(desk) != known:
        raise VaultError("desk: another key than at joining")
