"""From pseudonym and passphrase to keys: Argon2id (RFC 9106), then HKDF (RFC 5869).

    root = Argon2id(folded passphrase, salt = SHA-256(label ‖ instance salt ‖ folded pseudonym))
    handle, verifier, kek = HKDF(root, salt = pepper)

The handle finds the row, the verifier is compared, the key encryption key (kek) opens the member's
seed. The table holds no pseudonym and no hash of one: without the passphrase, a list of pseudonyms
cannot be tested against it.
"""

import hashlib
import os
import re
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

from safety_app.vault.boxes import derive
from safety_app.vault.codes import CONSONANTS, SYLLABLES_PER_WORD, VOWELS, WORDS
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultBusy
from safety_app.vault.typing_folds import fold_typing


@dataclass(frozen=True)
class Cost:
    """Argon2id parameters: passes, memory in KiB, lanes."""

    passes: int
    memory: int
    lanes: int


# RFC 9106, section 4, second recommended option: 64 MiB.
PRODUCTION_COST = Cost(passes=3, memory=64 * 1024, lanes=4)

# Each run takes 64 MiB: three at once stay under 200 MiB, however many people sign in.
_SLOTS = threading.BoundedSemaphore(3)
# Running or waiting. More would hold threads that other pages need: they are told at once.
_PLACES = threading.BoundedSemaphore(9)

_WORD = 2 * SYLLABLES_PER_WORD  # letters
_SYLLABLES_ONLY = re.compile(f"(?:[{CONSONANTS}][{VOWELS}]){{{WORDS * SYLLABLES_PER_WORD}}}")
_LOOK_ALIKES = str.maketrans("0\u0131", "oi")  # zero; a Turkish keyboard's dotless i
# Full stops of Latin, Chinese, Hindi and Urdu: two taps on a phone's space bar write one.
_STOPS = ".\u3002\u0964\u06d4"
_BREAKS = re.compile(f"(?:[{_STOPS}]*[ -]+)+|[{_STOPS}]+$")


def _step_back() -> None:
    """Let every other thread of this program go first. Argon2's lanes are threads of their own,
    a dozen at once, and inherit this.
    """
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


# Stretching takes all processors for a second. Who has signed in already, or wants to leave, must
# not share them by equal parts with all who come in. Threads of its own, as nothing can raise a
# priority again.
_STEPPING_BACK = ThreadPoolExecutor(3, "stretching", initializer=_step_back)


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
    """The spelling that is stretched, and whose strength is estimated.

    A passphrase made here has only syllables to tell it from others, so everything else is
    forgiven. In one that a person chose, `fold_typing`, hyphens as spaces, and full stops gone
    where a phone puts them: before a space and at the end.
    """
    folded = fold_typing(typed)
    return _made_here(folded) or _BREAKS.sub(" ", folded).strip()


def _made_here(folded: str) -> str:
    """The four words if the letters are those of a passphrase made here, else nothing."""
    parts = unicodedata.normalize("NFKD", folded).translate(_LOOK_ALIKES)
    letters = "".join(c for c in parts if c.isalnum())
    words = (letters[at : at + _WORD] for at in range(0, len(letters), _WORD))
    return " ".join(words) if _SYLLABLES_ONLY.fullmatch(letters) else ""


def stretch(
    pseudonym: str, passphrase: str, *, instance_salt: bytes, pepper: bytes, cost: Cost
) -> SignInKeys:
    """One Argon2id run (about half a second and 64 MiB at production cost), the same for all
    input.

    `instance_salt` (16 bytes or more) is stored beside the data, `pepper` (32 bytes) apart from
    it. Raises VaultBusy at once when nine are running or waiting, or memory is short.
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
    except HashingError as failure:  # its 64 MiB could not be had
        raise VaultBusy("passphrase: no memory") from failure
    finally:
        _PLACES.release()
    return SignInKeys(
        handle=derive(root, "sign-in handle", salt=pepper),
        verifier=derive(root, "sign-in verifier", salt=pepper),
        kek=derive(root, "sign-in kek", salt=pepper),
    )
