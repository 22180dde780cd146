"""A network of an earlier release, as it was kept: its database, who is in it, and what they wrote.

tests/upgrade/releases/0.2.0/database.sql.xz   the database as SQL
tests/upgrade/releases/0.2.0/release.json      everything else
"""

from __future__ import annotations

import datetime
import hashlib
import json
import lzma
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RELEASES = Path(__file__).parent / "releases"


@dataclass(frozen=True)
class Account:
    """Somebody of the fictional cast."""

    pseudonym: str
    passphrase: str
    role: str


@dataclass(frozen=True)
class Note:
    """What somebody of the cast wrote."""

    id: int
    phone: str
    text: str


@dataclass(frozen=True)
class Release:
    """The day on which it was made, in UTC; the pepper in hexadecimal digits; the files beside the
    database by name; SHA-256 of each migration by its path.
    """

    version: str
    day: str
    pepper: str
    files: dict[str, str]
    people: list[Account]
    notes: list[Note]
    migrations: dict[str, str] = field(default_factory=dict)

    @property
    def noon_after(self) -> datetime.datetime:
        """Noon of the day after it was made: notes run out, and accounts, so time stays there."""
        day = datetime.date.fromisoformat(self.day) + datetime.timedelta(days=1)
        return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)

    def moderator(self) -> Account:
        return next(one for one in self.people if one.role == "moderator")

    def member(self) -> Account:
        return next(one for one in self.people if one.role == "member")


def kept() -> list[str]:
    """The versions of all releases."""
    return sorted(path.parent.name for path in RELEASES.glob("*/release.json"))


def load(version: str) -> Release:
    read = json.loads((RELEASES / version / "release.json").read_text())
    read["people"] = [Account(**one) for one in read["people"]]
    read["notes"] = [Note(**one) for one in read["notes"]]
    return Release(**read)


def save(release: Release, database: Path) -> None:
    """Keep a release. The same database gives the same bytes."""
    folder = RELEASES / release.version
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(release), indent=1, ensure_ascii=False, sort_keys=True)
    (folder / "release.json").write_text(text + "\n")
    with closing(sqlite3.connect(database)) as connection:
        dump = "\n".join(connection.iterdump())
    (folder / "database.sql.xz").write_bytes(lzma.compress(dump.encode(), preset=9))


def bring_back(release: Release, data: Path) -> None:
    """Make the release's data directory."""
    data.mkdir(mode=0o700)
    for name, text in release.files.items():
        (data / name).write_text(text)
        (data / name).chmod(0o600)
    dump = lzma.decompress((RELEASES / release.version / "database.sql.xz").read_bytes()).decode()
    with closing(sqlite3.connect(data / "db.sqlite3")) as connection:
        connection.executescript(dump)
    (data / "db.sqlite3").chmod(0o600)


def migrations(root: Path = ROOT) -> dict[str, str]:
    """SHA-256 of each migration of ours, by its path."""
    paths = [
        path
        for package in ("safety_app", "alerts", "resources")
        for path in (root / package).rglob("migrations/[0-9]*.py")
    ]
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
    }


def changed(released: dict[str, str], now: dict[str, str]) -> list[str]:
    """Migrations of a release that are not as they were then."""
    return [path for path, digest in sorted(released.items()) if now.get(path) != digest]
