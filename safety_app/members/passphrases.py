"""How hard a passphrase is to guess. The estimator is zxcvbn (Wheeler, USENIX Security 2016)."""

from __future__ import annotations

import math
import re
import unicodedata

from zxcvbn.matching import RANKED_DICTIONARIES, build_ranked_dict, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence

from safety_app.vault.passphrase import fold_pseudonym

LEAST_BITS = 60
_LONGEST_ESTIMATED = 100  # characters; its time grows with the cube
_GENERATED = re.compile(r"(?:[bdfghjklmnprstvz][aeiou]){3}(?: (?:[bdfghjklmnprstvz][aeiou]){3}){3}")
_FEWEST_SYLLABLES = 6  # different ones of twelve; chance gives fewer once in 17 million times


def spaced(typed: str) -> str:
    """NFKC with single spaces: the spelling that is stretched."""
    return " ".join(unicodedata.normalize("NFKC", typed).split())


def bits(typed: str, pseudonym: str) -> float:
    """The estimated strength in bits: log2 of the guesses needed by someone who knows her name.

    zxcvbn's own entry point keeps its last user inputs in a global that all threads share, so the
    two steps behind it are called with dictionaries of our own.
    """
    text = spaced(typed)[:_LONGEST_ESTIMATED]
    if not text:
        return 0.0
    name = fold_pseudonym(pseudonym)
    hers = build_ranked_dict([name, *name.split()])
    found = omnimatch(text, {**RANKED_DICTIONARIES, "user_inputs": hers})
    return math.log2(float(most_guessable_match_sequence(text, found)["guesses"]))


def is_generated(typed: str) -> bool:
    """Whether it has the form of a passphrase we offer: four words of three syllables.

    The offered ones are not remembered, so a moderator who takes the trouble can make up one of
    that form; with enough different syllables it is about as good.
    """
    text = spaced(typed).lower()
    syllables = re.findall(r"[a-z]{2}", text)
    return bool(_GENERATED.fullmatch(text)) and len(set(syllables)) >= _FEWEST_SYLLABLES
