"""Checks of a translation before it is saved: numbers, links, placeholders, structure.

An error blocks; a warning is shown and leaves the decision to a person. Text in, words out: no
tables. What the glossary says comes from `glossary_warnings`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from resources.text.markdown import link_addresses, plain_words
from resources.text.scripts import HAN_AND_KANA, HANGUL
from resources.text.segments import LONGEST, parse, split
from resources.translation.numbers import numbers_differ
from safety_app.locales.phrases import join_signs
from safety_app.privacy.text_fields import tidy

# Shorter originals say too little about how long a translation should be, in characters.
LEAST_TO_COMPARE = 60
SHORTEST_PART, LONGEST_PART = 0.4, 2.5

_PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[a-z]")
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|page:)[^\s()<>\[\]\"]+", re.I)
_ITEM = re.compile(r"^[^\S\n]*(?:[-*+]|\d{1,9}[.)])\s+", re.M)
_HEADING = re.compile(r"^(#{1,6})\s")
_ONE_LINE = {"title", "answer"}
# A letter of these says about as much as three of an alphabet.
_DENSE = re.compile(f"[{HAN_AND_KANA}{HANGUL}]")


@dataclass(frozen=True)
class TextProblem:
    """A problem of a translation, with a message for its translator."""

    kind: Literal["error", "warning"]
    message: str

    @property
    def blocks(self) -> bool:
        """Whether the translation must not be saved like this."""
        return self.kind == "error"


def tidy_translation(role: str, text: str) -> str:
    """A translation as stored: no control or bidi characters; titles on one line."""
    text = tidy(text)
    if role in _ONE_LINE:
        return " ".join(text.split())
    return "\n".join(line.rstrip() for line in text.split("\n"))


def translation_problems(role: str, source: str, translation: str) -> list[TextProblem]:
    """What is wrong, errors first. `role` is the segment's; `translation` is tidied already."""
    if not translation.strip():
        return [TextProblem("error", _("There is no text yet."))]
    if len(translation) > LONGEST:
        over = len(translation) - LONGEST
        words = _("The text is too long by this many characters: %(over)s.") % {"over": over}
        return [TextProblem("error", words)]
    before, after = _read(role, source), _read(role, translation)
    errors = list(_number_errors(before, after))
    warnings: list[str] = []
    if role != "keywords":
        errors += _link_errors(_links_of(source, before), _links_of(translation, after))
        errors += _placeholder_errors(source, translation)
        errors += _form_errors(role, source, translation)
        warnings += _warnings(source, translation)
    return [TextProblem("error", message) for message in errors] + [
        TextProblem("warning", message) for message in warnings
    ]


def _number_errors(source: str, translation: str) -> Iterator[str]:
    lost, added = numbers_differ(_prose(source), _prose(translation))
    if lost:
        yield _(
            "Numbers of the original that are missing here: %(numbers)s. Write them in digits."
        ) % {"numbers": join_signs(dict.fromkeys(lost))}
    if added:
        yield _("Numbers here that are not in the original: %(numbers)s.") % {
            "numbers": join_signs(dict.fromkeys(added))
        }


def _read(role: str, text: str) -> str:
    """A text as readers see it: numbers that occur only in Markdown syntax do not count."""
    if role != "body":
        return text
    block = parse(text)
    heading = block.label if block.kind == "fact" else ""
    return f"{heading}\n{plain_words(block.markdown)}"


def _prose(text: str) -> str:
    """A text without addresses, which are checked elsewhere."""
    return _ADDRESS.sub(" ", text)


def _link_errors(before: Counter[str], after: Counter[str]) -> Iterator[str]:
    lost, added = _apart(before, after)
    if lost:
        yield _("Links of the original that are missing here: %(links)s.") % {"links": lost}
    if added:
        yield _("Links here that are not in the original: %(links)s.") % {"links": added}


def _links_of(text: str, read: str) -> Counter[str]:
    """Link targets, and addresses in plain text."""
    pressed: Counter[str] = Counter(link_addresses(parse(text).markdown))
    return pressed | _addresses(text) | _addresses(read)


def _addresses(text: str) -> Counter[str]:
    return Counter(address.rstrip(".,;:!?'*_`") for address in _ADDRESS.findall(text))


def _placeholder_errors(source: str, translation: str) -> Iterator[str]:
    lost, added = _apart(
        Counter(_PLACEHOLDER.findall(source)), Counter(_PLACEHOLDER.findall(translation))
    )
    if lost:
        yield _("Copy these from the original exactly as they are: %(names)s.") % {"names": lost}
    if added:
        yield _("These are not in the original, remove them: %(names)s.") % {"names": added}


def _form_errors(role: str, source: str, translation: str) -> Iterator[str]:
    if role != "body":
        return
    before, after = parse(source), parse(translation)
    if before.kind == "local" and (after.kind, after.label) != (before.kind, before.label):
        yield _(
            "Begin with the line %(first)s and end with the line %(last)s, as the original."
        ) % {
            "first": f"::: local {before.label}",
            "last": ":::",
        }
    elif before.kind == "fact" and after.kind != "fact":
        yield _(
            "Begin with %(first)s and the heading in the same line, and end with the line "
            "%(last)s, as the original."
        ) % {"first": "::: fact", "last": ":::"}
    elif before.kind == "text" and ":::" in translation and ":::" not in source:
        yield _("The original has no box: remove the lines that begin with %(mark)s.") % {
            "mark": ":::"
        }
    elif len(split(translation)) != len(split(source)):
        yield _("This is one paragraph: remove the empty lines.")
    if _heading(before.markdown) != _heading(after.markdown):
        yield _("Begin with the same number of %(mark)s as the original.") % {"mark": "#"}


def _heading(text: str) -> int:
    """The level of a heading; 0 if it is none."""
    match = _HEADING.match(text)
    return len(match[1]) if match else 0


def _warnings(source: str, translation: str) -> Iterator[str]:
    if translation.strip() == source.strip() and any(letter.isalpha() for letter in source):
        yield _("It is the same as the original.")
    items, own = len(_ITEM.findall(source)), len(_ITEM.findall(translation))
    if items != own:
        yield _("Points in the list: %(items)s in the original, %(own)s here.") % {
            "items": items,
            "own": own,
        }
    part = _size(translation) / max(_size(source), 1)
    if _size(source) >= LEAST_TO_COMPARE and part < SHORTEST_PART:
        yield _("It is much shorter than the original. Is anything missing?")
    if _size(source) >= LEAST_TO_COMPARE and part > LONGEST_PART:
        yield _("It is much longer than the original. Does it say more?")


def _size(text: str) -> int:
    return len(text) + 2 * len(_DENSE.findall(text))


def _apart(before: Counter[str], after: Counter[str]) -> tuple[str, str]:
    """What is missing and what is added, each as a list."""
    return join_signs(sorted((before - after).elements())), join_signs(
        sorted((after - before).elements())
    )
