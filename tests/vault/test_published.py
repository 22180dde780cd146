"""Vectors published with the standards: for the second implementation, and where its functions
take them as they are, for the product."""

import json
from pathlib import Path
from typing import Any

import pytest

from safety_app.vault import network, seals, second_factor
from tests.vault import reference

PUBLISHED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "published.json").read_text()
)


def raw(entry: dict[str, Any]) -> dict[str, bytes]:
    return {
        name: bytes.fromhex(text)
        for name, text in entry.items()
        if isinstance(text, str) and name != "source"
    }


def test_argon2id() -> None:
    one = raw(PUBLISHED["argon2id"])
    assert (
        reference.argon2id(one["password"], one["salt"], one["secret"], one["data"]) == one["tag"]
    )


@pytest.mark.parametrize("entry", PUBLISHED["hkdf"], ids=lambda entry: entry["source"])
def test_hkdf(entry: dict[str, Any]) -> None:
    one = raw(entry)
    made = reference.expand(reference.extract(one["salt"], one["ikm"]), one["info"], 42)
    assert made == one["okm"]


def test_hmac() -> None:
    one = raw(PUBLISHED["hmac"])
    assert network.mac(one["key"], one["data"]) == one["mac"]
    assert reference.mac(one["key"], one["data"]) == one["mac"]


def test_xwing() -> None:
    one = raw(PUBLISHED["xwing"])
    assert seals.public_key(one["seed"]) == one["public_key"]
    assert reference.public_key(one["seed"]) == one["public_key"]
    assert reference.decapsulate(one["seed"], one["encapsulation"]) == one["shared_secret"]


def test_hpke_key_schedule() -> None:
    entry, one = PUBLISHED["hpke_key_schedule"], raw(PUBLISHED["hpke_key_schedule"])
    made = reference.key_schedule(
        one["shared_secret"], one["info"], entry["kem"], entry["aead"], len(one["key"])
    )
    assert made == (one["key"], one["base_nonce"])


def test_totp() -> None:
    secret = bytes.fromhex(PUBLISHED["totp"]["secret"])
    for now, code in PUBLISHED["totp"]["codes"]:
        assert second_factor.matching_step(secret, code, now) == now // 30
        assert reference.totp(secret, now // 30) == code
