"""Attack 5: every table and column is declared with its reason, and every value is what it says.

Besides: nothing stored or logged reads as a time finer than a day, an address of a machine or the
name of a browser.
"""

import contextlib
import datetime
import ipaddress
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.seizure.image import Image

_TABLES = tomllib.loads((Path(__file__).parent.parent / "columns.toml").read_text())
COLUMNS: dict[str, dict[str, Any]] = {
    f"{table}.{column}": declared
    for table, columns in _TABLES.items()
    for column, declared in columns.items()
}
# Columns of one size: `table.column` → bytes.
SEALED = {
    name: one["size"]
    for name, one in COLUMNS.items()
    if one["is"] == "bytes" and not one.get("many")
}

LOWEST_ID, ABOVE_IDS = 2**62, 2**63
FROM, TO = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC).timestamp() for year in (2020, 2040))
UNITS = {"s": 1, "ms": 10**3, "µs": 10**6, "ns": 10**9}

FINE_TIMES = {
    "a time of day": re.compile(rb"\b\d{1,2}:[0-5]\d:[0-5]\d\b"),
    "an ISO time": re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d"),
    "a compact ISO time": re.compile(rb"\b20\d{6}T\d{4}"),
    "a log's time": re.compile(rb"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d"),
    "seconds since 1970": re.compile(
        rb"(?<![0-9A-Za-z])1[6-9]\d{8}(?:\.\d+|\d{3}|\d{6}|\d{9})?(?![0-9A-Za-z])"
    ),
    "a UUID with a time": re.compile(
        rb"[0-9a-f]{8}-[0-9a-f]{4}-[167][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
    ),
    "a ULID": re.compile(rb"\b01[0-9A-HJKMNP-TV-Z]{24}\b"),
}
PEOPLE = {
    "an IPv4 address": re.compile(rb"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
    "a browser": re.compile(rb"Mozilla/|AppleWebKit|Gecko/|Chrome/|Safari/|curl/|python-\w+/"),
}
IPV6 = re.compile(rb"(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}", re.IGNORECASE)
# Where the server listens is the server's own address, nobody's.
ALLOWED = (b"127.0.0.1", b"0.0.0.0")  # noqa: S104 (looked for, not listened on)


def undeclared(image: Image) -> list[str]:
    """Columns that are not declared, or declared and gone."""
    declared, real = set(COLUMNS), image.columns
    return [f"{name}: not declared" for name in sorted(real - declared)] + [
        f"{name}: declared, but not there" for name in sorted(declared - real)
    ]


def unlike_declared(image: Image) -> list[str]:
    """Values that are not of the declared form."""
    return sorted(
        {
            f"{column}: {_shown(value)} is not {COLUMNS[column]['is']}"
            for column, value in image.values()
            if column in COLUMNS and not _fits(COLUMNS[column], value)
        }
    )


def _fits(declared: dict[str, Any], value: Any) -> bool:
    match declared["is"]:
        case "id":
            is_id = isinstance(value, int) and LOWEST_ID <= value < ABOVE_IDS
            return is_id or ("or" in declared and value == declared["or"])
        case "number":
            return isinstance(value, int) and 0 <= value <= declared["most"]
        case "bytes":
            length, size = len(value) if isinstance(value, bytes) else -1, declared["size"]
            return length == size or (bool(declared.get("many")) and length % size == 0)
        case "day":
            return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value))
        case "month":
            return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-01", value))
        case "words":
            return isinstance(value, str) and set(value.split(",")) <= set(declared["of"])
        case "public" | "fixed":
            return isinstance(value, str | int)
    return False


def fine_times(image: Image, began: float, ended: float) -> list[str]:
    """Values and log lines that read as a time finer than a day.

    `began` and `ended` (seconds since 1970) bound what happened: short random values are only
    compared with that window, since almost anything is some time.
    """
    found = {
        f"{column}: {what}"
        for column, value in image.values()
        for what in _times(value, began, ended)
    }
    for name, raw in image.files.items():
        if not name.startswith("data/db."):
            found |= {
                f"{name}: {what}, {match.group()!r}"
                for what, pattern in FINE_TIMES.items()
                for match in pattern.finditer(raw)
            }
    return sorted(found)


def _times(value: Any, began: float, ended: float) -> list[str]:
    if isinstance(value, float):
        return ["a number with a fraction, as times have"]
    if isinstance(value, int):
        return [f"{value} as {u}" for u, by in UNITS.items() if FROM * by <= value <= TO * by]
    if isinstance(value, str):
        raw = value.encode()
        return [what for what, pattern in FINE_TIMES.items() if pattern.search(raw)]
    return _packed_times(value, began, ended)


def _packed_times(value: bytes, began: float, ended: float) -> list[str]:
    found = []
    if len(value) in (4, 8):
        for order in ("big", "little"):
            read = int.from_bytes(value, order)  # type: ignore[arg-type]
            found += [f"packed {u}" for u, by in UNITS.items() if FROM * by <= read <= TO * by]
    if len(value) == 16:
        if began * 1000 <= int.from_bytes(value[:6], "big") <= ended * 1000:
            found.append("UUID 7 or ULID")
        ticks = int.from_bytes(value[6:8], "big") << 48 & (2**60 - 1)
        ticks |= int.from_bytes(value[4:6], "big") << 32 | int.from_bytes(value[:4], "big")
        seconds = ticks / 10**7 - 12_219_292_800  # from 1582, in tenths of microseconds
        if value[6] >> 4 == 1 and began <= seconds <= ended:
            found.append("UUID 1")
    return found


def people(image: Image, packed: list[bytes]) -> list[str]:
    """Addresses and browsers in values, logs and configuration; `packed` ones in short values."""
    found = set()
    for column, value in image.values():
        if isinstance(value, str):
            found |= {f"{column}: {what}" for what in _people(value.encode())}
        elif isinstance(value, bytes) and len(value) <= 16:
            found |= {f"{column}: a packed address" for one in packed if value.startswith(one)}
        elif isinstance(value, int):
            read = value.to_bytes(8, "big", signed=True)
            found |= {f"{column}: an address as a number" for one in packed if read.endswith(one)}
    for name, raw in image.files.items():
        if not name.startswith("data/db."):
            found |= {f"{name}: {what}" for what in _people(raw)}
    return sorted(found)


def _people(raw: bytes) -> list[str]:
    for allowed in ALLOWED:
        raw = raw.replace(allowed, b"-")
    found = [
        f"{what}, {match.group()!r}"
        for what, pattern in PEOPLE.items()
        for match in pattern.finditer(raw)
    ]
    for match in IPV6.finditer(raw):
        with contextlib.suppress(ValueError):
            found.append(f"an IPv6 address, {ipaddress.IPv6Address(match.group().decode())}")
    return found


def hidden_rowids(image: Image) -> list[str]:
    """Tables whose rows have a sequential number besides their id."""
    found = []
    for table, sql in image.statements.items():
        known = COLUMNS.get(f"{table}.id", {}).get("is") == "fixed" or table == "sqlite_sequence"
        if not known and not re.search(r'"id" integer NOT NULL PRIMARY KEY(?! AUTO)', sql):
            found.append(f"{table}: rows are numbered in the order they came")
    return found


def _shown(value: Any) -> str:
    return f"{len(value)} bytes" if isinstance(value, bytes) else repr(value)[:60]
