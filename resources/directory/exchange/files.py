"""Shared by readers and writers of directory files: limits, and problems by line and field.

A file is imported as a whole or not at all.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resources.directory import content
from resources.directory.content import EntryContent
from resources.directory.models import Service
from safety_app.privacy.ids import LOWEST

MOST_BYTES = 5_000_000
# What a file may cost before anything in it is looked at; an upload holds 500 places at most.
MOST_ROWS, MOST_COLUMNS = 10_000, 200
MOST_SHOWN, LONGEST_SHOWN = 20, 300
# RFC 9562, version 8: 48 bits of our own, the version, 12 bits, the variant, 62 bits of the id.
_MARK = 0x6E6A6172
_VERSION, _VARIANT = 8, 0b10
_SEPARATORS = (",", ";", "\t")
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?[,;\t]*', re.I)
# What spreadsheets run (OWASP, CSV injection), behind any number of apostrophes.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"\+[0-9 ()./\-]+")
IS_NEITHER = gettext_lazy("is neither yes nor no")
IS_FORMULA = gettext_lazy("starts like a formula; put an apostrophe in front of text")
IS_MISSING = gettext_lazy("is missing")
IS_TWICE = gettext_lazy("appears twice")
IS_TWICE_IN_FILE = gettext_lazy("appears twice in this file")
IS_NO_UUID = gettext_lazy("is not a UUID")
IS_NO_DAY = gettext_lazy("is not a day like 2026-01-31")
HAS_MORE_CELLS = gettext_lazy("has more cells than the heading")


class FileProblem(NamedTuple):
    """Why a file is refused: the line (from 1), the field, and what is wrong with it."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """One line; names of fields come from the file, and nothing in them steers a terminal."""
        text = f"line {self.line}, {self.field}: {self.message}"
        return "".join(each if each.isprintable() else "?" for each in text)[:LONGEST_SHOWN]


class FileError(Exception):
    """A file that is refused as a whole. `problems` names lines and fields."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = list(problems)
        shown = [str(problem) for problem in problems[:MOST_SHOWN]]
        more = len(problems) - len(shown)
        super().__init__("\n".join(shown + ([f"and {more} more"] if more > 0 else [])))


class FileEntry(NamedTuple):
    """An entry of a file: its id as a row, the line it starts on, what it says.

    `left_out`: what the file says and the entry cannot, as (field, message).
    """

    pk: int
    line: int
    content: EntryContent
    left_out: tuple[tuple[str, str], ...] = ()

    def notes(self) -> list[FileProblem]:
        """What was left out, with the line of the entry."""
        return [FileProblem(self.line, name, message) for name, message in self.left_out]


def read_text_file(path: Path) -> str:
    """The text of a file. Raises FileError when it is too large or not UTF-8."""
    try:
        with path.open("rb") as file:
            return read_text(file.read(MOST_BYTES + 1))  # what is no plain file has no size
    except OSError as error:
        raise FileError([FileProblem(1, "file", error.strerror or "cannot be read")]) from error


def read_text(content: bytes) -> str:
    """The text of a file's bytes. Raises FileError when it is too large or not UTF-8."""
    if len(content) > MOST_BYTES:
        raise FileError([FileProblem(1, "file", _("larger than 5 MB"))])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FileError([FileProblem(line, "file", _("not UTF-8 text"))]) from error


