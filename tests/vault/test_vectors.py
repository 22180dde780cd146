"""Every vector, against the product and against the second implementation in `reference`."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from safety_app.accounts.keys import contexts, network_box
from safety_app.vault import (
    boxes,
    codes,
    encoding,
    labels,
    member_secret,
    network,
    passphrase,
    seals,
    second_factor,
    sharing,
)
from safety_app.vault.errors import VaultError
from tests.vault import make_sharing_vectors, reference

FOLDER = Path(__file__).parent / "vectors"
SHARED_FILE = (FOLDER / "sharing.bin").read_bytes()
REFUSALS: dict[str, type[Exception]] = {
    "VaultError": VaultError,
    "OverflowError": OverflowError,
    "BadIdentity": sharing.BadIdentity,
    **{one.__name__: one for one in sharing.Refused.__subclasses__()},
}


def value(name: str, raw: Any) -> Any:
    """`hex:…` is bytes; a list under `context` or `info` is a label's purpose and parts."""
    if isinstance(raw, str) and raw.startswith("hex:"):
        return bytes.fromhex(raw[4:])
    if isinstance(raw, dict):
        return {key: value(key, one) for key, one in raw.items()}
    if isinstance(raw, list):
        listed = [value("", one) for one in raw]
        return reference.label(*listed) if name in ("context", "info") else listed
    return raw


def keys_of(found: passphrase.SignInKeys | codes.CodeKeys) -> dict[str, bytes]:
    return vars(found)


def stretch(cost: list[int], **inputs: Any) -> passphrase.SignInKeys:
    return passphrase.stretch(**inputs, cost=passphrase.Cost(*cost))


def row_mac(
    network_key: bytes, digests: list[bytes], server_key: bytes | None = None, **row: Any
) -> bytes:
    names = ("kind", "row", "public_key", "organisation", "roles", "state")
    values = (row[name] for name in names)
    return network.row_mac(network.row_key(network_key, server_key), *values, *digests)


def check_row(given: bytes, **row: Any) -> None:
    if not network.equal(row_mac(**row), given):
        raise VaultError


def open_secret(secret: bytes) -> list[bytes]:
    opened = member_secret.unpack(secret)
    return [opened.seed, member_secret.tag_root(opened.seed), *opened.older_roots]


def changed(
    cut: int | None = None,
    at: int = 0,
    put: bytes = b"",
    add: bytes = b"",
    before: bytes = b"",
    zeros: int = 0,
) -> bytes:
    """The stored file, cut to a size, overwritten at a place, with bytes before and after it."""
    file = SHARED_FILE[:cut]
    return before + file[:at] + put + file[at + len(put) :] + add + bytes(zeros)


def open_file(seed: bytes, known: list[bytes], **changes: Any) -> dict[str, Any]:
    return open_shared(seed, changed(**changes), known)


def open_shared(seed: bytes, file: bytes, known: list[bytes]) -> dict[str, Any]:
    identities = [sharing.own_identity(one) for one in known]
    found = sharing.open_file(seed, file, {one.fingerprint: one for one in identities})
    return {"sender": found.sender, "day": str(found.day), "entries": list(found.entries)}


def shared_content(seed: bytes, recipient_seed: bytes, day: str, entries: list[bytes]) -> bytes:
    """What the product's file holds, opened by the second implementation."""
    recipient = sharing.own_identity(recipient_seed)
    file = sharing.make_file(seed, recipient, date.fromisoformat(day), entries)
    return reference.unseal_shared(recipient_seed, file)


PRODUCT: dict[str, Callable[..., Any]] = {
    "encode": lambda parts: encoding.encode(*parts),
    "label": lambda parts: encoding.make_context(*parts),
    "pad": encoding.pad,
    "unpad": encoding.unpad,
    "derive": lambda key, purpose, parts, salt=None: boxes.derive(key, purpose, *parts, salt=salt),
    "open_box": boxes.open_box,
    "public_key": seals.public_key,
    "unseal": seals.unseal,
    "seal": lambda recipient, info: seals.seal(recipient, b"", info),
    "fold_pseudonym": passphrase.fold_pseudonym,
    "fold_passphrase": passphrase.fold_passphrase,
    "stretch": lambda **inputs: keys_of(stretch(**inputs)),
    "open_seed": lambda sealed, context, **inputs: seals.unseal(
        stretch(**inputs).kek, sealed, context
    ),
    "show_code": codes.show_code,
    "fold_code": codes.fold_code,
    "fold_digits": codes.fold_digits,
    "code_keys": lambda code, kind, pepper: keys_of(codes.code_keys(code, kind, pepper=pepper)),
    "spoken": codes.spoken,
    "chain_mac": network.chain_mac,
    "chain_link": network.chain_link,
    "check_link": network.check_link,
    "check_chain": network.check_chain,
    "open_previous": network.open_previous,
    "floor_mac": network.floor_mac,
    "check_floor": network.check_floor,
    "open_network_box": lambda **inputs: vars(network_box.open_network_box(**inputs)),
    "row_mac": row_mac,
    "check_row": check_row,
    "sealed_mac": lambda network_key, bound, server_key=None, **of: network.sealed_mac(
        network.row_key(network_key, server_key), of["kind"], of["row"], of["sealed"], *bound
    ),
    "counter_label": lambda network_key, **of: labels.counter_label(
        labels.label_key(network_key), **of
    ),
    "window": lambda network_key, **of: labels.window(labels.label_key(network_key), **of),
    "content_key": network.content_key,
    "region_label": labels.region_label,
    "open_secret": open_secret,
    "author_tag": lambda root, alert: labels.author_tags(
        labels.tag_key(root, "author"), labels.author_blocks([alert])
    ),
    "member_tag": lambda root, purpose, about: labels.member_tag(root, purpose, *about),
    "matching_step": second_factor.matching_step,
    "context": lambda function, arguments: getattr(contexts, function)(*arguments),
    "own_identity": lambda seed: sharing.to_bytes(sharing.own_identity(seed)),
    "network_fingerprint": lambda identity: sharing.from_bytes(identity).fingerprint,
    "network_words": lambda identity: sharing.from_bytes(identity).words,
    "identity_text": lambda identity: sharing.to_text(sharing.from_bytes(identity)),
    "read_identity": lambda text: sharing.to_bytes(sharing.from_text(text)),
    "shared_content": shared_content,
    "open_content": lambda content, seed, known: open_shared(
        seed,
        make_sharing_vectors.seal_file(content, reference.network_identity(seed)),
        known,
    ),
    "open_file": open_file,
    "digest_of_file": lambda: hashlib.sha256(SHARED_FILE).digest(),
}

