"""How hard a passphrase is to guess. The estimator is zxcvbn (Wheeler, USENIX Security 2016)."""

from __future__ import annotations

import math
import re

from zxcvbn.matching import L33T_TABLE, RANKED_DICTIONARIES, build_ranked_dict, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence

from safety_app.vault.passphrase import fold_passphrase, fold_pseudonym
from safety_app.vault.typing_folds import fold_typing

MIN_BITS = 60
_LONGEST_ESTIMATED = 72  # characters, as in zxcvbn itself
# zxcvbn's time doubles with each kind of look-alike ("4" for "a"). Beyond what people use in one
# passphrase, a form could keep the server busy for minutes.
_LOOK_ALIKES = frozenset("".join("".join(symbols) for symbols in L33T_TABLE.values()))
_MOST_LOOK_ALIKES = 5
_GENERATED = re.compile(r"(?:[bdfghjklmnprstvz][aeiou]){3}(?: (?:[bdfghjklmnprstvz][aeiou]){3}){3}")
_FEWEST_SYLLABLES = 6  # different ones of twelve; fewer occur by chance once in 17 million


def strength_bits(typed: str, pseudonym: str) -> float:
    """The estimated strength in bits: log2 of the guesses for someone who knows the pseudonym.

    Of the spelling that is stretched: what is forgiven when typing adds nothing.

    zxcvbn's own entry point stores the latest user inputs in a global shared by all threads, so
    the two steps behind it are called with dictionaries of our own.
    """
    text = _limit_look_alikes(fold_passphrase(typed)[:_LONGEST_ESTIMATED])
    if not text:
        return 0.0
    name = fold_typing(pseudonym)
    from_pseudonym = build_ranked_dict([name, fold_pseudonym(pseudonym), *name.split()])
    matches = omnimatch(text, {**RANKED_DICTIONARIES, "user_inputs": from_pseudonym})
    return math.log2(float(most_guessable_match_sequence(text, matches)["guesses"]))


def _limit_look_alikes(text: str) -> str:
    """The text with all but the first few kinds of look-alikes replaced by a neutral character."""
    kinds = list(dict.fromkeys(character for character in text if character in _LOOK_ALIKES))
    return text.translate({ord(kind): "\u25a1" for kind in kinds[_MOST_LOOK_ALIKES:]})


def offered_in(typed: str) -> str:
    """The offered passphrase that a form brought back, folded; empty if it is not one of ours."""
    return fold_passphrase(typed) if is_generated(typed) else ""


def is_generated(typed: str) -> bool:
    """Whether it has the form of a passphrase we offer: four words of three syllables.

    Offered passphrases are not remembered, so a determined moderator can make one up in that
    form. With enough different syllables it is about as good.
    """
    text = fold_passphrase(typed)
    syllables = re.findall(r"[a-z]{2}", text)
    return bool(_GENERATED.fullmatch(text)) and len(set(syllables)) >= _FEWEST_SYLLABLES