def read_rows(document: str, name: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The heading of a CSV text and its rows with their lines, without empty ones.

    Spreadsheets part cells with commas, semicolons or tabs, and may say so in a first line
    `sep=;`. Columns without heading and cells at the end are left out. Raises FileError.
    """
    first, _end, rest = document.partition("\n")
    said = _SEPARATOR.fullmatch(first.rstrip("\r"))
    skipped = 1 if said else 0
    parted = said[1] if said else max(_SEPARATORS, key=first.count)
    reader = csv.reader(
        io.StringIO(rest if said else document, newline=""), delimiter=parted, strict=True
    )
    rows: list[tuple[int, list[str]]] = []
    try:
        heading = _without_end([cell.strip() for cell in next(reader, [])], 0)
        if len(heading) > MOST_COLUMNS:
            raise FileError([FileProblem(1 + skipped, name, _("too many columns"))])
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line + skipped, _without_end(cells, len(heading))))
                check_rows(len(rows), line + skipped, name)
            line = reader.line_num + 1
    except csv.Error as error:
        line = reader.line_num + skipped
        raise FileError([FileProblem(line, name, _("not CSV: %s") % error)]) from error
    return heading, rows


def _without_end(cells: list[str], least: int) -> list[str]:
    """The cells without empty ones behind the first `least`."""
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def check_rows(count: int, line: int, name: str) -> None:
    """Raises FileError for more rows than are read."""
    if count > MOST_ROWS:
        raise FileError([FileProblem(line, name, _("too many lines; bring them in parts"))])


def uuid_of(pk: int, part: int = 0, number: int = 0) -> str:
    """The UUID of an entry (part 0) or of one of its parts; up to 4,096 of each kind of part."""
    return str(
        UUID(
            int=(_MARK << 16 | part) << 80
            | _VERSION << 76
            | (number & 0xFFF) << 64
            | _VARIANT << 62
            | (pk - LOWEST)
        )
    )


def pk_of(identifier: str) -> int:
    """The row id encoded in one of our UUIDs; for others an id derived from the UUID.

    Raises ValueError if it is not a UUID.
    """
    whole = UUID(identifier).int
    if whole >> 96 == _MARK and whole >> 76 & 0xF == _VERSION and whole >> 62 & 3 == _VARIANT:
        return LOWEST + (whole & (LOWEST - 1))
    digest = hashlib.sha256(whole.to_bytes(16, "big")).digest()
    return LOWEST + int.from_bytes(digest[:8], "big") % LOWEST


def checked_entries(entries: Iterable[FileEntry]) -> list[FileEntry]:
    """The same entries, validated. Raises FileError with all problems of all entries."""
    listed = list(entries)
    wrong = [
        FileProblem(entry.line, name, message)
        for entry in listed
        for name, messages in content.content_problems(entry.content).items()
        for message in messages
    ]
    seen: set[int] = set()
    for entry in listed:
        if entry.pk in seen:
            wrong.append(FileProblem(entry.line, "id", str(IS_TWICE_IN_FILE)))
        seen.add(entry.pk)
    if wrong:
        raise FileError(sorted(wrong))
    return listed


def parse_day(text: str) -> datetime.date | None:
    """A day written YYYY-MM-DD; None for an empty text. Raises ValueError otherwise."""
    return datetime.date.fromisoformat(text) if text else None


def escape_cell(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula: prefixed with an apostrophe if needed."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape_cell(cell: str, *, number: bool = False) -> str:
    """The text of a cell; raises ValueError for a formula.

    With `number` a telephone number may start with a plus.
    """
    if not _FORMULA.match(cell):
        return cell.strip()
    if cell.startswith("'"):
        return cell[1:]
    if number and _NUMBER.fullmatch(cell):
        return cell
    raise ValueError(IS_FORMULA)


def parse_yes(value: str) -> bool:
    """Whether a value in a file means yes; an empty one means no.

    Raises ValueError for anything else: a "oui" taken for no would let a secret address in.
    """
    word = value.strip().lower()
    if word not in ("yes", "true", "1", "no", "false", "0", ""):
        raise ValueError(IS_NEITHER)
    return word in ("yes", "true", "1")


@transaction.atomic
def import_entries(entries: Sequence[FileEntry], *, replace: bool, owner: int | None) -> int:
    """Store all entries, new ones unpublished. Returns how many.

    Raises FileError and stores nothing if an entry exists already, unless `replace`.
    A published entry stays published as long as nothing required is missing.
    """
    here = Service.objects.in_bulk([entry.pk for entry in entries])
    if here and not replace:
        raise FileError(
            [
                FileProblem(entry.line, "id", "is here already; --replace overwrites it")
                for entry in entries
                if entry.pk in here
            ]
        )
    for entry in entries:
        service = here.get(entry.pk) or Service(pk=entry.pk, owner=owner)
        service.published &= not content.missing_answers(entry.content)
        content.store(service, entry.content)
    return len(entries)
