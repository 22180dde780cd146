"""From pseudonym and passphrase to keys: Argon2id (RFC 9106), then HKDF (RFC 5869).

    root = Argon2id(folded passphrase, salt = SHA-256(label ‖ instance salt ‖ folded pseudonym))
    handle, verifier, kek = HKDF(root, salt = pepper)

The handle finds the row, the verifier is compared, the key encryption key (kek) opens the member's
seed. The table holds no pseudonym and no hash of one: without the passphrase, a list of pseudonyms
cannot be tested against it.
"""

import hashlib
import os
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

from safety_app.vault.boxes import derive
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultBusy
from safety_app.vault.typing_folds import fold_typing


@dataclass(frozen=True)
class Cost:
    """Argon2id parameters: passes, memory in KiB, lanes."""

    passes: int
    memory: int
    lanes: int


# Twice the memory of RFC 9106, section 4, second recommended option: 128 MiB.
PRODUCTION_COST = Cost(passes=3, memory=128 * 1024, lanes=4)

# Each run takes 128 MiB: two at once stay under 300 MiB, however many people sign in.
RUNNING = 2
_SLOTS = threading.BoundedSemaphore(RUNNING)
# Running or waiting. More would hold threads that other pages need: they are told at once.
_PLACES = threading.BoundedSemaphore(3 * RUNNING)

# Letters that keyboards put for others, and that no decomposition takes apart.
_PLAIN_LETTERS = str.maketrans(
    {"\u0131": "i", "\u0153": "oe", "\u00e6": "ae", "\u00f8": "o", "\u0142": "l", "\u0111": "d"}
)
# Canonical combining classes of what can be left out when writing: the points of Hebrew and Arabic,
# and accents. Signs of other classes are vowels and tones.
_POINTS, _ACCENTS = range(10, 36), range(200, 241)


def _step_back() -> None:
    """Let every other thread of this program go first. Argon2's lanes are threads of their own,
    a dozen at once, and inherit this.
    """
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


# Stretching takes all processors for a second. Who has signed in already, or wants to leave, must
# not share them by equal parts with all who come in. Threads of its own, as nothing can raise a
# priority again.
_STEPPING_BACK = ThreadPoolExecutor(RUNNING, "stretching", initializer=_step_back)


@dataclass(frozen=True)
class SignInKeys:
    """The result of one Argon2id run: three keys of 32 bytes."""

    handle: bytes
    verifier: bytes
    kek: bytes


def fold_pseudonym(pseudonym: str) -> str:
    """One spelling for all ways of typing it: `fold_typing`, without spaces and punctuation.

    What consists of nothing else keeps it.
    """
    folded = fold_typing(pseudonym)
    kept = "".join(c for c in folded if unicodedata.category(c)[0] not in "CPZ")
    return unicodedata.normalize("NFKC", kept) or folded


def fold_passphrase(typed: str) -> str:
    """The spelling that is stretched, and whose strength is estimated: letters and digits only.

    `fold_typing`, then without spaces, hyphens, punctuation, symbols and accents; a zero is the
    letter o unless there are other digits. Folding twice changes nothing. Passphrases made here
    differ in their letters alone, so nothing is lost of them.
    """
    parts = unicodedata.normalize("NFKD", fold_typing(typed)).translate(_PLAIN_LETTERS)
    letters = unicodedata.normalize("NFKC", "".join(filter(_is_kept, parts)))
    if not any("1" <= character <= "9" for character in letters):
        letters = letters.replace("0", "o")
    return letters


def _is_kept(character: str) -> bool:
    """Letters, digits, and signs that are not accents."""
    kind, sign = unicodedata.category(character)[0], unicodedata.combining(character)
    return kind in "LN" or (kind == "M" and sign not in _POINTS and sign not in _ACCENTS)


def stretch(
    pseudonym: str, passphrase: str, *, instance_salt: bytes, pepper: bytes, cost: Cost
) -> SignInKeys:
    """One Argon2id run (about 0.4 seconds and 128 MiB at production cost), the same for all
    input.

    `instance_salt` (16 bytes or more) is stored beside the data, `pepper` (32 bytes) apart from
    it. Raises VaultBusy at once when six are running or waiting, or memory is short.
    """
    salt = hashlib.sha256(
        make_context(
            "sign-in salt", instance_salt, fold_pseudonym(pseudonym).encode("utf-8", "replace")
        )
    ).digest()
    secret = fold_passphrase(passphrase).encode("utf-8", "replace")
    if not _PLACES.acquire(blocking=False):
        raise VaultBusy("passphrase: too many at once")
    try:
        with _SLOTS:
            stretching = (secret, salt, cost.passes, cost.memory, cost.lanes, 32, Type.ID)
            root = _STEPPING_BACK.submit(hash_secret_raw, *stretching).result()
    except (HashingError, RuntimeError) as failure:  # its 128 MiB, or a thread, could not be had
        raise VaultBusy("passphrase: no memory") from failure
    finally:
        _PLACES.release()
    return SignInKeys(
        handle=derive(root, "sign-in handle", salt=pepper),
        verifier=derive(root, "sign-in verifier", salt=pepper),
        kek=derive(root, "sign-in kek", salt=pepper),
    )
