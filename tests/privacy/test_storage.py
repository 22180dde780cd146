"""`forget` empties SQLite's journal, also while others read."""

import sqlite3
import threading
import time

import pytest
from django.db import connection, connections, transaction

from safety_app.privacy import storage

CANARY = b"what was deleted 1729"


@pytest.fixture
def database(tmp_path, monkeypatch, django_db_blocker):
    """A real file in WAL mode, in the place of the default connection."""
    file = tmp_path / "db.sqlite3"
    settings = {**connections["default"].settings_dict, "NAME": str(file)}
    settings["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON",
        "transaction_mode": "IMMEDIATE",
    }
    with django_db_blocker.unblock():
        ours = connections["default"].__class__(settings, "default")
        monkeypatch.setattr(storage, "connection", ours)
        ours.ensure_connection()
        with ours.cursor() as cursor:
            cursor.execute("CREATE TABLE t (x)")
            cursor.execute("INSERT INTO t VALUES (%s)", [CANARY])
            cursor.execute("DELETE FROM t")
        yield file, ours
        ours.close()


def everything(file) -> bytes:
    return b"".join(path.read_bytes() for path in file.parent.iterdir())


@pytest.mark.sqlite_only("SQLite's write-ahead log")
def test_what_was_deleted_is_gone(database):
    file, _ = database
    assert CANARY in everything(file)
    assert storage.checkpoint_wal()
    assert CANARY not in everything(file)


@pytest.mark.thorough
def test_waits_for_a_reader(database):
    file, _ = database
    reader = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM t").fetchall()

    def let_go():
        time.sleep(0.2)
        reader.execute("COMMIT")

    thread = threading.Thread(target=let_go)
    thread.start()
    assert storage.checkpoint_wal()
    thread.join()
    reader.close()
    assert CANARY not in everything(file)


@pytest.mark.thorough
def test_says_when_a_reader_does_not_let_go(database, monkeypatch):
    file, ours = database
    monkeypatch.setattr(storage, "RETRY_SECONDS", 0.1)
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM t").fetchall()
    with ours.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=10")
        cursor.execute("INSERT INTO t VALUES (1)")
    assert storage.checkpoint_wal() is False
    reader.close()


def test_other_databases_are_left_alone(monkeypatch):
    class Other:
        vendor = "postgresql"

    monkeypatch.setattr(storage, "connection", Other())
    assert storage.checkpoint_wal()


@pytest.mark.sqlite_only(
    "PostgreSQL's journal is dropped once a day: tests/stacks/test_postgres.py"
)
@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_it_waits_for_the_commit(monkeypatch):
    called = []
    monkeypatch.setattr(storage, "_checkpoint_after_commit", lambda: called.append(1))
    with transaction.atomic():
        assert storage.checkpoint_wal()
        assert called == []
    assert called == [1]
    assert connection.vendor == "sqlite"
