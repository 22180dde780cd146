"""What moderators sign (section 9 of `docs/vault-spec.md`), written a second time: beside
`reference`, and like it without anything of the product.
"""

import hashlib
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tests.vault.reference import Value, derive, label


class Refused(Exception):
    """Not signed by whom it should be, or malformed."""


def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(seed, "signature"))


def verifying_key(seed: bytes) -> bytes:
    return _private(seed).public_key().public_bytes_raw()


def signature(seed: bytes, statement: list[Value]) -> bytes:
    return _private(seed).sign(label(*statement[:1], *statement[1:]))  # type: ignore[arg-type]


def verify(key: bytes, statement: list[Value], given: bytes) -> None:
    try:
        message = label(str(statement[0]), *statement[1:])
        Ed25519PublicKey.from_public_bytes(key).verify(given, message)
    except (InvalidSignature, ValueError):
        raise Refused from None


KEEPS, DUE = "desk statement", "desk statement, due"


def link(
    seed: bytes, desk: int, organisation: int, public_key: bytes, key: bytes, is_due: bool = False
) -> bytes:
    digest = hashlib.sha256(public_key).digest()
    purpose = DUE if is_due else KEEPS
    return digest + key + signature(seed, [purpose, desk, organisation, digest, key])


def _purpose(signer: bytes, one: bytes, desk: int, organisation: int) -> str:
    """Which of the two a link states."""
    for purpose in (KEEPS, DUE):
        try:
            verify(signer, [purpose, desk, organisation, one[:32], one[32:64]], one[64:])
        except Refused:
            continue
        return purpose
    raise Refused


def is_due(certificate: bytes, network_key: bytes, desk: int, organisation: int) -> bool:
    states = _purpose(network_key, certificate[:128], desk, organisation)
    return states == DUE and certificate[:32] == certificate[-128:-96]


def desk_key(
    certificate: bytes, network_key: bytes, desk: int, organisation: int, public_key: bytes
) -> bytes:
    if not certificate or len(certificate) % 128:
        raise Refused
    signer = network_key
    for at in range(0, len(certificate), 128):
        _purpose(signer, certificate[at : at + 128], desk, organisation)
        signer = certificate[at + 32 : at + 64]
    if certificate[-128:-96] != hashlib.sha256(public_key).digest():
        raise Refused
    return signer


def witness_list(entries: list[list[Any]]) -> bytes:
    """The list of (organisation, kind, key)."""
    ordered = sorted(entries)
    codes = [kind for _organisation, kind, _key in ordered if kind != 1]
    places = {organisation for organisation, _kind, _key in ordered}
    is_single = [kind for _organisation, kind, _key in ordered] == [1, 2] and len(places) == 1
    if not is_single and (codes or len(places) != len(ordered)):
        raise Refused
    if len({key for _organisation, _kind, key in ordered}) != len(ordered) or 0 in places:
        raise Refused
    if len(ordered) > 32 or any(len(key) != 32 for _organisation, _kind, key in ordered):
        raise Refused
    listed = b"".join(one.to_bytes(8, "big") + bytes([kind]) + key for one, kind, key in ordered)
    return listed + bytes(1312 - len(listed))


def list_digest(listed: bytes) -> bytes:
    return hashlib.sha256(label("witnesses", listed)).digest()


def open_list(listed: bytes, digest: bytes) -> list[list[Any]]:
    if len(listed) != 1312 or list_digest(listed) != digest:
        raise Refused
    places = [listed[at : at + 41] for at in range(0, 1312, 41)]
    entries = [[int.from_bytes(one[:8], "big"), one[8], one[9:]] for one in places if any(one)]
    if witness_list(entries) != listed:
        raise Refused
    return entries


def witness(seed: bytes, organisation: int, kind: int, step: list[bytes]) -> bytes:
    purpose = "next verifying key, witnessed"
    return signature(seed, [purpose, organisation, kind, *step])


def two_witnesses(step: list[bytes], listed: bytes, countersignatures: bytes) -> None:
    """Whether two stand beside a step: (key before, its witnesses, key, its witnesses)."""
    entries, right = open_list(listed, step[1]), set()
    if len(countersignatures) != 130:
        raise Refused
    for at in (0, 65):
        place, given = countersignatures[at], countersignatures[at + 1 : at + 65]
        if 1 <= place <= len(entries):
            organisation, kind, key = entries[place - 1]
            try:
                statement = ["next verifying key, witnessed", organisation, kind, *step]
                verify(key, statement, given)
                right.add(place)
            except Refused:
                continue
    if len(right) < 2:
        raise Refused


Steps = dict[bytes, tuple[list[bytes], bytes, bytes]]


def newest_key(known: list[bytes], steps: Steps, lists: dict[bytes, bytes]) -> bytes:
    """The last key to which the steps lead; `known` is a key and the digest of its witnesses.

    `steps` are (step, signature, countersignatures) by the key before, `lists` by their digest.
    """
    passed = {known[0]}
    while known[0] in steps:
        step, given, countersignatures = steps[known[0]]
        if step[:2] != known:
            raise Refused
        verify(known[0], ["next verifying key", *step], given)
        two_witnesses(step, lists.get(known[1], b""), countersignatures)
        if step[2] in passed:
            raise Refused
        passed.add(step[2])
        known = step[2:]
    return known[0]
