"""Witnesses: who signs beside the moderation desk when its verifying key is replaced.

Whoever was a moderator knows the key of then, and can sign another successor. So with every
verifying key goes a list of witnesses, and a successor needs two of them: two organisations, each
with its own desk's key, or in a network of one organisation its desk's and that of the desk
recovery code on paper. A former moderator has the key of one.

    list               32 places of (organisation (8) ‖ kind (1) ‖ verifying key (32)), in order
    countersignatures  two of (place in the list, from 1; 0 for none (1) ‖ signature (64))

Everybody keeps the digest of the list beside the verifying key. Both columns have one size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass

from safety_app.vault import signatures
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

MOST = 32
ENTRY_SIZE = 8 + 1 + signatures.KEY_SIZE
LIST_SIZE = MOST * ENTRY_SIZE
NEEDED = 2
PLACE_SIZE = 1 + signatures.SIGNATURE_SIZE
NONE_YET = bytes(NEEDED * PLACE_SIZE)
DESK, CODE = 1, 2


@dataclass(frozen=True, order=True)
class Witness:
    """An organisation, whether it signs with its desk's key (DESK) or with its recovery code's
    (CODE), and that verifying key (32 bytes).
    """

    organisation: int
    kind: int
    key: bytes


@dataclass(frozen=True)
class Signers:
    """By whom what comes is recognised: the network's verifying key and the digest of its
    witnesses (32 bytes each).
    """

    verifying_key: bytes
    witnesses: bytes


UNKNOWN = Signers(b"", b"")  # to whom holds no network key


@dataclass(frozen=True)
class Step:
    """From one verifying key to the next, each with the digest of its witnesses (32 bytes each)."""

    previous: bytes
    previous_witnesses: bytes
    key: bytes
    witnesses: bytes

    def statement(self) -> bytes:
        """What the verifying key before signs."""
        return signatures.successor_statement(*astuple(self))

    def statement_of(self, witness: Witness) -> bytes:
        """What a witness signs."""
        purpose = "next verifying key, witnessed"
        return make_context(purpose, witness.organisation, witness.kind, *astuple(self))


def pack(witnesses: Collection[Witness]) -> bytes:
    """The list, 1,312 bytes. Raises VaultError for one that nobody would make."""
    ordered = sorted(witnesses)
    _check(ordered)
    entries = [one.organisation.to_bytes(8, "big") + bytes([one.kind]) + one.key for one in ordered]
    return b"".join(entries).ljust(LIST_SIZE, b"\x00")


def digest(listed: bytes) -> bytes:
    """The digest (32 bytes) by which a list is known."""
    return hashlib.sha256(make_context("witnesses", listed)).digest()


def unpack(listed: bytes, known: bytes) -> list[Witness]:
    """The list that has this digest (32 bytes). Raises VaultError for another."""
    if len(listed) != LIST_SIZE or digest(listed) != known:
        raise VaultError("witnesses: another list")
    entries = [listed[at : at + ENTRY_SIZE] for at in range(0, LIST_SIZE, ENTRY_SIZE)]
    witnesses = [
        Witness(int.from_bytes(one[:8], "big"), one[8], one[9:]) for one in entries if any(one)
    ]
    if pack(witnesses) != listed:
        raise VaultError("witnesses: not in order")
    return witnesses


def add(step: Step, witnesses: Sequence[Witness], given: bytes, seeds: Iterable[bytes]) -> bytes:
    """The countersignatures (130 bytes) with those of the witnesses whose seeds (32 bytes) these
    are, as far as they are missing; others than right ones are dropped.
    """
    places = _right_places(step, witnesses, given)
    for seed in seeds:
        key = signatures.verifying_key(seed)
        for place, witness in enumerate(witnesses, start=1):
            if witness.key == key and place not in places:
                places[place] = signatures.sign(seed, step.statement_of(witness))
    kept = [bytes([place]) + places[place] for place in places]
    return b"".join(kept[:NEEDED]).ljust(len(NONE_YET), b"\x00")


def check_two(
    step: Step,
    witnesses: Sequence[Witness],
    given: bytes,
    kinds: Collection[int] = (DESK, CODE),
) -> None:
    """Raises VaultError unless two different witnesses of these kinds signed the step."""
    places = _right_places(step, witnesses, given)
    if len([place for place in places if witnesses[place - 1].kind in kinds]) < NEEDED:
        raise VaultError("witnesses: two have not signed")


def _right_places(step: Step, witnesses: Sequence[Witness], given: bytes) -> dict[int, bytes]:
    """By place in the list, the signatures that are right. No two places are one witness."""
    found: dict[int, bytes] = {}
    if len(given) != len(NONE_YET):
        return found
    for at in range(0, len(given), PLACE_SIZE):
        place, signature = given[at], given[at + 1 : at + PLACE_SIZE]
        if 1 <= place <= len(witnesses):
            witness = witnesses[place - 1]
            try:
                signatures.check(witness.key, step.statement_of(witness), signature)
            except VaultError:
                continue
            found[place] = signature
    return found


def _check(ordered: Sequence[Witness]) -> None:
    """Every organisation once, with its desk's key; a single one's code may stand beside."""
    organisations = [one.organisation for one in ordered]
    kinds = [one.kind for one in ordered]
    is_single = kinds == [DESK, CODE] and organisations[:1] == organisations[1:]
    is_each_once = set(kinds) <= {DESK} and len(set(organisations)) == len(ordered)
    sizes = {len(one.key) for one in ordered}
    keys = {one.key for one in ordered}
    fits = len(keys) == len(ordered) <= MOST and sizes <= {signatures.KEY_SIZE}
    if not fits or not (is_single or is_each_once) or not all(organisations):
        raise VaultError("witnesses: no such list")
