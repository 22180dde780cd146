"""Charts as SVG, drawn on the server: for a page, on paper, and as files for donors.

Heights and widths are made from the numbers given and from nothing else: a number that is not
given is drawn as a mark that is always the same. Colours are presentation attributes, which the
stylesheet overrides on a page, so that a chart follows the dark scheme there and still has colours
as a file. Units are those of the viewBox, 288 wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 288
_LABEL, _BAR, _ROW = 14, 12, 42  # baseline of a label, thickness of a bar, height of a row
_BESIDE = 44  # room for the number at the end of the longest bar
_COLUMN, _BLOCK = 48, 96  # height of the tallest column, of a row of columns
_LONGEST = 36  # characters of a label; the table beside the chart has all of it
_INK = "#1d2327"
_LEVEL_INK = {3: "#891a1f", 2: "#7d3503", 1: "#634a00"}


@dataclass(frozen=True)
class Bar:
    """A line of a chart; `number` is None where it is not given. A level has its colour."""

    label: str
    number: int | None
    level: int | None = None


@dataclass(frozen=True)
class Columns:
    """A row of columns with a label, oldest first."""

    label: str
    numbers: tuple[int | None, ...]
    level: int | None = None


def bar_chart(title: str, bars: Sequence[Bar], withheld: str, *, rtl: bool) -> SafeString:
    """Horizontal bars. `withheld` is what stands in the place of a number that is not given."""
    largest = max((bar.number for bar in bars if bar.number), default=1)
    rows = (
        _ink(bar.level, _bar(bar, place * _ROW, largest, withheld, rtl))
        for place, bar in enumerate(bars)
    )
    return _svg(title, len(bars) * _ROW, rows)


def column_chart(
    title: str, rows: Sequence[Columns], first: str, last: str, *, rtl: bool
) -> SafeString:
    """Rows of columns on one scale, with the names of the first and the last below."""
    given = [number for row in rows for number in row.numbers if number]
    largest = max(given, default=1)
    blocks = [
        _ink(row.level, _columns(row, place * _BLOCK, largest, rtl))
        for place, row in enumerate(rows)
    ]
    height = len(rows) * _BLOCK
    ends = _text(first, 0, height + 12, rtl, small=True) + _text(
        last, WIDTH, height + 12, rtl, small=True
    )
    return _svg(title, height + 18, [*blocks, ends])


def _bar(bar: Bar, top: int, largest: int, withheld: str, rtl: bool) -> SafeString:
    label = bar.label if len(bar.label) <= _LONGEST else bar.label[: _LONGEST - 1] + "…"
    name = _text(label, 0, top + _LABEL, rtl)
    line = top + _LABEL + 6
    if bar.number is None:
        return name + _text(withheld, 0, line + 11, rtl, small=True)
    width = max(2, bar.number * (WIDTH - _BESIDE) // largest)
    number = _text(str(bar.number), width + 6, line + 11, rtl)
    return name + _rectangle(0, line, width, _BAR, rtl) + number


def _columns(row: Columns, top: int, largest: int, rtl: bool) -> SafeString:
    base = top + _LABEL + 18 + _COLUMN
    step = WIDTH // max(1, len(row.numbers))
    drawn = _text(row.label, 0, top + _LABEL, rtl)
    for place, number in enumerate(row.numbers):
        start = place * step + 2
        if number is None:
            drawn += _rectangle(start + step // 4, base - 2, step // 2 - 2, 2, rtl)
            continue
        height = max(2, number * _COLUMN // largest)
        drawn += _rectangle(start, base - height, step - 4, height, rtl)
        middle = place * step + step // 2
        drawn += format_html(
            '<text x="{}" y="{}" text-anchor="middle" font-size="10" fill="currentColor">{}</text>',
            WIDTH - middle if rtl else middle,
            base - height - 3,
            number,
        )
    return drawn


def _svg(title: str, height: int, parts: Iterable[SafeString]) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {} {}" role="img" '
        'aria-label="{}" color="{}" font-family="sans-serif" font-size="14">{}</svg>',
        WIDTH,
        height,
        title,
        _INK,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _ink(level: int | None, drawn: SafeString) -> SafeString:
    if level not in _LEVEL_INK:
        return drawn
    return format_html('<g class="level-{}" color="{}">{}</g>', level, _LEVEL_INK[level], drawn)


def _rectangle(start: int, top: int, width: int, height: int, rtl: bool) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="currentColor"/>',
        WIDTH - start - width if rtl else start,
        top,
        width,
        height,
    )


def _text(words: str, start: int, line: int, rtl: bool, *, small: bool = False) -> SafeString:
    """Words from `start` on, in the direction of reading; up to it where it is the far edge."""
    return format_html(
        '<text x="{}" y="{}" direction="{}"{}{} fill="currentColor">{}</text>',
        WIDTH - start if rtl else start,
        line,
        "rtl" if rtl else "ltr",
        SafeString(' text-anchor="end"') if start == WIDTH else "",
        SafeString(' font-size="12"') if small else "",
        words,
    )
