"""Fill the database with so many megabytes, rewrite it, and print how much memory that took.

    DATABASE_FILE=… python -m tests.privacy.rewrite_worker MEGABYTES MOST_IN_MEMORY

Prints the size of the file and by how much the process's peak grew meanwhile, in bytes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.file_settings"

import django
from django.db import connection

django.setup()

from safety_app.privacy import storage  # noqa: E402

MEGABYTE = 1_000_000


def peak() -> int:
    """The most memory that this process ever had, in bytes (Linux).

    Not `ru_maxrss`: a process begins with that of the one which started it.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def main(megabytes: int, most_in_memory: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filling (id INTEGER PRIMARY KEY, body BLOB)")
        for _ in range(megabytes):
            cursor.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
                " INSERT INTO filling (id, body) SELECT abs(random()), randomblob(9900) FROM n"
            )
    storage.checkpoint_wal()
    storage.MOST_IN_MEMORY = most_in_memory
    before = peak()
    storage.rewrite_file()
    grown = peak() - before
    storage.checkpoint_wal()
    print(Path(os.environ["DATABASE_FILE"]).stat().st_size, grown)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
