"""Every byte a thief gets: the data directory, the configuration, the logs."""

import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import zstandard

DATABASE = "data/db.sqlite3"
PEPPER = "config/pepper"
Row = dict[str, Any]

_ZLIB_STARTS = (b"\x1f\x8b\x08", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_ZSTD_START = b"\x28\xb5\x2f\xfd"
_MOST_INFLATED = 32 * 2**20


@dataclass(frozen=True)
class Image:
    """Files by name: `data/…`, `config/…`, `logs/…`. Nothing here is changed after it is taken."""

    files: dict[str, bytes]

    def altered(self, changes: dict[str, bytes]) -> "Image":
        """A copy with these files added or put in place of others."""
        return Image({**self.files, **changes})

    def with_database(self, files: dict[str, bytes]) -> "Image":
        """A copy with another database, journal and all, in place of its own."""
        kept = {name: raw for name, raw in self.files.items() if not name.startswith(DATABASE)}
        return Image({**kept, **files})

    @cached_property
    def _read(self) -> tuple[dict[str, str], dict[str, list[Row]], set[str]]:
        with tempfile.TemporaryDirectory() as folder:
            connection = open_copy(self, Path(folder))
            made = dict(
                connection.execute("select name, sql from sqlite_master where type = 'table'")
            )
            rows = {
                name: [dict(row) for row in connection.execute(f'select * from "{name}"')]  # noqa: S608
                for name in sorted(made)
            }
            columns = {
                f"{table}.{column}"
                for table in made
                for _n, column, *_rest in connection.execute(f'pragma table_info("{table}")')
            }
            connection.close()
        return made, rows, columns

    @property
    def statements(self) -> dict[str, str]:
        """The statement that made each table."""
        return self._read[0]

    @property
    def tables(self) -> dict[str, list[Row]]:
        """All rows of all tables, as SQLite itself reads them, journal included."""
        return self._read[1]

    @property
    def columns(self) -> set[str]:
        """`table.column` of every table."""
        return self._read[2]

    def values(self) -> Iterator[tuple[str, Any]]:
        """(`table.column`, value) of every value that is not null."""
        for table, rows in self.tables.items():
            for row in rows:
                for column, value in row.items():
                    if value is not None:
                        yield f"{table}.{column}", value

    def haystacks(self) -> Iterator[tuple[str, bytes]]:
        """Every file, every value (a long one is scattered over pages), all that is compressed."""
        pending = list(self.files.items())
        for column, value in self.values():
            if isinstance(value, str | bytes):
                pending.append((column, value if isinstance(value, bytes) else value.encode()))
        while pending:
            name, raw = pending.pop()
            yield name, raw
            pending += [(f"{name}, unpacked", inner) for inner in inflate(raw)]


def take(data: Path, beside: dict[str, bytes]) -> Image:
    """An image of a data directory and of what lies `beside` it (`config/…`, `logs/…`)."""
    files = {
        f"data/{path.relative_to(data)}": path.read_bytes()
        for path in sorted(data.rglob("*"))
        if path.is_file()
    }
    return Image({**files, **beside})


def open_copy(image: Image, folder: Path) -> sqlite3.Connection:
    """The image's database, journal included, written to `folder` and opened."""
    for name in (DATABASE, f"{DATABASE}-wal"):
        if name in image.files:
            (folder / Path(name).name).write_bytes(image.files[name])
    connection = sqlite3.connect(folder / Path(DATABASE).name)
    connection.row_factory = sqlite3.Row
    return connection


def inflate(raw: bytes) -> Iterator[bytes]:
    """The contents of every gzip, zlib and zstd stream in `raw`."""
    for start in _ZLIB_STARTS:
        for at in _places(raw, start):
            unpacker = zlib.decompressobj(wbits=47)  # 32 + 15: gzip or zlib, whichever it is
            try:
                inner = unpacker.decompress(raw[at:], _MOST_INFLATED)
            except zlib.error:
                continue
            if len(inner) > 8:
                yield inner
    for at in _places(raw, _ZSTD_START):
        try:
            inner = zstandard.ZstdDecompressor().decompressobj().decompress(raw[at:])
        except zstandard.ZstdError:
            continue
        if len(inner) > 8:
            yield inner


def _places(raw: bytes, start: bytes) -> Iterator[int]:
    at = raw.find(start)
    while at >= 0:
        yield at
        at = raw.find(start, at + 1)
