"""Which glossary words occur in a text, and which advice a translation does not follow.

Words are compared without capitals and accents and with an "s" or "es" at their end or without.
Scripts that do not part words with spaces have no beginnings and ends of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q
from django.utils.translation import gettext as _

from resources.text import text_normalise
from resources.text.scripts import THAI_AND_LAO, UNSPACED
from resources.translation.models import Term
from safety_app.locales.phrases import join_words

_LETTER = rf"[^\W_{UNSPACED}]"
_NO_THAI = re.compile(f"[^{THAI_AND_LAO}]+")
_TARGET = re.compile(r"\]\([^)\s]*\)")


@dataclass(frozen=True)
class GlossaryAdvice:
    """What the glossary says about a word: what to write, what not, whether it stays, and why."""

    term: str
    preferred: tuple[str, ...]
    avoided: tuple[str, ...]
    keep: bool
    note: str


def advice_for(source_language: str, language: str) -> list[GlossaryAdvice]:
    """All advice for translations between two languages, sorted by word.

    An entry for this language overrides one for all languages.
    """
    rows = Term.objects.filter(Q(language="") | Q(language=language))
    chosen: dict[str, Term] = {}
    for row in rows.filter(source_language=source_language).order_by("language", "term"):
        if says_something(row):
            chosen[fold(row.term)] = row
    return [
        GlossaryAdvice(
            row.term, split_list(row.preferred), split_list(row.avoided), bool(row.keep), row.note
        )
        for _folded, row in sorted(chosen.items())
    ]


def says_something(term: Term) -> bool:
    """Whether an entry says anything. One that came with the program and was deleted does not."""
    return bool(term.preferred or term.avoided or term.keep or term.note)


def advice_in_text(text: str, source_language: str, language: str) -> list[GlossaryAdvice]:
    """What the glossary says about the words of an original, by word."""
    return advice_among(text, advice_for(source_language, language))


def advice_among(text: str, entries: Iterable[GlossaryAdvice]) -> list[GlossaryAdvice]:
    """Those of `entries` whose word occurs in a text."""
    folded = _searchable(text)
    return [entry for entry in entries if _pattern(entry.term).search(folded)]


def glossary_warnings(
    source: str, translation: str, source_language: str, language: str
) -> list[str]:
    """Messages about glossary advice that a translation does not follow."""
    entries = advice_for(source_language, language)
    return warnings_among(source, translation, entries)


def warnings_among(source: str, translation: str, entries: list[GlossaryAdvice]) -> list[str]:
    """The same, with the entries that `advice_for` gave."""
    here = advice_among(source, entries)
    written = _searchable(translation)
    # "worker" may be avoided where "sex worker" is what to write.
    rest = _without(written, {word for entry in here for word in entry.preferred})
    messages = []
    for entry in entries:
        avoided_here = [word for word in entry.avoided if _pattern(word).search(rest)]
        others = _without(rest, entry.preferred) if avoided_here else rest
        messages += [
            _avoided_word_message(word, entry.preferred)
            for word in avoided_here
            if _pattern(word).search(others)
        ]
    for entry in here:
        if entry.keep and not _pattern(entry.term).search(written):
            missing = _("“%(word)s” stays as it is in every language, and it is missing here.")
            messages.append(missing % {"word": entry.term})
    return messages


def split_list(words: str) -> tuple[str, ...]:
    """The words of a field in which commas join them."""
    return tuple(word for part in re.split("[,،、，]", words) if (word := part.strip()))


def fold(text: str) -> str:
    """For comparing: without capitals and accents, but for Thai tones, which tell words apart."""
    return _NO_THAI.sub(lambda match: text_normalise.fold(match[0]), text.replace("’", "'"))


def _without(folded: str, words: Iterable[str]) -> str:
    """A folded text, the longest of the words taken out first."""
    for word in sorted(words, key=len, reverse=True):
        folded = _pattern(word).sub(" ", folded)
    return folded


def _avoided_word_message(word: str, preferred: tuple[str, ...]) -> str:
    if not preferred:
        return _("“%(word)s” is a word to avoid.") % {"word": word}
    better = join_words(preferred)
    return _("“%(word)s” is a word to avoid. Better: %(better)s.") % {
        "word": word,
        "better": better,
    }


def _searchable(markdown: str) -> str:
    """A text for searching, without the addresses of its links."""
    return fold(_TARGET.sub("] ", markdown))


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in fold(word).split()]
    if not parts:
        return re.compile(r"(?!)")
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, fold(word).strip()) else ""
    after = rf"(?:e?s)?(?!{_LETTER})" if re.search(rf"{_LETTER}\Z", fold(word).strip()) else ""
    return re.compile(before + r"\s+".join(parts) + after)
