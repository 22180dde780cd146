"""Entries as one CSV table, for spreadsheets: a row an entry, and back.

Columns: `id`, the texts, lists of codes with commas, `hours` as in "MO 09:00-12:00; TU
10:00-18:00", and one column for each question, "no | who says so | 2026-01-31", empty when not
known.

A cell that a spreadsheet would run as a formula is written with an apostrophe in front, and one
that comes without it is refused (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from resources.directory import vocabulary
from resources.directory.content import TEXTS, EntryContent, KnownAnswer, clean_texts, ordered_codes
from resources.directory.exchange.files import (
    HAS_MORE_CELLS,
    IS_MISSING,
    IS_NO_DAY,
    IS_NO_UUID,
    IS_TWICE,
    FileEntry,
    FileError,
    FileProblem,
    checked_entries,
    escape_cell,
    parse_day,
    parse_yes,
    pk_of,
    read_rows,
    unescape_cell,
    uuid_of,
)
from resources.directory.hours import DAYS, Hours, parse_clock

COLUMNS = (
    "id",
    *TEXTS,
    "kinds",
    "languages",
    "confidential",
    "hours",
    "checked",
    *vocabulary.QUESTIONS,
)
_SPAN = re.compile(r"(MO|TU|WE|TH|FR|SA|SU) +(\S+?)-(\S+)")


def write_table(entries: Sequence[tuple[int, EntryContent]]) -> str:
    """The whole table with its heading."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([escape_cell(cell) for cell in _row(pk, content)] for pk, content in entries)
    return out.getvalue()


def _row(pk: int, content: EntryContent) -> list[str]:
    facts = [content.facts.get(question) for question in vocabulary.QUESTIONS]
    return [
        uuid_of(pk),
        *(content.texts[name] for name in TEXTS),
        ", ".join(content.kinds),
        ", ".join(content.languages),
        "yes" if content.confidential else "",
        "; ".join(f"{DAYS[row.weekday]} {row.opens}-{row.closes}" for row in content.hours),
        content.checked.isoformat() if content.checked else "",
        *(_known(fact) if fact else "" for fact in facts),
    ]


def _known(fact: KnownAnswer) -> str:
    on = fact.checked.isoformat() if fact.checked else ""
    return f"{fact.answer} | {fact.says} | {on}" if fact.says or on else fact.answer


def read_table(document: str) -> list[FileEntry]:
    """The entries of a CSV text. Raises FileError with line and field of everything wrong."""
    heading, rows = read_rows(document, "file")
    _check_heading(heading)
    entries: list[FileEntry] = []
    wrong: list[FileProblem] = []
    for line, cells in rows:
        row = _Row(heading, cells)
        entry = row.entry(line)
        wrong += [FileProblem(line, name, str(message)) for name, message in row.wrong]
        entries += [entry] if entry else []
    if wrong:
        raise FileError(wrong)
    return checked_entries(entries)


def _check_heading(heading: list[str]) -> None:
    wrong = [
        FileProblem(1, name or "column", _("is not a column"))
        for name in set(heading) - set(COLUMNS)
    ]
    wrong += [
        FileProblem(1, name, str(IS_MISSING)) for name in ("id", "name") if name not in heading
    ]
    wrong += [
        FileProblem(1, name, str(IS_TWICE)) for name in set(heading) if heading.count(name) > 1
    ]
    if wrong:
        raise FileError(sorted(wrong))


class _Row:
    """Reads one row and collects its problems as (column, message)."""

    def __init__(self, heading: list[str], cells: list[str]) -> None:
        self.wrong: list[tuple[str, str | Promise]] = []
        if len(cells) > len(heading):
            self.wrong.append(("row", HAS_MORE_CELLS))
        self.cells = {
            name: self.plain(name, cell) for name, cell in zip(heading, cells, strict=False)
        }

    def plain(self, name: str, cell: str) -> str:
        """A cell's text. A formula is refused; our own apostrophe is taken off."""
        try:
            return unescape_cell(cell, number=name == "phone")
        except ValueError as error:
            self.wrong.append((name, str(error)))
            return ""

    def entry(self, line: int) -> FileEntry | None:
        """The entry; None if it has no usable id or name."""
        self.wrong += [(name, IS_MISSING) for name in ("id", "name") if not self.cells.get(name)]
        content = self.content()
        if self.wrong:
            return None
        try:
            return FileEntry(pk_of(self.cells["id"]), line, content)
        except ValueError:
            self.wrong.append(("id", IS_NO_UUID))
            return None

    def content(self) -> EntryContent:
        """What the row says."""
        checked_on = self.cells.get("checked", "")
        confidential = False
        try:
            confidential = parse_yes(self.cells.get("confidential", ""))
        except ValueError as error:
            self.wrong.append(("confidential", str(error)))
        facts = {
            name: self.known(name) for name in sorted(vocabulary.QUESTIONS) if self.cells.get(name)
        }
        try:
            checked = parse_day(checked_on)
        except ValueError:
            checked = None
            self.wrong.append(("checked", IS_NO_DAY))
        return EntryContent(
            texts=clean_texts({name: self.cells.get(name, "") for name in TEXTS}),
            kinds=ordered_codes(self.codes("kinds"), vocabulary.Kind.values),
            languages=ordered_codes(self.codes("languages"), vocabulary.SPOKEN),
            confidential=confidential,
            hours=self.hours(),
            facts=facts,
            checked=checked,
        )

    def codes(self, name: str) -> list[str]:
        """The parts of a list."""
        parts = (part.strip() for part in self.cells.get(name, "").split(","))
        return [part for part in parts if part]

    def hours(self) -> tuple[Hours, ...]:
        """Time spans with their weekday."""
        spans = set()
        for part in self.cells.get("hours", "").split(";"):
            match = _SPAN.fullmatch(part.strip().upper())
            try:
                if match:
                    spans.add(
                        Hours(DAYS.index(match[1]), parse_clock(match[2]), parse_clock(match[3]))
                    )
                elif part.strip():
                    raise ValueError(part)
            except ValueError:
                self.wrong.append(("hours", _("look like MO 09:00-12:00; TU 10:00-18:00")))
        return tuple(sorted(spans))

    def known(self, question: str) -> KnownAnswer:
        """ "no | who says so | 2026-01-31"."""
        answer, says, on = ([part.strip() for part in self.cells[question].split("|")] + ["", ""])[
            :3
        ]
        try:
            return KnownAnswer(answer.lower(), says, parse_day(on))
        except ValueError:
            self.wrong.append((question, _("the day looks like 2026-01-31")))
            return KnownAnswer(answer.lower(), says)
