"""How hard a passphrase that somebody chose is to guess.

The estimator is zxcvbn (Wheeler, USENIX Security 2016), with what it does not know of other
languages (`well_known`). Whoever holds a network key has a passphrase made here instead.
"""

from __future__ import annotations

import math

from zxcvbn.matching import (
    GRAPHS,
    L33T_TABLE,
    RANKED_DICTIONARIES,
    build_ranked_dict,
    omnimatch,
    spatial_match,
)
from zxcvbn.scoring import most_guessable_match_sequence

from safety_app.accounts.keys.well_known import is_ideograph, keyboards, sentence_bits
from safety_app.vault.passphrase import fold_passphrase, fold_pseudonym
from safety_app.vault.typing_folds import fold_typing

MIN_BITS = 60
_LONGEST_ESTIMATED = 72  # characters, as in zxcvbn itself
# zxcvbn's time doubles with each kind of look-alike ("4" for "a"). Beyond what people use in one
# passphrase, a form could keep the server busy for minutes.
_LOOK_ALIKES = frozenset("".join("".join(symbols) for symbols in L33T_TABLE.values()))
_MOST_LOOK_ALIKES = 5


def strength_bits(typed: str, pseudonym: str) -> float:
    """The estimated strength in bits: log2 of the guesses for someone who knows the pseudonym.

    Of the spelling that is stretched: what is forgiven when typing adds nothing.
    """
    text = fold_passphrase(typed)[:_LONGEST_ESTIMATED]
    return min(_zxcvbn_bits(text, pseudonym), sentence_bits(text)) if text else 0.0


def _zxcvbn_bits(folded: str, pseudonym: str) -> float:
    """zxcvbn's own entry point stores the latest user inputs in a global shared by all threads, so
    the two steps behind it are called with dictionaries of our own.
    """
    text = _widen_ideographs(_limit_look_alikes(folded))
    name = fold_typing(pseudonym)
    from_pseudonym = build_ranked_dict(
        [fold_pseudonym(pseudonym), *map(fold_passphrase, [name, *name.split()])]
    )
    matches = omnimatch(text, {**RANKED_DICTIONARIES, "user_inputs": from_pseudonym})
    matches += spatial_match(text, {**keyboards(), **GRAPHS})
    return math.log2(float(most_guessable_match_sequence(text, matches)["guesses"]))


def _limit_look_alikes(text: str) -> str:
    """The text with all but the first few kinds of look-alikes replaced by a neutral character."""
    kinds = list(dict.fromkeys(character for character in text if character in _LOOK_ALIKES))
    return text.translate({ord(kind): "\u25a1" for kind in kinds[_MOST_LOOK_ALIKES:]})


def _widen_ideographs(text: str) -> str:
    """Chinese characters as two each: zxcvbn counts ten possibilities for whatever it meets."""
    return "".join(
        chr(0xE000 + (ord(c) >> 8)) + chr(0xF000 + (ord(c) & 0xFF)) if is_ideograph(c) else c
        for c in text
    )
