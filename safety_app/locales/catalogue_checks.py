"""What a program can see is wrong with a translation of the interface.

`deploy/strings.py` holds it against the catalogues, the translation desk against what somebody
suggests there. Templates put most of these texts into a page as they are, so a text must bring no
sign of HTML that its English lacks; Python fills in the others, so it must bring no sign of a
format.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from babel.messages.catalog import Catalog
from django.utils.translation import to_locale

Kind = Literal[
    "plural forms", "placeholders", "tags", "signs", "numbers", "spaces", "exclamation", "day",
    "english", "scripts", "bar", "avoided", "wanted",
]  # fmt: skip
# With one of these a page can break, or show what its English does not allow.
UNSAFE: frozenset[Kind] = frozenset({"plural forms", "placeholders", "tags", "signs"})

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")
# Signs of HTML and of formats, where they stand outside a tag or a placeholder.
_SIGN = re.compile(r"[<>&\"%{}]")
# What makes an address of a text where it is sent on, as in a message: it leads elsewhere.
_ADDRESS = re.compile(r"://|\bwww\.|@", re.IGNORECASE)
# A day may end with a full stop of its own.
DAY_AND_STOP = re.compile(r"%\((day|posted|until|expires|date|ends|last_day)\)s[.。]")
GROUPED = re.compile(r"(?<=\d)[ \u00a0\u202f.,٬'](?=\d{3}(?!\d))")
LONGEST_IN_BAR = 9
# Controls, marks of direction and what else cannot be seen, by Unicode's category.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # zero-width; they belong to the spelling of some languages


class Text(NamedTuple):
    """A text in English: its context if any, and its plural if it has one."""

    english: str
    plural: str = ""
    context: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Its one or two forms in English."""
        return (self.english, self.plural) if self.plural else (self.english,)


class WordRule(NamedTuple):
    """A line of `words.csv`: an English word, what it becomes, what is never written."""

    english: str
    wanted: str
    avoided: str


class Fault(NamedTuple):
    """What is wrong. `lost` and `added`: what of the English is missing here, what is new here."""

    kind: Kind
    lost: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _WORDS[self.kind].format(*self.added, *self.lost)


_WORDS: dict[Kind, str] = {
    "plural forms": "{} plural forms",
    "placeholders": "other placeholders",
    "tags": "other tags",
    "signs": "signs that the English lacks",
    "numbers": "other numbers",
    "spaces": "other spaces at the ends",
    "exclamation": "an exclamation mark",
    "day": "a full stop after a day",
    "english": "English",
    "scripts": "letters of two scripts in {!r}",
    "bar": f"more than {LONGEST_IN_BAR} characters",
    "avoided": "{!r}, which is avoided,",
    "wanted": "not {!r} for {!r}",
}


def plural_count(language: str) -> int:
    """How many plural forms a language has."""
    return int(Catalog(locale=to_locale(language)).num_plurals)


def faults(
    language: str, text: Text, forms: Sequence[str], rules: Sequence[WordRule] = ()
) -> Iterator[Fault]:
    """What is wrong with a translation, form by form; its forms are all there, none empty."""
    wanted = plural_count(language) if text.plural else 1
    if len(forms) != wanted:
        yield Fault("plural forms", added=(str(len(forms)),))
    for place, form in enumerate(forms, 1):
        # "One day" needs no number; the last form is that of large numbers.
        may_lack_one = bool(text.plural) and place < len(forms)
        yield from _placeholder_faults(form, text, may_lack_one=may_lack_one)
        yield from _form_faults(form, text)
        over = shown_length(form) - LONGEST_IN_BAR
        if text.context in ("bar", "exit button") and over > 0:
            yield Fault("bar", added=(str(over),))
        yield from _word_faults(form, text, rules)