REFERENCE: dict[str, Callable[..., Any]] = {
    "encode": lambda parts: reference.encode(*parts),
    "label": lambda parts: reference.label(*parts),
    "pad": reference.pad,
    "derive": lambda key, purpose, parts, salt=b"": reference.derive(
        key, purpose, *parts, salt=salt
    ),
    "open_box": reference.open_box,
    "public_key": reference.public_key,
    "unseal": reference.unseal,
    "fold_pseudonym": reference.fold_pseudonym,
    "fold_passphrase": reference.fold_passphrase,
    "stretch": reference.stretch,
    "open_seed": lambda sealed, context, **inputs: reference.unseal(
        reference.stretch(**inputs)["kek"], sealed, context
    ),
    "fold_code": reference.fold_code,
    "fold_digits": reference.fold_digits,
    "code_keys": reference.code_keys,
    "spoken": reference.spoken,
    "chain_mac": reference.chain_mac,
    "chain_link": reference.chain_link,
    "floor_mac": reference.floor_mac,
    "open_network_box": reference.open_network_box,
    "row_mac": reference.row_mac,
    "sealed_mac": reference.sealed_mac,
    "counter_label": reference.counter_label,
    "content_key": reference.content_key,
    "region_label": reference.region_label,
    "open_secret": reference.open_secret,
    "author_tag": reference.author_tag,
    "member_tag": reference.member_tag,
    "own_identity": reference.network_identity,
    "network_fingerprint": reference.network_fingerprint,
    "network_words": lambda identity: reference.spoken(reference.network_fingerprint(identity), 6),
    "identity_text": reference.identity_text,
    "read_identity": reference.read_identity,
    "shared_content": lambda seed, recipient_seed, day, entries: reference.shared_content(
        seed, reference.network_identity(recipient_seed), day, entries
    ),
    "open_file": lambda seed, known: reference.open_shared(
        seed, SHARED_FILE, [reference.network_identity(one) for one in known]
    ),
    "context": lambda function, arguments: reference.label(
        reference.CONTEXTS[function][0], *arguments
    ),
}


def cases() -> list[Any]:
    elsewhere = ("published", "content", "signatures")  # with tests of their own
    files = sorted(path for path in FOLDER.glob("*.json") if path.stem not in elsewhere)
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in files
        for case in json.loads(path.read_text())["cases"]
    ]


@pytest.mark.thorough
@pytest.mark.parametrize("case", cases())
def test_vector(case: dict[str, Any]) -> None:
    inputs = {name: value(name, raw) for name, raw in case["with"].items()}
    if "refused" in case:
        with pytest.raises(REFUSALS[case["refused"]]):
            PRODUCT[case["do"]](**inputs)
        return
    wanted = value("", case["gives"])
    assert PRODUCT[case["do"]](**inputs) == wanted
    if case["do"] in REFERENCE:
        assert REFERENCE[case["do"]](**inputs) == wanted


def test_every_context_has_a_vector() -> None:
    made = {
        name
        for name, one in vars(contexts).items()
        if getattr(one, "__module__", "") == contexts.__name__
    }
    assert made == set(reference.CONTEXTS)


def test_one_vector_has_the_production_cost() -> None:
    stored = json.loads((FOLDER / "sign_in.json").read_text())["cases"]
    cost = passphrase.PRODUCTION_COST
    assert [cost.passes, cost.memory, cost.lanes] in [case["with"].get("cost") for case in stored]


@pytest.mark.parametrize("change", ["pepper", "instance salt"])
def test_another_secret_gives_another_handle(change: str) -> None:
    stored = json.loads((FOLDER / "sign_in.json").read_text())["cases"]
    by_name = {case["name"]: case for case in stored}
    usual, other = by_name["cheap cost, for tests only"], by_name[f"another {change}"]
    assert not set(usual["gives"].values()) & set(other["gives"].values())
