"""How hard a passphrase that somebody chose is to guess.

The estimator is zxcvbn (Wheeler, USENIX Security 2016), with what it does not know of other
languages (`well_known`). Whoever holds a network key has a passphrase made here instead.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings

from safety_app.accounts.keys.well_known import is_ideograph, keyboards, sentence_bits
from safety_app.vault.passphrase import fold_passphrase, fold_pseudonym
from safety_app.vault.typing_folds import fold_typing

MIN_BITS = 60
_LONGEST_ESTIMATED = 72  # characters, as in zxcvbn itself
# zxcvbn's time doubles with each kind of look-alike ("4" for "a"). Beyond what people use in one
# passphrase, a form could keep the server busy for minutes.
_MOST_LOOK_ALIKES = 5


def strength_bits(typed: str, pseudonym: str) -> float:
    """The estimated strength in bits: log2 of the guesses for someone who knows the pseudonym and
    the name of the site.

    Of the spelling that is stretched: what is forgiven when typing adds nothing.
    """
    text = fold_passphrase(typed)[:_LONGEST_ESTIMATED]
    return min(_zxcvbn_bits(text, pseudonym), sentence_bits(text)) if text else 0.0


def _zxcvbn_bits(folded: str, pseudonym: str) -> float:
    """zxcvbn's own entry point stores the latest user inputs in a global shared by all threads, so
    the two steps behind it are called with dictionaries of our own.
    """
    text = _widen_ideographs(_limit_look_alikes(folded))
    names = [fold_typing(pseudonym), fold_typing(settings.SITE_NAME)]
    words = [word for name in names for word in [name, *name.split()]]
    known = _matching().build_ranked_dict([fold_pseudonym(pseudonym), *map(fold_passphrase, words)])
    matches = _matching().omnimatch(text, {**_matching().RANKED_DICTIONARIES, "user_inputs": known})
    matches += _matching().spatial_match(text, {**keyboards(), **_matching().GRAPHS})
    scored = import_module("zxcvbn.scoring").most_guessable_match_sequence(text, matches)
    return math.log2(float(scored["guesses"]))


@cache
def _matching() -> Any:
    """zxcvbn's half of it, with lists of words that take 12 MB: loaded for the first estimate."""
    return import_module("zxcvbn.matching")


@cache
def _look_alikes() -> frozenset[str]:
    return frozenset("".join("".join(symbols) for symbols in _matching().L33T_TABLE.values()))


def _limit_look_alikes(text: str) -> str:
    """The text with all but the first few kinds of look-alikes replaced by a neutral character."""
    known = _look_alikes()
    kinds = list(dict.fromkeys(character for character in text if character in known))
    return text.translate({ord(kind): "\u25a1" for kind in kinds[_MOST_LOOK_ALIKES:]})


def _widen_ideographs(text: str) -> str:
    """Chinese characters as two each: zxcvbn counts ten possibilities for whatever it meets."""
    return "".join(
        chr(0xE000 + (ord(c) >> 8)) + chr(0xF000 + (ord(c) & 0xFF)) if is_ideograph(c) else c
        for c in text
    )
