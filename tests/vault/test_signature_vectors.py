"""Vectors of what moderators sign, against the product and the second implementation."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from safety_app.vault import signatures, witnesses
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.witnesses import Step, Witness
from tests.vault import reference_signatures
from tests.vault.test_vectors import value

CASES = json.loads((Path(__file__).parent / "vectors" / "signatures.json").read_text())["cases"]
STATEMENTS: dict[str, Callable[..., bytes]] = {
    "next verifying key": signatures.successor_statement,
    "epoch statement": signatures.epoch_statement,
    "desk holder": signatures.holder_statement,
}


def _statement(purpose: str, *parts: Any) -> bytes:
    try:
        return STATEMENTS[purpose](*parts)
    except TypeError:  # parts of another purpose
        return make_context(purpose, *parts)


PRODUCT: dict[str, Callable[..., Any]] = {
    "verifying_key": signatures.verifying_key,
    "signature": lambda seed, statement: signatures.sign(seed, _statement(*statement)),
    "verify": lambda key, statement, given: signatures.check(key, _statement(*statement), given),
    "link": lambda **of: signatures.certify(**of),
    "witness_list": lambda entries: witnesses.pack([Witness(*one) for one in entries]),
    "list_digest": witnesses.digest,
    "open_list": lambda listed, digest: [
        list(astuple(one)) for one in witnesses.unpack(listed, digest)
    ],
    "witness": lambda seed, organisation, kind, step: signatures.sign(
        seed, Step(*step).statement_of(Witness(organisation, kind, b""))
    ),
    "two_witnesses": lambda step, listed, countersignatures: witnesses.check_two(
        Step(*step), witnesses.unpack(listed, step[1]), countersignatures
    ),
    "desk_key": lambda **of: signatures.check_certificate(**of),
    "is_due": lambda **of: signatures.is_due(**of),
}


@pytest.mark.parametrize("where", ["product", "reference"])
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_vector(case: dict[str, Any], where: str) -> None:
    name = case["do"]
    do = PRODUCT[name] if where == "product" else getattr(reference_signatures, name)
    inputs = {name: value(name, raw) for name, raw in case["with"].items()}
    if "refused" in case:
        with pytest.raises((VaultError, reference_signatures.Refused)):
            do(**inputs)
    else:
        assert do(**inputs) == value("", case["gives"])
