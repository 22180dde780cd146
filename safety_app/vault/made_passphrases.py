"""Passphrases made here, at random: made-up words, or words of a language.

Made-up words are open syllables, which can be read aloud and written down in any script. Words of
a language come from the lists of the `diceware` package. What is stretched has no spaces
(`vault.passphrase.fold_passphrase`), so no word that is left of a list begins another: however the
spaces are lost, a run of letters is one row of words only, and all the bits stay.
"""

from __future__ import annotations

import importlib.resources
import math
import secrets
from functools import lru_cache

from safety_app.vault.codes import SYLLABLES
from safety_app.vault.passphrase import fold_passphrase

MIN_BITS = 70
SYLLABLES_PER_WORD = 3
SOUND_WORDS = 4  # 12 syllables: 75.8 bits
# The list of each language that has one. Others get made-up words.
LISTS = {
    "ca": "wordlist_ca.txt",
    "de": "wordlist_de.txt",
    "en": "wordlist_en_eff.txt",
    "es": "wordlist_es.txt",
    "fr": "wordlist_fr.txt",
    "it": "wordlist_it.txt",
    "pt-br": "wordlist_pt-br.txt",
}
_SHORTEST = 3  # letters; shorter ones are mostly abbreviations


class MadePassphrase(str):
    """A passphrase made here. Whoever holds a network key has one.

    Text that somebody typed becomes one only when it is the one that its form was offered
    (`accounts.keys.passphrase_offers`). It is a type and no shape, so that nobody can make one up.
    """

    __slots__ = ()


def new_passphrase(language: str = "") -> MadePassphrase:
    """Six or so words of a language, at least 70 bits; made-up words where it has no list.

    For example `bodafi kemoru tisane lovagu` (75.8 bits).
    """
    words = word_list(language) if language in LISTS else ()
    if words:
        return MadePassphrase(" ".join(secrets.choice(words) for _ in range(word_count(language))))
    return MadePassphrase(
        " ".join(
            "".join(secrets.choice(SYLLABLES) for _ in range(SYLLABLES_PER_WORD))
            for _ in range(SOUND_WORDS)
        )
    )


def word_count(language: str) -> int:
    """How many words of a list make 70 bits."""
    return math.ceil(MIN_BITS / math.log2(len(word_list(language))))


@lru_cache(maxsize=len(LISTS))
def word_list(language: str) -> tuple[str, ...]:
    """The words of a language as they are shown, each beginning no other when folded."""
    # The package's own look-up also searches the home directory.
    file = importlib.resources.files("diceware") / "wordlists" / LISTS[language]
    shown: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        word = line.split()[-1] if line.strip() else ""
        folded = fold_passphrase(word)
        if word.isalpha() and folded.isascii() and len(folded) >= _SHORTEST:
            shown.setdefault(folded, word)
    folded_words = sorted(shown)
    # Sorted, whatever a word begins stands right behind it.
    return tuple(
        shown[word]
        for word, next_word in zip(folded_words, [*folded_words[1:], ""], strict=True)
        if not next_word.startswith(word)
    )
