"""Redacting words: from an alert's text, what helped, marks and city, and from its names.

Whoever redacts ticks words. Words that stand beside each other are one phrase, and a phrase goes
wherever it stands. Several phrases travel as the lines of one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from alerts.content import Report

GAP = "[…]"
SHORTEST = 2
_GAPS = re.compile(r"\[…\](?:\s*\[…\])+")
# Thai to Burmese, Khmer, kana and Chinese characters: no spaces between words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_SPACED = re.compile(rf"(?![{_UNSPACED}])\w")
_OUTER_MARKS = re.compile(r"^[^\w@+#]+|[^\w]+$")


class PhraseMissing(LookupError):
    """The alert does not contain the phrase."""


@dataclass(frozen=True)
class Word:
    """A word to tick: its value in the form, and where it stands in its passage."""

    value: str
    start: int
    end: int
    text: str


def passages_of(report: Report, notes: Mapping[int, str]) -> dict[str, str]:
    """The texts in which words can be ticked, by a short key; `notes` are those of confirmations,
    by their rows' ids.
    """
    names = [reported.shown for reported in report.identifiers if reported.kind == "name"]
    passages = {
        "t": report.text,
        "h": report.helped,
        "m": report.marks,
        "c": report.city,
        **{f"i{number}": name for number, name in enumerate(names)},
        **{f"n{row}": note for row, note in notes.items()},
    }
    return {key: text for key, text in passages.items() if text.strip()}


def words_of(key: str, text: str) -> list[Word]:
    """The words of a passage: what spaces separate, or single signs where a script has none."""
    return [
        Word(f"{key}-{number}", match.start(), match.end(), match[0])
        for number, match in enumerate(_WORD.finditer(text))
    ]


def phrase_of(passages: Mapping[str, str], chosen: Iterable[str]) -> str:
    """The phrases of the ticked words, one a line; empty if there are none."""
    ticked = set(chosen)
    phrases: dict[str, None] = {}
    for key, text in passages.items():
        run: list[Word] = []
        for word in [*words_of(key, text), None]:
            if word is not None and word.value in ticked:
                run.append(word)
            elif run:
                phrase = " ".join(text[run[0].start : run[-1].end].split())
                phrases[_OUTER_MARKS.sub("", phrase) or phrase] = None
                run = []
    return "\n".join(phrases)


def gapped(text: str, phrase: str) -> str:
    """`text` with every occurrence of each line of the phrase replaced by "[…]".

    Case and the kind of white space between words are ignored. A word inside a longer one stays.
    """
    changed = text
    for line in filter(None, map(str.strip, phrase.splitlines())):
        before = r"(?<!\w)" if _SPACED.match(line) else ""
        after = r"(?!\w)" if _SPACED.match(line[-1]) else ""
        words = r"\s+".join(map(re.escape, line.split()))
        changed = re.sub(before + words + after, GAP, changed, flags=re.IGNORECASE)
    return _GAPS.sub(GAP, changed) if changed != text else text


def is_too_short(phrase: str) -> bool:
    """Whether a line is too short to be taken out wherever it stands; also for no line at all."""
    lines = [line.strip() for line in phrase.splitlines() if line.strip()]
    return not lines or any(len(line) < SHORTEST for line in lines)


def redacted(report: Report, phrase: str) -> Report:
    """The report without the phrase. A name that contains it is removed, other identifiers stay.

    Raises PhraseMissing.
    """
    changed = replace(
        report,
        text=gapped(report.text, phrase),
        helped=gapped(report.helped, phrase),
        marks=gapped(report.marks, phrase),
        city=gapped(report.city, phrase),
        identifiers=tuple(
            reported
            for reported in report.identifiers
            if reported.kind != "name" or gapped(reported.shown, phrase) == reported.shown
        ),
    )
    if changed == report:
        raise PhraseMissing
    return replace(changed, moderated=True)
