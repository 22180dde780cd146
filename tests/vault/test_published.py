"""Vectors published with the standards: for the second implementation, and where its functions
take them as they are, for the product."""

import json
from pathlib import Path
from typing import Any

import pytest
from argon2.low_level import Type, core, ffi

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


def argon2id(password: bytes, salt: bytes, secret: bytes, data: bytes) -> bytes:
    """Argon2id of RFC 9106, section 5.3 (3 passes, 32 KiB, 4 lanes) with secret and data."""
    out = ffi.new("uint8_t[]", 32)
    buffers = [ffi.new("uint8_t[]", raw) for raw in (password, salt, secret, data)]
    context = ffi.new(
        "argon2_context *",
        {
            "out": out, "outlen": 32, "version": 0x13,
            "pwd": buffers[0], "pwdlen": len(password), "salt": buffers[1], "saltlen": len(salt),
            "secret": buffers[2], "secretlen": len(secret), "ad": buffers[3], "adlen": len(data),
            "t_cost": 3, "m_cost": 32, "lanes": 4, "threads": 4,
            "allocate_cbk": ffi.NULL, "free_cbk": ffi.NULL, "flags": 0,
        },
    )  # fmt: skip
    error = core(context, Type.ID.value)
    if error:
        raise ValueError(error)
    return bytes(ffi.buffer(out, 32))


def test_argon2id() -> None:
    one = raw(PUBLISHED["argon2id"])
    assert argon2id(one["password"], one["salt"], one["secret"], one["data"]) == one["tag"]


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
