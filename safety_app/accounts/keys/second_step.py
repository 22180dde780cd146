"""The second sign-in step: a code from an authenticator app, a security key, or a code on paper.

Its settings are one sealed column of one size for everybody: no column, id or row says whether
someone has one, of what kind, or when it was used. It guards the door, not the disk.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.cache import cache

from safety_app.accounts.keys import contexts
from safety_app.accounts.keys.keyring import KeyRing, own_key
from safety_app.accounts.models import Member
from safety_app.privacy.codec import Codec
from safety_app.vault import boxes, codes, network, second_factor, security_keys

BOX_SIZE = 2560  # an app, ten codes on paper, and as many of the longest keys as can be added
PAPER_CODES = 10
PAPER_LENGTH = 10  # characters of the code alphabet: 50 bits, used once, five tries
MAX_KEYS = 3
KEY_NAME_LIMIT = 20  # characters


@dataclass(frozen=True)
class SecurityKey:
    """`name` is what its owner calls it; `credential` what `vault.security_keys` keeps of it."""

    name: str
    credential: bytes

    @property
    def number(self) -> str:
        """What a form calls it: the end of its id, 16 hexadecimal digits."""
        return security_keys.credential_id(self.credential)[-8:].hex()


@dataclass(frozen=True)
class SecondStep:
    """`secret` is 20 bytes or None when it is off; `paper` are the codes not used yet.

    There are no keys without an app: a key needs script and one address, the app neither.
    """

    secret: bytes | None = None
    paper: tuple[str, ...] = ()
    keys: tuple[SecurityKey, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether it is asked for at sign-in."""
        return self.secret is not None

    @property
    def credentials(self) -> Sequence[bytes]:
        """Those of all keys."""
        return [key.credential for key in self.keys]


def _to_json(step: SecondStep) -> dict[str, Any]:
    return {
        "secret": base64.b64encode(step.secret).decode() if step.secret else "",
        "paper": list(step.paper),
        "keys": [[key.name, base64.b64encode(key.credential).decode()] for key in step.keys],
    }


def _from_json(kept: Any) -> SecondStep:
    secret = base64.b64decode(kept["secret"]) if kept["secret"] else None
    keys = tuple(SecurityKey(name, base64.b64decode(data)) for name, data in kept["keys"])
    return SecondStep(secret, tuple(kept["paper"]), keys)


_CODEC = Codec[SecondStep]("second step", BOX_SIZE, _to_json, _from_json)


def new_paper_codes() -> tuple[str, ...]:
    """Ten codes of ten characters, shown once."""
    return tuple(
        "".join(secrets.choice(codes.ALPHABET) for _ in range(PAPER_LENGTH))
        for _ in range(PAPER_CODES)
    )


def open_settings(ring: KeyRing, member: Member) -> SecondStep:
    """The settings of this account. Raises VaultError when someone else put them there."""
    box = bytes(member.second_factor_box)
    return _CODEC.decode(boxes.open_box(own_key(ring.seed), box, contexts.second_factor(member.pk)))


def store_settings(ring: KeyRing, member: Member, step: SecondStep) -> None:
    """Seal the settings into the member's column; does not save. Raises VaultError when too long.

    Other than here they are in no table.
    """
    member.second_factor_box = boxes.seal_box(
        own_key(ring.seed), _CODEC.encode(step), contexts.second_factor(member.pk)
    )


def switch_off(ring: KeyRing, member: Member) -> None:
    """No second step, in a box of the same size; does not save."""
    store_settings(ring, member, SecondStep())


def accept_code(ring: KeyRing, member: Member, typed: str) -> bool:
    """Whether a code fits. A code of the app works once; one on paper is struck out and saved."""
    step = open_settings(ring, member)
    if step.secret is None:
        return False
    return matches_app(step.secret, typed) or _use_paper_code(ring, member, step, typed)


def matches_app(secret: bytes, typed: str) -> bool:
    """Whether it is the app's code of now, and was not used before (RFC 6238, section 5.2)."""
    code = "".join(typed.split())
    matched = second_factor.matching_step(secret, code, time.time())
    if matched is None:
        return False
    # In memory only, under a name nobody can trace; gone long after the step itself is.
    name = hmac.digest(settings.BUDGET_KEY, secret + matched.to_bytes(8, "big"), "sha256").hex()
    return bool(cache.add(f"used-code-{name}", 1, 5 * second_factor.STEP))


def _use_paper_code(ring: KeyRing, member: Member, step: SecondStep, typed: str) -> bool:
    folded = codes.fold_characters(typed).encode("utf-8", "replace")
    left = tuple(code for code in step.paper if not network.equal(code.encode(), folded))
    if len(left) == len(step.paper):
        return False
    store_settings(ring, member, replace(step, paper=left))
    member.save(update_fields=["second_factor_box"])
    return True