def _placeholder_faults(form: str, text: Text, *, may_lack_one: bool) -> Iterator[Fault]:
    there, wanted = (Counter(PLACEHOLDER.findall(one)) for one in (form, text.sources[-1]))
    lost, added = wanted - there, there - wanted
    if added or lost.total() > int(may_lack_one):
        yield Fault("placeholders", *(tuple(sorted(one.elements())) for one in (lost, added)))


def _form_faults(form: str, text: Text) -> Iterator[Fault]:
    source = text.sources[-1]
    lost, added = _apart(Counter(TAG.findall(source)), Counter(TAG.findall(form)))
    if lost or added:
        yield Fault("tags", lost, added)
    _lost, added = _apart(Counter(_signs(source)), Counter(_signs(form)))
    if added:
        yield Fault("signs", added=added)
    if not any(_numbers(form) == _numbers(one) for one in text.sources):
        lost, added = _apart(Counter(_numbers(source)), Counter(_numbers(form)))
        yield Fault("numbers", lost, added)
    if (form[:1].isspace(), form[-1:].isspace()) != (source[:1].isspace(), source[-1:].isspace()):
        yield Fault("spaces")
    if {"!", "！"} & set(form) and "!" not in source:
        yield Fault("exclamation", added=("!",))
    if stop := DAY_AND_STOP.search(form):
        yield Fault("day", added=(stop[0][-1],))
    if form == source and len(re.findall(r"[^\W\d_]{2,}", PLACEHOLDER.sub("", source))) > 2:
        yield Fault("english")
    for word in re.findall(r"[^\W\d_]+", form):
        if len({_script(letter) for letter in word} & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            yield Fault("scripts", added=(word,))


def _signs(text: str) -> Iterator[str]:
    """Signs of HTML and formats outside tags and placeholders, and what cannot be seen."""
    rest = PLACEHOLDER.sub("", TAG.sub("", text))
    yield from _SIGN.findall(rest)
    yield from _ADDRESS.findall(rest)
    for sign in rest:
        if unicodedata.category(sign) in _INVISIBLE and sign not in _JOINERS:
            yield f"U+{ord(sign):04X}"


def _word_faults(form: str, text: Text, rules: Sequence[WordRule]) -> Iterator[Fault]:
    for rule in rules:
        if rule.avoided and (bad := re.search(rule.avoided, form, re.IGNORECASE)):
            yield Fault("avoided", added=(bad.group(),))
        said = rule.english and any(
            re.search(rf"\b({rule.english})\b", one, re.IGNORECASE) for one in text.sources
        )
        if said and rule.wanted and not re.search(rule.wanted, form, re.IGNORECASE):
            yield Fault("wanted", added=(rule.wanted,), lost=(rule.english,))


@cache
def word_rules(folder: Path) -> tuple[WordRule, ...]:
    """The rules of a language, from `words.csv` in its folder; none without such a file."""
    path = folder / "words.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return tuple(WordRule(row["english"], row["wanted"], row["avoided"]) for row in rows)


def french_spaces(text: str) -> str:
    """U+00A0 before two-part punctuation and inside quotation marks, however it was typed.

    French print has a narrow one (U+202F) in some of these places; old phones lack it.
    """
    return re.sub(r"[ \u202f](?=[;:!?»](?!:))|(?<=«)[ \u202f]", "\u00a0", text)


def shown_length(text: str) -> int:
    """How many places a text takes: signs above and below letters take none."""
    return sum(unicodedata.category(sign) != "Mn" for sign in text)


def _apart(before: Counter[str], after: Counter[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is missing and what is new, sorted."""
    lost, added = before - after, after - before
    return tuple(sorted(lost.elements())), tuple(sorted(added.elements()))


def _numbers(text: str) -> list[str]:
    """The numbers of a text in Western digits, however it writes and groups them."""
    plain = PLACEHOLDER.sub("", TAG.sub("", text)).replace("٫", ".")
    plain = "".join(str(unicodedata.digit(sign, sign)) for sign in plain)
    found = re.findall(r"\d+(?:[.,]\d+)?", GROUPED.sub("", plain))
    return sorted(number.replace(",", ".") for number in found)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
