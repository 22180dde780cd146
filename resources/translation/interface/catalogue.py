"""The texts of the interface in one language, as the program came with them, for translators.

Read from the catalogue's source, which has what the compiled one lacks: where a text is used, and
what its author says to translators.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.utils.translation import to_locale

from resources.text.segments import digest
from resources.text.text_normalise import fold
from safety_app.locales.catalogue_checks import Text, WordRule, word_rules
from safety_app.locales.catalogue_files import folder_of, source_path

# Whoever reads these needs them for their health.
HEALTH = re.compile(r"\bdoctor/|pages/(?:help_)?now\b")
# So many languages' texts stay in memory.
_MOST_LANGUAGES = 4


@dataclass(frozen=True)
class CatalogueText:
    """A text in English and in one language; `places` are the files it is used in."""

    text: Text
    forms: tuple[str, ...]
    places: tuple[str, ...]
    comments: tuple[str, ...]

    @cached_property
    def key(self) -> str:
        """32 hex digits that name it in addresses and in the database."""
        return text_key(self.text)

    @property
    def is_about_health(self) -> bool:
        """Whether somebody with more responsibility has to approve it."""
        return any(HEALTH.search(place) for place in self.places)

    @cached_property
    def folded(self) -> str:
        """Everything it says, for searching."""
        return fold("\n".join((*self.text.sources, *self.forms)))


def text_key(text: Text) -> str:
    """Another one for every context and English."""
    return digest(f"{text.context}\x04{text.english}")


@lru_cache(maxsize=_MOST_LANGUAGES)
def texts(language: str) -> dict[str, CatalogueText]:
    """All texts of the interface, by key, in the order of the catalogue."""
    with source_path(language).open("rb") as stream:
        catalogue = read_po(stream, locale=to_locale(language))
    found = [_read(message) for message in catalogue if message.id]
    return {one.key: one for one in found}


def rules(language: str) -> tuple[WordRule, ...]:
    """Which words are wanted and avoided in a language."""
    return word_rules(folder_of(language))


def find(language: str, query: str, most: int) -> list[CatalogueText]:
    """Texts that have every word of a query, the shortest first: what is seen on the screen."""
    words = fold(query).split()
    if not words:
        return []
    found = [one for one in texts(language).values() if all(word in one.folded for word in words)]
    return sorted(found, key=lambda one: len(one.folded))[:most]


def _read(message: Message) -> CatalogueText:
    english, plural = (message.id, "") if isinstance(message.id, str) else message.id
    string = message.string or ""
    forms: Iterable[str | None] = [string] if isinstance(string, str) else string
    return CatalogueText(
        Text(english, plural, message.context or ""),
        tuple(form or "" for form in forms),
        tuple(dict.fromkeys(place for place, _line in message.locations)),
        tuple(line.removeprefix("Translators:").strip() for line in message.auto_comments),
    )
