"""Files for other translation programs: GNU gettext's PO format, by `polib`.

One entry a segment: `msgctxt` names the segment for good, `msgid` is the original's Markdown,
`msgstr` the translation. A comment `mark: …` carries 64 bits that say what the translation was
when it was exported, so that an import knows whether somebody worked on it since. Text in, text
out: no tables.

A file from outside is gone through line by line before `polib` sees it: polib takes a text that
is a file's name for that file, parts lines where gettext does not, and forgives open quotes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polib
from django.utils.translation import gettext as _
from django.utils.translation import to_locale

from resources.text.segments import digest

MOST_BYTES = 512 * 1024
MOST_ENTRIES = 600
# Texts are put together line by line, each time anew.
MOST_LINES = 20_000
LONGEST_TEXT = 20_000  # characters, of an original or a translation
MARK_LENGTH = 16  # hex digits
NO_TEXT = "0" * MARK_LENGTH  # the mark of a text without a translation

_STRING = r'"(?:[^"\\\r]|\\[\\ntrvbf"])*"'
_LINE = re.compile(rf"(?:(msgctxt|msgid|msgstr)\s*)?({_STRING})")
_MARK = re.compile(rf"#\s+mark:\s*([0-9a-f]{{{MARK_LENGTH}}})")
_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2})")
_CHARSET = re.compile(r"charset=([\w.:-]+)", re.I)
# What the file is in truth, what a template says, and what UTF-8 contains.
_CHARSETS = ("utf-8", "utf8", "charset", "ascii", "us-ascii", "ansi_x3.4-1968", "646")
# Where Python parts lines and gettext does not, and what stands for it while polib looks: a
# character that Unicode reserves for such uses, itself among them, and a letter.
_STAND_IN = "\ufdd0"
_PARTING = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029" + _STAND_IN
_STAND_INS = {ord(sign): f"{_STAND_IN}{chr(97 + place)}" for place, sign in enumerate(_PARTING)}


class PoProblem(NamedTuple):
    """Why a file is refused: the line (from 1; 0 for the whole), the field, what is wrong."""

    line: int
    field: str
    message: str


class PoFileError(Exception):
    """A file that is refused as a whole."""

    def __init__(self, *problems: PoProblem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{problem.line} {problem.field}" for problem in problems))


@dataclass(frozen=True)
class PoEntry:
    """A segment in a file. `line` is where it begins; `mark` is empty if there is none."""

    context: str
    source: str
    text: str
    fuzzy: bool = False
    mark: str = ""
    previous: str | None = None
    comment: str = ""
    line: int = 0


@dataclass(frozen=True)
class PoFile:
    """A parsed file: page and language from the header, entries, number of obsolete ones."""

    page: str
    language: str
    entries: tuple[PoEntry, ...]
    obsolete: int


def entry_mark(text: str, source_digest: str) -> str:
    """16 hex digits over a translation and the digest of the original it was made from."""
    return digest(f"{source_digest} {text}")[:MARK_LENGTH]


def format_po(page: int, language: str, entries: Sequence[PoEntry], today: datetime.date) -> str:
    """A PO file with unwrapped lines and no names of people."""
    file = polib.POFile(wrapwidth=0)
    day = f"{today.isoformat()} 00:00+0000"
    file.metadata = {
        "Project-Id-Version": f"page {page}",
        "POT-Creation-Date": day,
        "PO-Revision-Date": day,
        "Last-Translator": "-",
        "Language-Team": "-",
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "X-Page": str(page),
        "X-Language": language,
    }
    for entry in entries:
        file.append(
            polib.POEntry(
                msgctxt=entry.context,
                msgid=entry.source,
                msgstr=entry.text,
                comment=entry.comment,
                tcomment=f"mark: {entry.mark}" if entry.mark else "",
                occurrences=[(f"r/{page}", "")],
                flags=["fuzzy"] if entry.fuzzy else [],
                previous_msgid=entry.previous if entry.fuzzy else None,
            )
        )
    return f"{file}\n"


def parse_po(content: bytes) -> PoFile:
    """Parse a file. Raises PoFileError with line and field for anything malformed."""
    lines, obsolete = _lines(_decoded(content))
    try:
        whole = "\n".join(lines).translate(_STAND_INS) + "\n"
        file = polib.pofile(whole, wrapwidth=0, encoding="utf-8")
    except OSError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PoFileError(_wrong_order(int(line[1]) if line else 0)) from error
    head = {name: str(value) for name, value in file.metadata.items()}
    _check_head(head)
    entries = tuple(
        PoEntry(
            context=_back(raw.msgctxt or ""),
            source=_back(raw.msgid),
            text=_back(raw.msgstr),
            fuzzy=raw.fuzzy,
            mark=raw.tcomment.rpartition("mark: ")[2],
            line=raw.linenum or 0,
        )
        for raw in file
    )
    problems = tuple(_entry_problems(entries))
    if problems:
        raise PoFileError(*problems)
    return PoFile(head["X-Page"], head["X-Language"], entries, obsolete)


def _back(text: str) -> str:
    """A text with its original characters in place of the stand-ins that polib saw."""
    return re.sub(f"{_STAND_IN}([a-i])", lambda match: _PARTING[ord(match[1]) - 97], text)


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise PoFileError(PoProblem(0, "", _("The file is larger than 512 KiB.")))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PoFileError(PoProblem(line, "", _("This is not UTF-8 text."))) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise PoFileError(PoProblem(line, "", _("This is not UTF-8 text.")))
    if text.count("\n") > MOST_LINES:
        raise PoFileError(PoProblem(0, "", _("There are too many lines in the file.")))
    return text


def _lines(text: str) -> tuple[list[str], int]:
    """The lines, emptied where polib need not see them, and the number of obsolete entries."""
    lines: list[str] = []
    obsolete = 0
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip(" \t\r")
        if line.startswith("#"):
            obsolete += bool(re.match(r"#~\s*msgid\s", line))
            lines.append(_comment(line))
            continue
        parts = _LINE.fullmatch(line)
        if line and not parts:
            raise PoFileError(_unknown_line(number, line))
        lines.append(" ".join(part for part in parts.groups() if part) if parts else "")
    if not any(line.startswith("msgid") for line in lines):
        raise PoFileError(PoProblem(0, "", _("This is not a PO file.")))
    return lines, obsolete


def _comment(line: str) -> str:
    """Of comments only the mark and the word "fuzzy" count."""
    if line.startswith("#,") and "fuzzy" in re.split(r"[,\s]+", line[2:]):
        return "#, fuzzy"
    mark = _MARK.fullmatch(line)
    return f"# mark: {mark[1]}" if mark else ""


def _unknown_line(number: int, line: str) -> PoProblem:
    field = re.match(r"msg\w+", line)
    if field and (field[0] == "msgid_plural" or line.startswith("msgstr[")):
        return PoProblem(number, field[0], _("Plural forms are not used here."))
    escape = _ESCAPE.search(line)
    if escape and (field or line.startswith('"')):
        # Translators: "escape" as in programming: a character written as its number.
        words = _("\\%(number)s is an octal or hexadecimal escape. Write the character itself.")
        return PoProblem(number, field[0] if field else "", words % {"number": escape[1]})
    if field:
        return PoProblem(number, field[0], _("The text is not in whole quotation marks."))
    return PoProblem(number, "", _("This line is no part of a PO file."))


def _wrong_order(line: int) -> PoProblem:
    return PoProblem(line, "", _("msgctxt, msgid and msgstr are not in this order."))


def _check_head(head: dict[str, str]) -> None:
    charset = _CHARSET.search(head.get("Content-Type", ""))
    if charset and charset[1].lower() not in _CHARSETS:
        raise PoFileError(PoProblem(0, "Content-Type", _("Save the file as UTF-8.")))
    for name in ("X-Page", "X-Language"):
        if not head.get(name):
            raise PoFileError(
                PoProblem(0, name, _("The head does not say this. Start from a file of this page."))
            )
    own, named = to_locale(head["X-Language"]), head.get("Language", "")
    if named and _main(named) != _main(own):
        raise PoFileError(PoProblem(0, "Language", _("The head names two languages.")))


def _main(language: str) -> str:
    return re.split(r"[_@.-]", language.lower())[0]


def _entry_problems(entries: Sequence[PoEntry]) -> Iterator[PoProblem]:
    if len(entries) > MOST_ENTRIES:
        yield PoProblem(0, "", _("There are too many paragraphs in the file."))
        return
    seen: set[str] = set()
    for entry in entries:
        if not entry.context:
            yield PoProblem(
                entry.line, "msgctxt", _("It does not say which paragraph of the page it is.")
            )
        elif entry.context in seen:
            yield PoProblem(
                entry.line, "msgctxt", _("The same paragraph of the page is here twice.")
            )
        seen.add(entry.context)
        for field, text in (("msgid", entry.source), ("msgstr", entry.text)):
            if len(text) > LONGEST_TEXT:
                yield PoProblem(entry.line, field, _("The text is too long."))
