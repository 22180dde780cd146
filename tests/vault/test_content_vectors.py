"""Vectors of cards and of retired identities, against the product and the second implementation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from alerts.sealing.cards import card_to_json, open_card
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault import retirement, sharing
from safety_app.vault.errors import VaultError
from tests.vault import reference_content
from tests.vault.test_vectors import value

CASES = json.loads((Path(__file__).parent / "vectors" / "content.json").read_text())["cases"]
REFUSALS = {"VaultError": VaultError, "BadIdentity": sharing.BadIdentity}


def _keys(content_key: bytes) -> AlertKeys:
    ring = KeyRing(seed=bytes(32), pseudonym="", epochs={1: bytes(32)}, floor=1)
    vars(ring)["content_keys"] = {1: content_key}  # as if it had been derived
    return AlertKeys(ring)


def _open_card(content_key: bytes, alert: int, version: int, box: bytes) -> Any:
    card = open_card(_keys(content_key), 1, alert, version, box)
    return json.loads(json.dumps(card_to_json(card)))


def _match_tag(content_key: bytes, kind: str, key: str) -> str:
    return _keys(content_key).match_tag(1, (kind, key))


def _retired(identity: bytes, statement: str) -> list[bytes]:
    known = sharing.Identity(public_key=identity[1:1217], signing_key=identity[1217:])
    return list(retirement.read_retirement(known, statement))


PRODUCT = {"open_card": _open_card, "match_tag": _match_tag, "retired": _retired}


@pytest.mark.parametrize("where", ["product", "reference"])
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_vector(case: dict[str, Any], where: str) -> None:
    do = PRODUCT[case["do"]] if where == "product" else getattr(reference_content, case["do"])
    inputs = {name: value(name, raw) for name, raw in case["with"].items()}
    if "refused" in case and where == "product":
        with pytest.raises(REFUSALS[case["refused"]]):
            do(**inputs)
    elif "refused" in case:
        with pytest.raises((reference_content.Refused, InvalidTag)):
            do(**inputs)
    else:
        assert do(**inputs) == value("", case["gives"])
