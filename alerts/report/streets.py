"""Whether a text seems to hold a street address.

Only a guess: she is asked once and has the last word. Patterns are short and bounded, since they
run over whatever people type.
"""

from __future__ import annotations

import re

from alerts.identifiers.text import ascii_digits, without_accents

_NUMBER = r"(?<![\d:.,])\d{1,4}\s?[a-d]?(?:\s?(?:bis|ter))?"
_GAP = r"[\s,.]{1,3}"
# Words that occur between a street and a number in a sentence, but not in an address.
_SENTENCE = (
    "a|at|the|in|on|of|for|and|with|then|he|she|i|we|they|my|his|her|was|sent|hours?|minutes?|"
    "times?|las|los|en|y|con|et|um|und|alle|men|mins?|days?"
)
_WORDS = rf"(?:(?!(?:{_SENTENCE})\b)[^\W\d_][^\s,;.]{{0,24}}[\s,.]{{1,3}}){{1,4}}"

# 12 rue …
_BEFORE = "rue|avenue|av|ave|boulevard|bd|bvd|blvd|place|chemin|impasse|allee|quai|cours|route"
# 12 high street; where the word has other meanings, only with a capital: 12 Long Drive
_ENGLISH = "street|road|avenue|lane|crescent|terrace"
_ENGLISH_CAPITAL = "St|Rd|Ave|Ln|Dr|Drive|Close|Court|Square|Way|Place|Hill|Park|Gardens|Row"
# calle …, 12; via … 12; ul. … 12; улица …, 12
_NAMED = (
    "calle|c/|avenida|avda|plaza|paseo|carrer|camino|ronda|travesia|carretera|via|viale|piazza|"
    "corso|vicolo|rua|travessa|praca|ulica|ul|aleja|plac|strada|str|bulevardul|calea|aleea|"
    "rruga|улица|ул|вулиця|вул|проспект|просп|переулок|пер|бульвар|бул|οδοσ|شارع|ถนน|ซอย|"
    "rue|avenue|boulevard"
)
# Hauptstraße 12, Kerkstraat 12, Storgatan 12, Fő utca 12
_JOINED = "strasse|str|gasse|platz|allee|straat|laan|gracht|kade|plein|steeg|gatan|vagen|veien|katu"
_APART = "utca|korut|sokak|sokagi|sok|cadde|caddesi|cad|mahallesi|bulvari"

_FOLDED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_NUMBER}{_GAP}(?:{_BEFORE})[\s.]+[^\W\d_]",
        rf"\b{_NUMBER}{_GAP}{_WORDS}(?:{_ENGLISH})\b",
        rf"(?:^|[\s,;(])(?:{_NAMED})(?:[\s.]+|(?<=/)){_WORDS}(?:n|no|nr|num|д|дом|№)?[\s.°º:]*"
        rf"{_NUMBER}\b",
        rf"\b[^\W\d_]{{3,30}}(?:{_JOINED})\.?\s{{0,2}}{_NUMBER}\b",
        rf"\b[^\W\d_]{{2,30}}\s(?:{_APART})\.?{_GAP}(?:no[\s.:]{{0,2}})?{_NUMBER}\b",
        r"[路街道巷弄]\s?\d{1,4}\s?[号號]",
        # Postcodes that stand for one street: United Kingdom.
        r"\b[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}\b",
    )
)
_AS_TYPED = re.compile(
    rf"\b\d{{1,4}}[A-Da-d]?,?\s(?:[A-Z][\w'’-]{{1,24}}\s){{1,3}}(?:{_ENGLISH_CAPITAL})\b"
)


def looks_like_street(text: str) -> bool:
    """True when `text` seems to name a street with a number, in one of the site's languages."""
    plain = ascii_digits(without_accents(text))
    folded = plain.casefold()
    return bool(_AS_TYPED.search(plain)) or any(pattern.search(folded) for pattern in _FOLDED)
