"""PO files: what is written is read as it was, and what is none is refused with its line."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.translation.po import file_format
from resources.translation.po.file_format import PoEntry, PoFileError

TODAY = datetime.date(2026, 11, 22)
# Any character that a stored text may have, and more often those that files trip over.
ODD = st.sampled_from(
    '"\\\n\t\r \u2028\u2029\x85\x0b\x0c\x1c\u200f\u200e\u061c🫶🏽é中ไ%{}#~|,:n\ufdd0ab'
)
TEXT = st.text(
    st.one_of(ODD, st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    min_size=1,
    max_size=60,
)


def file_of(*entries: PoEntry) -> bytes:
    return file_format.format_po(8, "fr", entries, TODAY).encode()


def refused(content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(PoFileError) as error:
        file_format.parse_po(content)
    assert all(problem.message for problem in error.value.problems)
    return [(problem.line, problem.field) for problem in error.value.problems]


@pytest.mark.thorough
@given(st.lists(st.tuples(TEXT, TEXT, st.booleans(), st.none() | TEXT), max_size=4))
def test_what_is_written_is_read(texts: list[tuple[str, str, bool, str | None]]) -> None:
    entries = [
        PoEntry(f"body-{n}", source, text, fuzzy, file_format.entry_mark(text, ""), previous)
        for n, (source, text, fuzzy, previous) in enumerate(texts)
    ]
    read = file_format.parse_po(file_of(*entries))
    assert (read.page, read.language, read.obsolete) == ("8", "fr", 0)
    assert [(one.context, one.source, one.text, one.fuzzy, one.mark) for one in read.entries] == [
        (one.context, one.source, one.text, one.fuzzy, one.mark) for one in entries
    ]


@pytest.mark.thorough
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_anything_else_is_refused_in_words(content: bytes) -> None:
    assert refused(content)


LINES = st.sampled_from(
    ['msgid ""', 'msgstr "x"', 'msgctxt "a"', '"more"', '"X-Page: 8\\n"', '"X-Language: fr\\n"',
     "#", '#~ msgid "', "#| x", "#, fuzzy", "# mark: 0123456789abcdef", 'msgid "', "", "\\",
     'msgid_plural "x"']
)  # fmt: skip


@pytest.mark.thorough
@given(st.lists(LINES, max_size=12))
def test_lines_in_any_order_are_a_file_or_refused_in_words(lines: list[str]) -> None:
    try:
        read = file_format.parse_po("\n".join(lines).encode())
    except PoFileError:
        return
    assert (read.page, read.language) == ("8", "fr")


def test_long_lines_stay_whole() -> None:
    long = "word " * 1500 + "é" * 3000
    (entry,) = file_format.parse_po(file_of(PoEntry("body-1", long, long))).entries
    assert (entry.source, entry.text) == (long, long)


def test_windows_line_ends_and_a_byte_order_mark_are_fine() -> None:
    content = b"\xef\xbb\xbf" + file_of(PoEntry("body-1", "A\nB", "C\nD")).replace(b"\n", b"\r\n")
    (entry,) = file_format.parse_po(content).entries
    assert (entry.source, entry.text) == ("A\nB", "C\nD")


def test_equal_texts_are_told_apart() -> None:
    entries = file_format.parse_po(
        file_of(PoEntry("body-1", "Same", "A"), PoEntry("body-2", "Same", "B"))
    )
    assert [one.text for one in entries.entries] == ["A", "B"]


def test_nobody_is_named_in_it() -> None:
    text = file_of(PoEntry("body-1", "A", "B")).decode()
    assert "Last-Translator: -\\n" in text
    assert "2026-11-22 00:00+0000" in text


HEAD = b'msgid ""\nmsgstr "X-Page: 8\\nX-Language: fr\\n"\n'


@pytest.mark.parametrize(
    ("content", "line", "field"),
    [
        (b"", 0, ""),
        (b"PK\x03\x04 a spreadsheet", 1, ""),
        (b"/etc/passwd", 1, ""),
        (b'"/etc/passwd"', 0, ""),
        (HEAD + b"\n\xff\xfe", 4, ""),
        (HEAD + b"\0", 3, ""),
        (b'msgid ""\nmsgstr "X-Language: fr\\n"\n', 0, "X-Page"),
        (b'msgid ""\nmsgstr "X-Page: 8\\n"\n', 0, "X-Language"),
        (HEAD.replace(b"X-Page", b"Language: de\\nX-Page"), 0, "Language"),
        (HEAD.replace(b"X-P", b"Content-Type: x; charset=latin-1\\nX-P"), 0, "Content-Type"),
        (HEAD + b'msgctxt "a"\nmsgid "b\nmsgstr "c"\n', 4, "msgid"),
        (HEAD + b'msgctxt "a"\nmsgid "b " c"\nmsgstr "c"\n', 4, "msgid"),
        (HEAD + b'msgctxt "a"\nmsgid "\\q"\nmsgstr "c"\n', 4, "msgid"),
        (HEAD + b'msgctxt "a"\nmsgid "b"\nmsgid_plural "c"\n', 5, "msgid_plural"),
        (HEAD + b'msgctxt "a"\nmsgid "b"\nmsgstr[0] "c"\n', 5, "msgstr"),
        (HEAD + b'msgctxt "a"\nmsgid "b"\nmsgstr "c"\nwhat\n', 6, ""),
        (HEAD + b'msgctxt "a"\nmsgstr "c"\nmsgid "b"\n', 4, ""),
        (HEAD + b'msgid "b"\nmsgstr "c"\n', 3, "msgctxt"),
        (HEAD + b'msgctxt "a"\nmsgid "b"\nmsgstr "c"\n' * 2, 6, "msgctxt"),
        (HEAD + b'msgctxt "a"\nmsgid "b"\nmsgstr "' + b"c" * 20_001 + b'"', 3, "msgstr"),
        (HEAD + b"\n" * file_format.MOST_BYTES, 0, ""),
        (HEAD + b'"a"\n' * file_format.MOST_LINES, 0, ""),
    ],
)  # fmt: skip
def test_what_is_refused_names_line_and_field(content: bytes, line: int, field: str) -> None:
    assert (line, field) in refused(content)


@pytest.mark.parametrize("charset", ["CHARSET", "ASCII", "us-ascii", "UTF8", "utf-8"])
def test_what_is_utf8_is_taken_whatever_its_head_says(charset: str) -> None:
    head = HEAD.replace(b"X-P", f"Content-Type: text/plain; charset={charset}\\nX-P".encode())
    content = head + 'msgctxt "a"\nmsgid "b"\nmsgstr "été"\n'.encode()
    (entry,) = file_format.parse_po(content).entries
    assert entry.text == "été"


@pytest.mark.parametrize("escape", ["\\303\\251", "\\xc3", "\\\\\\7"])
def test_an_escape_by_number_is_named_as_what_it_is(escape: str) -> None:
    content = HEAD + f'msgctxt "a"\nmsgid "b"\nmsgstr ""\n"caf{escape}"\n'.encode()
    with pytest.raises(PoFileError) as error:
        file_format.parse_po(content)
    (problem,) = error.value.problems
    assert problem.line == 6
    assert "octal or hexadecimal escape" in problem.message


def test_a_backslash_before_a_number_is_none() -> None:
    content = HEAD + b'msgctxt "a"\nmsgid "b"\nmsgstr "c\\\\101"\n'
    assert file_format.parse_po(content).entries[0].text == "c\\101"


def test_too_many_entries_are_refused_once() -> None:
    entries = [PoEntry(f"body-{n}", "a", "b") for n in range(file_format.MOST_ENTRIES + 1)]
    assert refused(file_of(*entries)) == [(0, "")]


def test_obsolete_entries_are_counted_and_not_read() -> None:
    content = HEAD + b'#~ msgctxt "a"\n#~ msgid "b"\n#~ msgstr "c"\n#~| msgid "d"\n'
    read = file_format.parse_po(content)
    assert (read.entries, read.obsolete) == ((), 1)
