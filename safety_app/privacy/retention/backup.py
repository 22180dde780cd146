"""Backups: sealed to a key that is not on the machine, without ties between people.

A file is in the age format (age-encryption.org/v1: X25519, ChaCha20-Poly1305), so `age -d` opens it
as well, and a cut one does not open. Nothing readable is ever written to the disk. Its length is
padded as in PURBs (Nikitin et al., PETS 2019): two copies do not tell what came in between.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pyrage

from safety_app.privacy.retention import backup_rows, clock
from safety_app.privacy.retention.backup_rows import BackupError

BACKUP_DAYS = 14
LEAST_COPIES = 3
NAME = "backup-{day}.age"
_UNFINISHED = ".unfinished"
_LEAST_SIZE = 2**16
_BLANK_LINE = b" " * 4095 + b"\n"


def new_key() -> tuple[str, str]:
    """The public and the secret half of a key, as age writes them: "age1…", "AGE-SECRET-KEY-1…"."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def write_copy(directory: Path, day: datetime.date, public_keys: Iterable[str]) -> Path:
    """Seal what the database holds now to these keys, without ties between people and notes.

    Only a finished file gets its final name; what an earlier run left unfinished is removed.
    Raises BackupError for a key that is none.
    """
    recipients = [_recipient(key) for key in public_keys]
    if not recipients:
        raise BackupError("There is no key to seal the backup to.")
    path = directory / NAME.format(day=day.isoformat())
    for remains in directory.glob(NAME.format(day="*") + _UNFINISHED):
        remains.unlink()
    unfinished = path.with_name(path.name + _UNFINISHED)
    rows = backup_rows.lines()
    try:
        with unfinished.open("xb") as file:
            pyrage.encrypt_io(_Pulled(_padded(rows)), file, recipients)
            file.flush()
            os.fsync(file.fileno())
        return unfinished.replace(path)
    except pyrage.EncryptError as error:
        raise BackupError(f"The backup could not be written: {error}") from None
    finally:
        rows.close()  # which ends its transaction
        unfinished.unlink(missing_ok=True)


def read_copy(path: Path, secret_keys: Iterable[str]) -> Iterator[bytes]:
    """The lines inside a backup. Raises BackupError, at the end at the latest, if one of the keys
    does not open all of it: so write nothing for good before the end.
    """
    try:
        identities = [pyrage.x25519.Identity.from_str(key) for key in secret_keys]
    except pyrage.IdentityError:
        raise BackupError("This is not a secret key of a backup (AGE-SECRET-KEY-…).") from None
    read_end, write_end = os.pipe()
    problems: list[Exception] = []

    def open_sealed() -> None:
        # age pushes what it opens, and a restore pulls lines: the pipe holds 64 KiB in between.
        try:
            with os.fdopen(write_end, "wb") as pushed, path.open("rb") as file:
                pyrage.decrypt_io(file, pushed, identities)
        except Exception as error:
            problems.append(error)

    opening = Thread(target=open_sealed)
    opening.start()
    try:
        with os.fdopen(read_end, "rb") as pulled:
            yield from (line for line in pulled if not line.isspace())
    finally:
        opening.join()
    if problems:
        raise BackupError("This key does not open the backup, or the file is damaged.")


def secret_keys_in(text: str) -> list[str]:
    """The secret keys in a file as `age-keygen` writes it: one a line, comments begin with #."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def padded_size(size: int) -> int:
    """The size a backup of `size` bytes is padded to: at most 12 % more, and few sizes in all."""
    if size <= _LEAST_SIZE:
        return _LEAST_SIZE
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step


class _Pulled:
    """What age reads from: an iterator of bytes as a file."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._rest = parts, b""

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        while len(self._rest) < size:
            part = next(self._parts, b"")
            if not part:
                break
            self._rest += part
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def _padded(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines, and blank ones behind them up to the padded size."""
    size = 0
    for line in lines:
        size += len(line)
        yield line
    left = padded_size(size) - size
    while left > 0:
        yield _BLANK_LINE[-left:]
        left -= len(_BLANK_LINE)


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise BackupError(f"{key} is not a public key of a backup (age1…).") from None


def prune(directory: Path, today: datetime.date) -> None:
    """Delete copies that are older than BACKUP_DAYS by their names; leave other files alone.

    The newest LEAST_COPIES stay whatever their age, and while the clock is in doubt
    (`clock.is_in_doubt`) all of them do.
    """
    if clock.is_in_doubt(today):
        return
    oldest = NAME.format(day=(today - datetime.timedelta(days=BACKUP_DAYS)).isoformat())
    copies = sorted(directory.glob(NAME.format(day="*")), key=lambda path: path.name)
    for path in copies[:-LEAST_COPIES]:
        if path.name < oldest:
            path.unlink()


def newest(directory: Path) -> datetime.date | None:
    """The day of the newest finished copy in a directory, by its name; None if there is none."""
    before, after = NAME.split("{day}")
    days = []
    for path in directory.glob(NAME.format(day="*")):
        with suppress(ValueError):
            text = path.name.removeprefix(before).removesuffix(after)
            days.append(datetime.date.fromisoformat(text))
    return max(days, default=None)
