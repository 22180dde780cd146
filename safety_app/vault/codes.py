"""Codes on paper: invitations, recovery codes, desk recovery codes.

A code is 26 characters of Crockford's base 32 (no I, L, O, U): 130 random bits, so it needs no
stretching. It is written in groups, in either case; O reads as 0, I and L as 1. Three keys
are derived from it: a handle that finds its row, a key that opens a box, and the seed of a key
pair.

Also here: pronounceable words of a digest, to compare two keys by voice.
"""

import secrets
from dataclasses import dataclass

from safety_app.vault.boxes import derive
from safety_app.vault.errors import VaultError
from safety_app.vault.typing_folds import fold_typing

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
# Capitals that look alike: Cyrillic and Greek ones, then those that the alphabet leaves out.
_TO_LATIN = str.maketrans("АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSABEZHIKMNOPTYX")
_LOOK_ALIKES = str.maketrans("OIL", "011")
_LIKE_DIGITS = str.maketrans("SBZ", "582")
_LONGEST_TYPED = 400  # characters read of what was typed

# Open syllables can be read aloud and written down in any script: 80 of them, 6.32 bits each.
CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aeiou"
SYLLABLES = [c + v for c in CONSONANTS for v in VOWELS]
SYLLABLES_PER_WORD = 3
_DIGEST_SIZE = 32
_MOST_WORDS = 8


@dataclass(frozen=True)
class CodeKeys:
    """The keys derived from a code: `handle` (32 bytes), `key` (32 bytes), `seed` (32 bytes)."""

    handle: bytes
    key: bytes
    seed: bytes


def new_code() -> str:
    """26 characters, 130 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def show_code(code: str) -> str:
    """The code in groups: `XXXXX-XXXXX-XXXXX-XXXXX-XXXXXX`."""
    return "-".join([code[0:5], code[5:10], code[10:15], code[15:20], code[20:]])


def fold_characters(typed: str) -> str:
    """One spelling of a typed code: capitals, no separators, look-alikes as the alphabet has them.

    Of a link, the part behind `#` counts: an invitation's QR code holds the code there.
    """
    folded = fold_typing(typed[:_LONGEST_TYPED].rpartition("#")[2]).upper()
    return "".join(c for c in folded.translate(_TO_LATIN) if c.isalnum()).translate(_LOOK_ALIKES)


def fold_digits(typed: str) -> str:
    """One spelling of a typed PIN or code of digits: no separators, look-alikes as digits."""
    return fold_characters(typed).translate(_LIKE_DIGITS)


def fold_code(typed: str) -> str:
    """The 26 characters of a typed code.

    Raises VaultError when it cannot be a code.
    """
    code = fold_characters(typed)
    if len(code) != LENGTH or any(c not in ALPHABET for c in code):
        raise VaultError("code: malformed")
    return code


def code_keys(code: str, kind: str, *, pepper: bytes = b"") -> CodeKeys:
    """The keys of a folded code. `kind`: "invitation", "recovery", "desk recovery",
    "objection".
    """
    secret = code.encode("ascii")
    return CodeKeys(
        handle=derive(secret, f"{kind} handle", salt=pepper or None),
        key=derive(secret, f"{kind} key", salt=pepper or None),
        seed=derive(secret, f"{kind} seed", salt=pepper or None),
    )


def spoken(digest: bytes, words: int) -> str:
    """The words (1 to 8) of a digest (32 bytes), for comparison aloud or by eye.

    The digest is a big-endian integer; its remainders by 80, from the lowest, are the
    syllables. Each word carries 18.97 bits: four carry 75.8, six 113.8. Finding another key
    with the same words takes about that many attempts. At most 8 words leave over 100 bits
    unused, so the remainders are uniform to one part in 2^100. Raises VaultError for another
    size of digest or number of words.
    """
    if len(digest) != _DIGEST_SIZE or not 1 <= words <= _MOST_WORDS:
        raise VaultError("words: wrong size")
    left = int.from_bytes(digest, "big")
    spoken_words = []
    for _ in range(words):
        word = ""
        for _ in range(SYLLABLES_PER_WORD):
            left, syllable = divmod(left, len(SYLLABLES))
            word += SYLLABLES[syllable]
        spoken_words.append(word)
    return " ".join(spoken_words)
