"""Standing beside the moderation desk: two witnesses for each verifying key that replaces another.

The organisation whose moderator renews it signs at once, another one at the next page that one of
its moderators opens. In a network of one organisation the second signature is its desk recovery
code's, which somebody types. Only a step to the key and witnesses that the session itself has come
to is ever signed: whoever is led to the true ones by another way is led right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safety_app.accounts.keys import credentials, epoch_pin, verifying_keys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import VerifyingKey
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.vault import codes, signatures, witnesses
from safety_app.vault.errors import VaultError
from safety_app.vault.witnesses import CODE, UNKNOWN, Signers, Step, Witness


class CodeUnknown(VaultError):
    """What was typed is not the recovery code that is asked for."""


def countersign(newest: Signers, seeds: Iterable[bytes]) -> None:
    """Let the seeds of desks and codes (32 bytes each; empty ones count for none) witness the steps
    that lead to `newest`, which the session must have come to itself.

    None does while the server remembers nothing that would tell a fork.
    """
    if epoch_pin.pinned_signers() is None:
        return
    held = [seed for seed in seeds if seed]
    for row, step, listed in _steps_to(newest):
        before = bytes(row.countersignatures)
        given = witnesses.add(step, listed, before, held)
        if given != before:
            VerifyingKey.objects.filter(pk=row.pk, countersignatures=before).update(
                countersignatures=given
            )


def is_pending(ring: KeyRing) -> bool:
    """Whether a step to the newest verifying key lacks a witness."""
    return any(_lacks_one(*found) for found in _steps_to(_newest(ring)))


def waits_for_code(ring: KeyRing) -> bool:
    """Whether it is the signature of a desk recovery code that is lacking."""
    steps = list(_steps_to(_newest(ring)))
    return any(_lacks_one(*found) and _code_keys(found[2]) for found in steps)


def asks_for_code(ring: KeyRing) -> bool:
    """Whether a renewal of the moderation desk needs the desk recovery code of now beside it."""
    return bool(_code_keys(_listed(_newest(ring).witnesses)))


def seed_for_renewal(ring: KeyRing, typed: str) -> bytes:
    """The seed (32 bytes) of the desk recovery code of now, as typed; empty if nothing was.

    Raises CodeUnknown.
    """
    wanted = _code_keys(_listed(_newest(ring).witnesses))
    return _seed_of(typed, wanted) if typed.strip() else b""


def countersign_with_code(ring: KeyRing, typed: str) -> None:
    """Let the desk recovery code, as typed, witness the renewal that waits for it: the code from
    before that renewal. Raises CodeUnknown.
    """
    newest = _newest(ring)
    wanted = {key for _row, _step, listed in _steps_to(newest) for key in _code_keys(listed)}
    countersign(newest, [_seed_of(typed, wanted)])


def _newest(ring: KeyRing) -> Signers:
    """What the session comes to; unknown ones, to which nothing leads, where it comes to none."""
    try:
        return verifying_keys.newest_signers(ring.signers)
    except (EpochNotPinned, VaultError):
        return UNKNOWN


def _seed_of(typed: str, wanted: set[bytes]) -> bytes:
    try:
        seed = credentials.keys_of_code(codes.fold_code(typed), "desk recovery").seed
    except VaultError:
        raise CodeUnknown("code: malformed") from None
    if signatures.verifying_key(seed) not in wanted:
        raise CodeUnknown("code: another one")
    return seed


def _steps_to(newest: Signers) -> Iterator[tuple[VerifyingKey, Step, list[Witness]]]:
    """The steps that end there, with the witnesses of each."""
    rows = VerifyingKey.objects.filter(key=newest.verifying_key, witnesses=newest.witnesses)
    for row in rows:
        step = verifying_keys.step_of(row)
        listed = _listed(step.previous_witnesses)
        if listed:
            yield row, step, listed


def _lacks_one(row: VerifyingKey, step: Step, listed: list[Witness]) -> bool:
    try:
        witnesses.check_two(step, listed, bytes(row.countersignatures))
    except VaultError:
        return True
    return False


def _listed(digest: bytes) -> list[Witness]:
    try:
        return verifying_keys.witnesses_of(digest)
    except VaultError:
        return []


def _code_keys(listed: list[Witness]) -> set[bytes]:
    return {one.key for one in listed if one.kind == CODE}
