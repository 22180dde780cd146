"""Every vector, against the product and against the second implementation in `reference`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from safety_app.members import contexts
from safety_app.vault import (
    boxes,
    codes,
    encoding,
    labels,
    network,
    passphrase,
    seals,
    second_factor,
)
from safety_app.vault.errors import VaultError
from tests.vault import reference

FOLDER = Path(__file__).parent / "vectors"
REFUSALS = {"VaultError": VaultError, "OverflowError": OverflowError}


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


def check_row(network_key: bytes, given: bytes, **row: Any) -> None:
    if not network.equal(network.row_mac(network.row_key(network_key), **row), given):
        raise VaultError


PRODUCT: dict[str, Callable[..., Any]] = {
    "encode": lambda parts: encoding.encode(*parts),
    "label": lambda parts: encoding.label(*parts),
    "pad": encoding.pad,
    "unpad": encoding.unpad,
    "derive": lambda key, purpose, parts, salt=None: boxes.derive(key, purpose, *parts, salt=salt),
    "open_box": boxes.open_box,
    "public_key": seals.public_key,
    "unseal": seals.unseal,
    "seal": lambda recipient, info: seals.seal(recipient, b"", info),
    "fold_pseudonym": passphrase.fold_pseudonym,
    "stretch": lambda **inputs: keys_of(stretch(**inputs)),
    "open_seed": lambda box, context, **inputs: boxes.open_box(stretch(**inputs).kek, box, context),
    "show_code": codes.show_code,
    "fold_code": codes.fold_code,
    "code_keys": lambda code, kind, pepper: keys_of(codes.code_keys(code, kind, pepper=pepper)),
    "spoken": codes.spoken,
    "chain_mac": network.chain_mac,
    "check_chain": network.check_chain,
    "open_previous": network.open_previous,
    "row_mac": lambda network_key, **row: network.row_mac(network.row_key(network_key), **row),
    "check_row": check_row,
    "counter_label": lambda network_key, **of: labels.counter_label(
        labels.label_key(network_key), **of
    ),
    "window": lambda network_key, **of: labels.window(labels.label_key(network_key), **of),
    "region_label": labels.region_label,
    "member_tag": lambda seed, purpose, about: labels.member_tag(seed, purpose, *about),
    "matching_step": second_factor.matching_step,
    "context": lambda function, arguments: getattr(contexts, function)(*arguments),
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
    "stretch": reference.stretch,
    "open_seed": lambda box, context, **inputs: reference.open_box(
        reference.stretch(**inputs)["kek"], box, context
    ),
    "code_keys": reference.code_keys,
    "spoken": reference.spoken,
    "chain_mac": reference.chain_mac,
    "row_mac": reference.row_mac,
    "counter_label": reference.counter_label,
    "region_label": reference.region_label,
    "member_tag": reference.member_tag,
    "context": lambda function, arguments: reference.label(
        reference.CONTEXTS[function][0], *arguments
    ),
}


def cases() -> list[Any]:
    files = sorted(path for path in FOLDER.glob("*.json") if path.stem != "published")
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in files
        for case in json.loads(path.read_text())["cases"]
    ]


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
