"""A trigger in the database writes in the middle of a removal: rows that were hidden come back
before the renewal looks, and a desk is as it was. So nothing is written where there is one, or
anything else that acts.
"""

from __future__ import annotations

import pytest
from django.db import connection

from safety_app.accounts.flows import revoke
from safety_app.accounts.models import Epoch, Member
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import network_rotation
from safety_app.privacy.backends.foreign_programs import has_foreign_programs
from tests.cast import Person

# How each is made, and how it is taken away again.
SQLITE = {
    "trigger": (
        "CREATE TRIGGER t AFTER INSERT ON accounts_epoch BEGIN"
        " UPDATE accounts_member SET epoch = epoch; END",
        "DROP TRIGGER t",
    ),
    "view": ("CREATE VIEW v AS SELECT * FROM accounts_member", "DROP VIEW v"),
    "virtual table": ("CREATE VIRTUAL TABLE v USING fts5(x)", "DROP TABLE v"),
    "foreign key that deletes": (
        "CREATE TABLE v (m REFERENCES accounts_member (id) ON DELETE CASCADE)",
        "DROP TABLE v",
    ),
    "index that stops a removal": (
        "CREATE UNIQUE INDEX v ON accounts_epoch ((1)) WHERE number > 0",
        "DROP INDEX v",
    ),
}
FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
BOOLEAN = "CREATE FUNCTION f(bigint) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN true; END'; "
IMMUTABLE = BOOLEAN.replace("LANGUAGE", "IMMUTABLE LANGUAGE")
TRIGGER = "CREATE TRIGGER t AFTER INSERT ON accounts_epoch FOR EACH ROW EXECUTE FUNCTION f()"
POSTGRESQL = {
    "trigger": (FUNCTION + TRIGGER, "DROP FUNCTION f CASCADE"),
    "trigger, while another schema is the current one": (
        f"CREATE SCHEMA AUTHORIZATION CURRENT_USER; CREATE FUNCTION public.{FUNCTION[16:]}"
        + TRIGGER.replace("f()", "public.f()"),
        "DROP SCHEMA nightjar CASCADE; DROP FUNCTION public.f CASCADE",
    ),
    "rule": (
        "CREATE RULE r AS ON INSERT TO accounts_epoch DO ALSO SELECT 1",
        "DROP RULE r ON accounts_epoch",
    ),
    "view": ("CREATE VIEW v AS SELECT * FROM accounts_member", "DROP VIEW v"),
    "check that calls a function": (
        BOOLEAN + "ALTER TABLE accounts_epoch ADD CONSTRAINT k CHECK (f(id))",
        "DROP FUNCTION f CASCADE",
    ),
    "index that calls a function": (
        IMMUTABLE + "CREATE INDEX v ON accounts_epoch (f(id))",
        "DROP FUNCTION f CASCADE",
    ),
    "default": (
        "ALTER TABLE accounts_epoch ALTER floor SET DEFAULT 1",
        "ALTER TABLE accounts_epoch ALTER floor DROP DEFAULT",
    ),
    "column of another type": (
        "CREATE DOMAIN d AS text; ALTER TABLE accounts_epoch ADD x d",
        "DROP DOMAIN d CASCADE",
    ),
    "policy": (
        "CREATE POLICY p ON accounts_member USING (true)",
        "DROP POLICY p ON accounts_member",
    ),
    "foreign key that deletes": (
        "CREATE TABLE v (m bigint REFERENCES accounts_member (id) ON DELETE CASCADE)",
        "DROP TABLE v",
    ),
    "table that inherits": ("CREATE TABLE v () INHERITS (accounts_member)", "DROP TABLE v"),
}


@pytest.mark.parametrize("kind", sorted({*SQLITE, *POSTGRESQL}))
def test_nothing_is_written(
    moderator: Person, colleague: Person, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    made_by = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    if kind not in made_by:
        return  # this database has no such thing
    client, ring, gone = moderator.confirm(), moderator.ring, colleague.row.pk
    made, taken_away = made_by[kind]
    run(made)
    for attempt in (
        lambda: revoke.revoke_access(ring, moderator.row, [gone]),
        lambda: network_rotation.renew_network_key(ring),
    ):
        with pytest.raises(EpochNotPinned):
            attempt()
    answer = client.post(f"/en/desk/people/{gone}/revoke/", {"revoke": "1"})
    assert answer.status_code == 503
    assert Member.objects.filter(pk=gone).exists()
    assert Epoch.objects.count() == 1
    assert "this program never makes" in caplog.text
    run(taken_away)
    revoke.revoke_access(ring, moderator.row, [gone])


@pytest.mark.sqlite_only("its table of the schema can be written")
def test_a_trigger_by_another_name(moderator: Person) -> None:
    """SQLite runs the statement, whatever is said of its kind."""
    made, taken_away = SQLITE["trigger"]
    for kind in ("TRIGGER", "table"):
        run(made)
        run("PRAGMA writable_schema = ON")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE sqlite_master SET type = %s WHERE name = 't'", [kind])
        assert has_foreign_programs()
        run("UPDATE sqlite_master SET type = 'trigger' WHERE name = 't'")
        run("PRAGMA writable_schema = OFF")
        run(taken_away)
    assert not has_foreign_programs()


@pytest.mark.sqlite_only("its table of the schema can be written")
def test_a_key_that_puts_a_row_back(moderator: Person) -> None:
    """Instead of deleting the row that refers to another, her key lets it have other columns."""
    [(before,)] = run("SELECT sql FROM sqlite_master WHERE name = 'accounts_vouching'")
    after = before.replace(
        "DEFERRABLE INITIALLY DEFERRED", "ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED", 1
    )
    run("PRAGMA writable_schema = ON")
    for sql, is_foreign in ((after, True), (before, False)):
        changed = "UPDATE sqlite_master SET sql = %s WHERE name = 'accounts_vouching'"
        with connection.cursor() as cursor:
            cursor.execute(changed, [sql])
        assert has_foreign_programs() is is_foreign
    run("PRAGMA writable_schema = OFF")


def run(statements: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statements)
        return cursor.fetchall() if cursor.description else []


def test_an_extension_of_the_operator_stops_nobody(moderator: Person) -> None:
    """The views of pg_stat_statements lie in the same schema on most servers of PostgreSQL."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_stat_statements")
        cursor.execute("SELECT count(*) FROM pg_views WHERE schemaname = current_schema()")
        assert cursor.fetchone()[0] > 0
    network_rotation.renew_network_key(moderator.ring)
    assert Epoch.objects.count() == 2
