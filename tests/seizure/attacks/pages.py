"""Where rows lie in SQLite's file: https://www.sqlite.org/fileformat2.html, as far as needed."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.seizure.image import DATABASE, Image, open_copy

_LEAF_TABLE, _TABLE, _LEAF_INDEX, _INDEX = 13, 5, 10, 2


@dataclass(frozen=True)
class Cell:
    """An entry: its page, where on it, its row's id, and the page on which it goes on, or 0."""

    page: int
    offset: int
    row: int
    overflow: int


class File:
    """The database of an image, with what its journal holds, page by page."""

    def __init__(self, image: Image) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(DATABASE).name
            with closing(open_copy(image, Path(folder))) as connection:
                connection.execute("pragma wal_checkpoint(truncate)")
                rows = [
                    (row["name"], row["tbl_name"], row["rootpage"])
                    for row in connection.execute(
                        "select name, tbl_name, rootpage from sqlite_master where rootpage > 0"
                    )
                ]
            self.roots: dict[str, int] = {name: root for name, _table, root in rows}
            self.trees: dict[str, str] = {name: table for name, table, _root in rows}
            self.raw = path.read_bytes()

    @cached_property
    def size(self) -> int:
        """Of a page."""
        size = int.from_bytes(self.raw[16:18], "big")
        return 65536 if size == 1 else size

    def page(self, number: int) -> bytes:
        """A page; the first one is 1."""
        return self.raw[(number - 1) * self.size : number * self.size]

    def cells(self, name: str) -> Iterator[Cell]:
        """Every entry of a table or an index, with the id of its row."""
        pending = [self.roots[name]]
        while pending:
            number = pending.pop()
            page, start = self.page(number), 100 if number == 1 else 0
            kind, count = page[start], int.from_bytes(page[start + 3 : start + 5], "big")
            head = start + (12 if kind in (_TABLE, _INDEX) else 8)
            if kind in (_TABLE, _INDEX):
                pending.append(int.from_bytes(page[start + 8 : start + 12], "big"))
            for at in range(head, head + 2 * count, 2):
                offset = int.from_bytes(page[at : at + 2], "big")
                if kind in (_TABLE, _INDEX):
                    pending.append(int.from_bytes(page[offset : offset + 4], "big"))
                if kind == _LEAF_TABLE:
                    yield self._of_table(number, page, offset)
                elif kind in (_LEAF_INDEX, _INDEX):
                    yield _of_index(number, page, offset, offset + (4 if kind == _INDEX else 0))

    def _of_table(self, number: int, page: bytes, offset: int) -> Cell:
        length, at = _varint(page, offset)
        row, at = _varint(page, at)
        most, least = self.size - 35, (self.size - 12) * 32 // 255 - 23
        if length <= most:
            return Cell(number, offset, row, 0)
        here = least + (length - least) % (self.size - 4)
        at += here if here <= most else least
        return Cell(number, offset, row, int.from_bytes(page[at : at + 4], "big"))


def _of_index(number: int, page: bytes, offset: int, at: int) -> Cell:
    """The row's id is the last value of an index's entry."""
    length, at = _varint(page, at)
    return Cell(number, offset, int.from_bytes(page[at + length - 8 : at + length], "big"), 0)


def _varint(page: bytes, at: int) -> tuple[int, int]:
    number = 0
    for place in range(8):
        byte = page[at + place]
        number = number << 7 | byte & 127
        if byte < 128:
            return number, at + place + 1
    return number << 8 | page[at + 8], at + 9
