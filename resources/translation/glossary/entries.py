"""Entries of the glossary: validation, adding, changing, removing, loading the starter ones.

Loading adds missing words and changes nothing else. When somebody removes a starter word, its row
is kept, emptied, so that the next load does not bring it back.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from resources.text.segments import digest
from resources.translation.glossary.matches import fold, says_something, split_list
from resources.translation.models import Term
from safety_app.privacy.storage import checkpoint_wal

FILE = Path(__file__).with_name("data") / "starter_glossary.csv"
LONGEST = {"term": 80, "preferred": 160, "avoided": 160, "note": 300}  # characters
COLUMNS = ("source_language", "term", "language", "preferred", "avoided", "keep", "note")


class GlossaryFileError(Exception):
    """A glossary file that cannot be loaded; the message names line and field."""


class DuplicateTerm(Exception):
    """The word is in the glossary already, for this language."""


class TermChanged(Exception):
    """The entry changed after it was shown."""


@dataclass(frozen=True)
class TermEntry:
    """What an entry says. `language` empty: about all of them."""

    source_language: str
    term: str
    language: str
    preferred: str = ""
    avoided: str = ""
    keep: bool = False
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What there is one entry for: compared without capitals and accents."""
        return self.source_language, fold(self.term), self.language


def entry_of(row: Term) -> TermEntry:
    """What a row says."""
    return TermEntry(
        source_language=row.source_language,
        term=row.term,
        language=row.language,
        preferred=row.preferred,
        avoided=row.avoided,
        keep=bool(row.keep),
        note=row.note,
    )


def entry_digest(row: Term) -> str:
    """32 hex digits that change with anything an entry says."""
    return digest(repr(astuple(entry_of(row))))


def entry_problems(entry: TermEntry) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry: pairs of field and message."""
    if not fold(entry.term).strip():
        yield "term", _("Write the word.")
    for name, longest in LONGEST.items():
        if len(getattr(entry, name)) > longest:
            yield name, _("This is too long.")
    if entry.language == entry.source_language:
        yield "language", _("Choose another language than that of the word.")
    if entry.keep and entry.preferred:
        yield "preferred", _("It stays as it is: keep this empty.")
    elif not (entry.preferred or entry.avoided or entry.keep or entry.note):
        yield "preferred", _("Say at least one thing about the word.")
    both = {fold(word) for word in split_list(entry.preferred)} & {
        fold(word) for word in split_list(entry.avoided)
    }
    if both:
        yield "avoided", _("The same word is to be written and not to be written.")


def find_term(entry: TermEntry) -> Term | None:
    """The row of this word in this language, whatever it says."""
    rows = Term.objects.filter(source_language=entry.source_language, language=entry.language)
    return next((row for row in rows if fold(row.term) == entry.key[1]), None)


@transaction.atomic
def add_term(entry: TermEntry) -> Term:
    """Add an entry. Raises DuplicateTerm."""
    row = find_term(entry)
    if row is not None and says_something(row):
        raise DuplicateTerm
    return _write(row or Term(), entry)


@transaction.atomic
def change_term(pk: int, entry: TermEntry, was: str) -> Term:
    """Change an entry. Raises DuplicateTerm, TermChanged, Term.DoesNotExist.

    `was` is what `entry_digest` gave when it was shown.
    """
    row = Term.objects.select_for_update().get(pk=pk)
    other = find_term(entry)
    if other is not None and other.pk != pk and says_something(other):
        raise DuplicateTerm
    if entry_of(row) == entry:
        return row
    if entry_digest(row) != was:
        raise TermChanged
    if other is not None and other.pk != pk:
        other.delete()
    before = entry_of(row)
    _write(row, entry)
    if before.key != entry.key and before.key in _starter_keys():
        _write(Term(), _emptied(before))
    return row


@transaction.atomic
def remove_term(pk: int) -> None:
    """Remove an entry; does nothing if it is gone already."""
    row = Term.objects.select_for_update().filter(pk=pk).first()
    if row is not None:
        _take_out(row)
        checkpoint_wal()


def all_terms() -> list[Term]:
    """All entries that are not emptied, sorted by word."""
    rows = [row for row in Term.objects.all() if says_something(row)]
    return sorted(rows, key=lambda row: (fold(row.term), row.source_language, row.language))


@transaction.atomic
def load_terms(entries: Iterable[TermEntry]) -> list[str]:
    """Add the entries whose word is missing; returns for each what was done, in a few words."""
    present = {entry_of(row).key for row in Term.objects.all()}
    outcomes = []
    for entry in entries:
        outcomes.append("here already, left as it is" if entry.key in present else "new")
        if entry.key not in present:
            _write(Term(), entry)
    return outcomes


def read_starter_glossary(path: Path = FILE) -> list[TermEntry]:
    """The starter entries. Raises GlossaryFileError for the first line that is not right."""
    entries: list[TermEntry] = []
    keys: set[tuple[str, str, str]] = set()
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise GlossaryFileError(f"line 1: the columns are not {', '.join(COLUMNS)}")
        for row in rows:
            entry = _read_row(row, rows.line_num)
            if entry.key in keys:
                raise GlossaryFileError(f"line {rows.line_num}, term: appears twice in this file")
            keys.add(entry.key)
            entries.append(entry)
    return entries


def _read_row(row: Mapping[str, str], line: int) -> TermEntry:
    if None in row or None in row.values():
        raise GlossaryFileError(f"line {line}: not {len(COLUMNS)} columns")
    if row["keep"] not in ("", "yes"):
        raise GlossaryFileError(f"line {line}, keep: neither empty nor yes")
    texts = {name: row[name].strip() for name in COLUMNS if name != "keep"}
    entry = TermEntry(**texts, keep=row["keep"] == "yes")
    for name in ("source_language", "language"):
        code = getattr(entry, name)
        if not (code or name == "language") or code not in ("", *settings.ALL_PAGE_LANGUAGES):
            raise GlossaryFileError(f"line {line}, {name}: no language of pages")
    for name, words in entry_problems(entry):
        raise GlossaryFileError(f"line {line}, {name}: {words}")
    return entry


def _write(row: Term, entry: TermEntry) -> Term:
    for name in COLUMNS:
        setattr(row, name, getattr(entry, name))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # somebody else was a moment faster
        raise DuplicateTerm from error
    return row


def _take_out(row: Term) -> None:
    entry = entry_of(row)
    if entry.key in _starter_keys():
        _write(row, _emptied(entry))
    else:
        row.delete()


def _emptied(entry: TermEntry) -> TermEntry:
    return TermEntry(entry.source_language, entry.term, entry.language)


@cache
def _starter_keys() -> frozenset[tuple[str, str, str]]:
    """What the program brings in; a file that is not right brings nothing."""
    try:
        return frozenset(entry.key for entry in read_starter_glossary())
    except (GlossaryFileError, OSError, csv.Error):
        return frozenset()
