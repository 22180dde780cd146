"""What an alert's card holds and which identities a network retired, by `docs/vault-spec.md`.

Like `reference.py`, whose second part this is, it imports nothing of the product.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.vault import reference as vault

STATES = ["new", "held", "reviewed", "hidden"]


class Refused(Exception):
    """Something is not as the specification says."""


def unpad(padded: bytes) -> bytes:
    """Section 2."""
    content = padded.rstrip(b"\x00")
    if not content.endswith(b"\x80"):
        raise Refused("padding")
    return content[:-1]


def match_tag(content_key: bytes, kind: str, key: str) -> str:
    """Section 10."""
    tag = vault.mac(vault.derive(content_key, "card marks"), vault.label("card mark", kind, key))
    return base64.urlsafe_b64encode(tag[:9]).decode()


def open_card(content_key: bytes, alert: int, version: int, box: bytes) -> list[Any]:
    """Section 11: the card's list of fifteen."""
    context = vault.label("alert", alert, "card", version)
    padded = vault.open_box(vault.derive(content_key, "alert cards"), box, context)
    content = json.loads(unpad(padded))
    if len(content) != 15:
        raise Refused("the card is malformed")
    return list(content)


def status_on(card: list[Any], today: int) -> tuple[int, int, str, int]:
    """Section 11: day, end, state and last day of being hidden, on a day (all as numbers)."""
    day, end, state, hidden_until = card[11:15]
    if STATES[state] == "hidden" and 0 < hidden_until < today:
        return day, end, "new", 0
    return day, end, STATES[state], hidden_until


def retired(identity: bytes, statement: str) -> list[bytes]:
    """Section 14: the fingerprints that an identity retires."""
    words = statement.split()
    if words[:3] != ["nightjar", "retires", "1"]:
        raise Refused("no header")
    coded = "".join(words[3:])
    try:
        raw = base64.b32decode(coded + "=" * (-len(coded) % 8))
    except ValueError:
        raise Refused("not base 32") from None
    listed, signature = raw[:-64], raw[-64:]
    ours = vault.network_fingerprint(identity)
    prints = [listed[at : at + 32] for at in range(0, len(listed), 32)]
    if len(listed) % 32 or not 0 < len(prints) <= 8 or ours in prints:
        raise Refused("not a list of others")
    message = vault.label("retired identities", ours, listed)
    try:
        Ed25519PublicKey.from_public_bytes(identity[1217:]).verify(signature, message)
    except InvalidSignature:
        raise Refused("signed by somebody else") from None
    return prints
