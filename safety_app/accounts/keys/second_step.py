"""The second sign-in step: a code from an authenticator app, or one of ten codes on paper.

Its settings are one sealed column of one size for everybody. It guards the door, not the disk.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from safety_app.accounts.keys import contexts
from safety_app.accounts.keys.keyring import KeyRing, own_key
from safety_app.accounts.models import Member
from safety_app.vault import boxes, codes, network, second_factor
from safety_app.vault.encoding import pad, unpad

BOX_SIZE = 512
PAPER_CODES = 10
PAPER_LENGTH = 10  # characters of the code alphabet: 50 bits, used once, five tries


@dataclass(frozen=True)
class SecondStep:
    """`secret` is 20 bytes or None when it is off; `paper` are the codes not used yet."""

    secret: bytes | None = None
    paper: tuple[str, ...] = ()


def new_paper_codes() -> tuple[str, ...]:
    """Ten codes of ten characters, shown once."""
    return tuple(
        "".join(secrets.choice(codes.ALPHABET) for _ in range(PAPER_LENGTH))
        for _ in range(PAPER_CODES)
    )


def read(ring: KeyRing, member: Member) -> SecondStep:
    """The settings of this account. Raises VaultError when someone else put them there."""
    box = bytes(member.second_factor_box)
    kept = json.loads(
        unpad(boxes.open_box(own_key(ring.seed), box, contexts.second_factor(member.pk)))
    )
    secret = base64.b64decode(kept["secret"]) if kept["secret"] else None
    return SecondStep(secret, tuple(kept["paper"]))


def keep(ring: KeyRing, member: Member, step: SecondStep) -> None:
    """Seal the settings into the member's column; does not save."""
    kept = {
        "secret": base64.b64encode(step.secret).decode() if step.secret else "",
        "paper": list(step.paper),
    }
    member.second_factor_box = boxes.seal_box(
        own_key(ring.seed),
        pad(json.dumps(kept).encode(), BOX_SIZE),
        contexts.second_factor(member.pk),
    )


def switch_off(ring: KeyRing, member: Member) -> None:
    """No second step, in a box of the same size; does not save."""
    keep(ring, member, SecondStep())


def accept(ring: KeyRing, member: Member, typed: str) -> bool:
    """Whether a code fits. A code of the app works once; one on paper is struck out and saved."""
    step = read(ring, member)
    if step.secret is None:
        return False
    return fits_app(step.secret, typed) or _strike_out(ring, member, step, typed)


def fits_app(secret: bytes, typed: str) -> bool:
    """Whether it is the app's code of now, and was not used before (RFC 6238, section 5.2)."""
    code = "".join(typed.split())
    matched = second_factor.matching_step(secret, code, time.time())
    if matched is None:
        return False
    # In memory only, under a name nobody can trace; gone long after the step itself is.
    name = hmac.digest(settings.BUDGET_KEY, secret + matched.to_bytes(8, "big"), "sha256").hex()
    return bool(cache.add(f"used-code-{name}", 1, 5 * second_factor.STEP))


def _strike_out(ring: KeyRing, member: Member, step: SecondStep, typed: str) -> bool:
    folded = codes.fold_characters(typed).encode("utf-8", "replace")
    left = tuple(code for code in step.paper if not network.equal(code.encode(), folded))
    if len(left) == len(step.paper):
        return False
    keep(ring, member, SecondStep(step.secret, left))
    member.save(update_fields=["second_factor_box"])
    return True
