"""Rewriting a large file takes no more memory than a small one, and leaves nothing beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from safety_app.privacy import storage

pytestmark = pytest.mark.sqlite_only(
    "it is SQLite's file; PostgreSQL: tests/stacks/test_postgres.py"
)

ROOT = Path(__file__).parent.parent.parent
NEVER = 10**12


def measure(folder: Path, megabytes: int, most_in_memory: int) -> tuple[int, int]:
    """The size of a file of about so many megabytes, and the memory its rewriting took (bytes)."""
    worker = [sys.executable, "-B", "-m", "tests.privacy.rewrite_worker"]
    done = subprocess.run(  # noqa: S603 (a fixed command)
        [*worker, str(megabytes), str(most_in_memory)],
        env={**os.environ, "DATABASE_FILE": str(folder / "db.sqlite3")},
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert [path.name for path in folder.iterdir()] == ["db.sqlite3"]
    size, grown = done.stdout.split()
    return int(size), int(grown)


@pytest.mark.thorough
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    size, grown = measure(tmp_path, 120, storage.MOST_IN_MEMORY)
    assert size > 120_000_000
    assert grown < size / 8


@pytest.mark.thorough
def test_control_in_memory_it_would(tmp_path: Path) -> None:
    size, grown = measure(tmp_path, 120, NEVER)
    assert grown > size / 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("most", "in_file"), [(-1, True), (NEVER, False)])
def test_only_a_large_file_is_copied_on_the_disk(
    monkeypatch: pytest.MonkeyPatch, most: int, in_file: bool
) -> None:
    monkeypatch.setattr(storage, "MOST_IN_MEMORY", most)
    with CaptureQueriesContext(connection) as queries:
        storage.rewrite_file()
    run = [query["sql"] for query in queries]
    assert ("PRAGMA temp_store=FILE" in run, "VACUUM" in run) == (in_file, True)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA temp_store")
        assert cursor.fetchone() == (2,)  # memory, for everything else


def test_that_copy_is_on_the_volume_of_the_data() -> None:
    assert os.environ["SQLITE_TMPDIR"] == str(settings.DATA_DIR)
