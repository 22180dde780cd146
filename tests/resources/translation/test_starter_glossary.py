"""The glossary that comes with the program: well formed, and heeded by the pages beside it."""

from __future__ import annotations

import csv

import pytest
from django.db.models import CharField

from resources.pages.starter import read_starter_pages
from resources.translation.glossary.entries import FILE
from resources.translation.glossary.matches import (
    GlossaryAdvice,
    fold,
    split_list,
    warnings_among,
)
from resources.translation.models import Term

HEADER = ["source_language", "term", "language", "preferred", "avoided", "keep", "note"]

with FILE.open(encoding="utf-8", newline="") as _file:
    _reader = csv.DictReader(_file)
    ROWS = list(_reader)
    FIELDS = _reader.fieldnames


def _known(language: str) -> list[GlossaryAdvice]:
    """What is said about one language counts instead of what is said about all."""
    rows = sorted(ROWS, key=lambda row: row["language"])
    chosen = {fold(row["term"]): row for row in rows if row["language"] in ("", language)}
    return [
        GlossaryAdvice(
            row["term"],
            split_list(row["preferred"]),
            split_list(row["avoided"]),
            row["keep"] == "yes",
            row["note"],
        )
        for row in chosen.values()
    ]


def test_it_has_the_columns_and_each_word_once_a_language() -> None:
    assert HEADER == FIELDS
    assert len({(row["term"], row["language"]) for row in ROWS}) == len(ROWS)
    assert {row["source_language"] for row in ROWS} == {"en"}
    assert {row["language"] for row in ROWS} == {"", "es", "fr"}
    assert {row["keep"] for row in ROWS} == {"", "yes"}


def test_each_entry_fits_its_columns_and_says_why() -> None:
    for row in ROWS:
        assert row["note"]
        assert row["preferred"] or row["avoided"] or row["keep"]
        for name in ("term", "language", "preferred", "avoided", "note"):
            field = Term._meta.get_field(name)
            assert isinstance(field, CharField)
            assert len(row[name]) <= (field.max_length or 0), row


def test_what_is_preferred_is_nowhere_avoided() -> None:
    for language in ("es", "fr"):
        avoided = {fold(word) for entry in _known(language) for word in entry.avoided}
        preferred = {fold(word) for entry in _known(language) for word in entry.preferred}
        assert not avoided & preferred


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["es", "fr"])
def test_the_pages_that_come_with_it_heed_it(language: str) -> None:
    entries = _known(language)
    for page in read_starter_pages():
        for source, piece in zip(page.texts["en"], page.texts[language], strict=True):
            # Search words hold what people type, respectful or not.
            if piece.role != "keywords":
                assert not warnings_among(source.text, piece.text, entries), piece.text
