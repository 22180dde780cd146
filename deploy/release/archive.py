"""The release archive: what git holds at a commit, the same bytes wherever and whenever it is made.

Files come sorted by name, with the commit's time, of nobody, readable by all. Compiled catalogues
are not among them: `nightjar setup` makes them, so the archive is what can be read in git.
"""

from __future__ import annotations

import gzip
import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
_KINDS = {"100644": (tarfile.REGTYPE, 0o644), "100755": (tarfile.REGTYPE, 0o755)}
_KINDS["120000"] = (tarfile.SYMTYPE, 0o777)


class Entry(NamedTuple):
    """A file of the commit. `mode` is git's."""

    path: str
    mode: str
    content: bytes


def tar(commit: str, folder: str) -> bytes:
    """The archive without compression; all its files are in `folder`."""
    written = io.BytesIO()
    time = commit_time(commit)
    # As git does it: `git get-tar-commit-id` reads which commit this is.
    head = {"comment": git("rev-parse", f"{commit}^{{commit}}").decode().strip()}
    with tarfile.open(
        fileobj=written, mode="w", format=tarfile.PAX_FORMAT, pax_headers=head
    ) as archive:
        for entry in entries(commit):
            archive.addfile(*_member(entry, folder, time))
    return written.getvalue()


def compressed(plain: bytes) -> bytes:
    """As gzip, without a name and a time."""
    return gzip.compress(plain, compresslevel=9, mtime=0)


def entries(commit: str) -> Iterator[Entry]:
    """All files of a commit, by name."""
    listed = git("ls-tree", "-r", "-z", "--full-tree", commit).decode().split("\0")[:-1]
    lines = sorted(
        (path, head.split()) for head, _tab, path in (one.partition("\t") for one in listed)
    )
    names = "".join(f"{head[2]}\n" for _path, head in lines)
    blobs = io.BytesIO(git("cat-file", "--batch", given=names.encode()))
    for path, (mode, _kind, _name) in lines:
        size = int(blobs.readline().split()[2])
        yield Entry(path, mode, blobs.read(size))
        blobs.read(1)


def one_file(commit: str, path: str) -> bytes:
    """What a file holds at a commit."""
    return git("show", f"{commit}:{path}")


def commit_time(commit: str) -> int:
    """When it was committed, in seconds since 1970."""
    return int(git("show", "-s", "--format=%ct", commit))


def git(*command: str, given: bytes = b"") -> bytes:
    """What a git command prints. Raises CalledProcessError."""
    done = subprocess.run(["git", *command], cwd=ROOT, input=given, capture_output=True, check=True)
    return done.stdout


def _member(entry: Entry, folder: str, time: int) -> tuple[tarfile.TarInfo, io.BytesIO | None]:
    made = tarfile.TarInfo(f"{folder}/{entry.path}")
    made.mtime = time
    made.type, made.mode = _KINDS[entry.mode]
    if made.type == tarfile.SYMTYPE:
        made.linkname = entry.content.decode()
        return made, None
    made.size = len(entry.content)
    return made, io.BytesIO(entry.content)
