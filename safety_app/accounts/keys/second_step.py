"""The second sign-in step: a code from an authenticator app, a security key, or a paper code.

Its settings are one sealed column of the same size for everybody: no column, id or row reveals
whether someone has one, of what kind, or when it was used. It protects against others signing in,
not against whoever has the disk.
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
from safety_app.accounts.keys.row_auth import sign_member
from safety_app.accounts.models import Member
from safety_app.privacy.codec import Codec
from safety_app.vault import boxes, codes, network, second_factor, security_keys, shapes

BOX_SIZE = 2560  # an app, ten paper codes, and the maximum number of keys with the longest names
PAPER_CODES = 10
PAPER_LENGTH = 10  # characters of the code alphabet: 50 bits, used once, five tries
MAX_KEYS = 3
KEY_NAME_LIMIT = 20  # characters
SAVED = ("second_factor_box", "row_mac")  # the columns that a change of the settings writes


@dataclass(frozen=True)
class SecurityKey:
    """`name` is its owner's; `credential` what `vault.security_keys` stores of it."""

    name: str
    credential: bytes

    @property
    def number(self) -> str:
        """Its identifier in forms: the end of its id, 16 hexadecimal digits."""
        return security_keys.credential_id(self.credential)[-8:].hex()


@dataclass(frozen=True)
class SecondStep:
    """`secret` is 20 bytes, or None when the step is off; `paper` are the unused paper codes.

    There are no keys without an app: a key needs script and works at one address, an app
    neither.
    """

    secret: bytes | None = None
    paper: tuple[str, ...] = ()
    keys: tuple[SecurityKey, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether it is required at sign-in."""
        return self.secret is not None

    @property
    def credentials(self) -> Sequence[bytes]:
        """The credentials of all keys."""
        return [key.credential for key in self.keys]


def _to_json(step: SecondStep) -> dict[str, Any]:
    return {
        "secret": base64.b64encode(step.secret).decode() if step.secret else "",
        "paper": list(step.paper),
        "keys": [[key.name, base64.b64encode(key.credential).decode()] for key in step.keys],
    }


_secret = shapes.base64({0, second_factor.SECRET_SIZE})
_credential = shapes.base64(range(1, security_keys.CREDENTIAL_LIMIT + 1))
_key = shapes.row(shapes.text(KEY_NAME_LIMIT), _credential)
_fields = shapes.fields(
    {
        "secret": _secret,
        "paper": shapes.listed(shapes.text(PAPER_LENGTH, PAPER_LENGTH), PAPER_CODES),
        "keys": shapes.listed(_key, MAX_KEYS),
    }
)


def _from_json(kept: Any) -> SecondStep:
    fields = _fields(kept)
    keys = tuple(SecurityKey(*key) for key in fields["keys"])
    for key in keys:
        security_keys.credential_id(key.credential)  # raises VaultError
    return SecondStep(fields["secret"] or None, fields["paper"], keys)


_CODEC = Codec[SecondStep]("second step", BOX_SIZE, _to_json, _from_json)


def new_paper_codes() -> tuple[str, ...]:
    """Ten codes of ten characters, shown once."""
    return tuple(
        "".join(secrets.choice(codes.ALPHABET) for _ in range(PAPER_LENGTH))
        for _ in range(PAPER_CODES)
    )


def open_settings(ring: KeyRing, member: Member) -> SecondStep:
    """This account's settings. Raises VaultError when someone else put them there."""
    box = bytes(member.second_factor_box)
    return _CODEC.decode(boxes.open_box(own_key(ring.seed), box, contexts.second_factor(member.pk)))


def store_settings(ring: KeyRing, member: Member, step: SecondStep) -> None:
    """Seal the settings into the member's column, and authenticate the row with it. Does not
    save: `SAVED` are the columns. Raises VaultError when too long.

    The row must be authentic before: check it in the transaction that holds the epoch.
    """
    member.second_factor_box = boxes.seal_box(
        own_key(ring.seed), _CODEC.encode(step), contexts.second_factor(member.pk)
    )
    sign_member(ring, member)


def switch_off(ring: KeyRing, member: Member) -> None:
    """No second step, in a box of the same size. Does not save."""
    store_settings(ring, member, SecondStep())


def accept_code(ring: KeyRing, member: Member, typed: str) -> bool:
    """Whether a code is right. An app's code works once; a paper code is removed, and the row
    saved: call it in a transaction that holds the epoch, with a row that was checked.
    """
    step = open_settings(ring, member)
    if step.secret is None:
        return False
    if looks_like_app(typed):
        return matches_app(step.secret, typed)
    return _use_paper_code(ring, member, step, typed)


def looks_like_app(typed: str) -> bool:
    """Whether it can only be an app's code: six digits, however typed."""
    return len(codes.fold_digits(typed)) == second_factor.DIGITS


def matches_app(secret: bytes, typed: str) -> bool:
    """Whether it is the app's current code and was not used before (RFC 6238, section 5.2)."""
    matched = _matching_step(secret, typed)
    if matched is None:
        return False
    # For longer than the code is valid.
    return _use_once("code", secret + matched.to_bytes(8, "big"), 5 * second_factor.STEP)


def is_code_of_app(secret: bytes, typed: str) -> bool:
    """Whether it is the app's current code, used before or not."""
    return _matching_step(secret, typed) is not None


def _matching_step(secret: bytes, typed: str) -> int | None:
    return second_factor.matching_step(secret, codes.fold_digits(typed), time.time())


def use_up_attempt(attempt: str) -> bool:
    """Whether nobody has completed this pending sign-in yet; from now on, somebody has.

    Parallel requests have all read the session before the first of them ended the wait.
    """
    return _use_once("sign-in", attempt.encode(), 2 * settings.ACCOUNT_LOGIN_TIMEOUT)


def _use_once(what: str, secret: bytes, seconds: int) -> bool:
    # In memory only, and under a name that nobody can trace. The cache adds atomically; a budget
    # of one would not do, since it is fresh again when its fixed window ends.
    name = hmac.digest(settings.BUDGET_KEY, secret, "sha256").hex()
    return bool(cache.add(f"used-{what}-{name}", 1, seconds))


def _use_paper_code(ring: KeyRing, member: Member, step: SecondStep, typed: str) -> bool:
    folded = codes.fold_characters(typed).encode("utf-8", "replace")
    left = tuple(code for code in step.paper if not network.equal(code.encode(), folded))
    if len(left) == len(step.paper):
        return False
    store_settings(ring, member, replace(step, paper=left))
    member.save(update_fields=SAVED)
    return True
