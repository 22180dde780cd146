"""What PostgreSQL keeps, what makes it forget, and what its settings must be."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DataError, connection
from django.test import override_settings

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.privacy.retention import backup_rows, postgres, postgres_checks
from safety_app.privacy.retention.housekeeping import housekeep
from safety_app.privacy.retention.only_one import _HOUSEKEEPING
from safety_app.server import limits
from tests.alerts.reports import report
from tests.cast import Person
from tests.stacks.postgres import Cluster

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cluster() -> Cluster:
    """The one that these tests run on."""
    return Cluster(Path(str(connection.settings_dict["HOST"])))


def run(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(autouse=True)
def not_yet_done_today(transactional_db: None) -> None:
    """A comment on a table stays where rows are taken back."""
    run("COMMENT ON TABLE django_migrations IS NULL")


def places(cluster: Cluster, pieces: Iterable[bytes]) -> set[str]:
    """Which files of the server, journal and all, hold one of these bytes."""
    run("CHECKPOINT")
    return {
        path.relative_to(cluster.directory).as_posix()
        for path in cluster.directory.rglob("*")
        if path.is_file() and any(piece in path.read_bytes() for piece in pieces)
    }


# A thief with the disk


def test_what_is_erased_is_in_no_file_the_day_after(
    member: Person, colleague: Person, cluster: Cluster
) -> None:
    alert = lifecycle.post(member.ring, member.row, report())
    lifecycle.confirm(colleague.ring, alert.pk, "note")
    row = member.row
    columns = ("handle", "verifier", "public_key", "seed_seal", "network_box", "pseudonym_seal")
    pieces = {bytes(getattr(row, name))[:16] for name in columns}
    pieces |= {bytes(getattr(alert, name))[:16] for name in ("card", "body", "author_seal")}
    run("ANALYZE")
    assert all(places(cluster, [piece]) for piece in pieces)
    lifecycle.withdraw(member.ring, alert.pk)
    gone = member.client.post("/en/me/erase/", {"passphrase": member.passphrase})
    assert gone.status_code == 200, gone.content
    assert not Member.objects.filter(pk=row.pk).exists()
    assert not Alert.objects.filter(pk=alert.pk).exists()
    # What is true until then, also after the usual clean-up: tables and journal have all of it.
    run("VACUUM")
    left = places(cluster, pieces)
    assert {name.split("/")[1] for name in left} == {"base", "pg_wal"}
    assert housekeep(today())
    assert places(cluster, pieces) == set()


def test_rows_do_not_tell_in_which_order_they_came(member: Person) -> None:
    came = [lifecycle.post(member.ring, member.row, report()).pk for _ in range(8)]
    lie = "SELECT id, xmin::text FROM alerts_alert ORDER BY ctid"
    assert [pk for pk, _number in run(lie)] == came
    assert len({number for _pk, number in run(lie)}) == len(came)
    before = _long_values()
    assert postgres.forget(today())
    assert [pk for pk, _number in run(lie)] == sorted(came)
    assert len({number for _pk, number in run(lie)}) == 1
    # All tables have the same, so none tells what was written together with a row of another.
    assert {number for _pk, number in run(lie)} == {
        number for (number,) in run("SELECT DISTINCT xmin::text FROM accounts_member")
    }
    assert len(before) >= len(came)
    assert not before & _long_values()
    assert lifecycle.withdraw(member.ring, came[0]) is None
    assert Alert.objects.count() == len(came) - 1


def _long_values() -> set[int]:
    """The numbers of values that are stored beside their rows; they count up."""
    ((table,),) = run(
        "SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = %s", "alerts_alert"
    )
    return {number for (number,) in run(f"SELECT chunk_id FROM {table}")}  # noqa: S608


def test_nothing_sealed_is_sampled(member: Person) -> None:
    for _ in range(3):
        lifecycle.post(member.ring, member.row, report())
    sampled = "SELECT attname FROM pg_stats WHERE tablename = 'alerts_alert'"
    run("ANALYZE alerts_alert")
    seen = {name for (name,) in run(sampled)}
    assert "level" in seen
    assert not seen & {"card", "body", "region", "author_tag", "author_seal"}
    assert postgres.sampled_columns() == []
    run("ALTER TABLE alerts_alert ALTER region SET STATISTICS 100")
    run("ANALYZE alerts_alert")
    assert "region" in {name for (name,) in run(sampled)}
    assert found() == ["nightjar.W052"]
    call_command("migrate", verbosity=0)
    assert found() == []


# Once a day, for all machines


def test_it_is_done_once_a_day(member: Person) -> None:
    assert postgres.last_rewrite() is None
    assert housekeep(today())
    assert postgres.last_rewrite() == today()
    lifecycle.post(member.ring, member.row, report())
    numbers = run("SELECT xmin::text FROM alerts_alert")
    assert housekeep(today())
    assert run("SELECT xmin::text FROM alerts_alert") == numbers


def test_another_machine_that_is_at_it(cluster: Cluster) -> None:
    with cluster.connect(str(connection.settings_dict["NAME"])) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(%s)", [_HOUSEKEEPING])
        assert not housekeep(today())
        elsewhere.execute("SELECT pg_advisory_unlock(%s)", [_HOUSEKEEPING])
    assert housekeep(today())


def test_a_backup_is_not_emptied_by_it(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that are written anew look empty to whoever began to read before."""
    lifecycle.post(member.ring, member.row, report())
    monkeypatch.setattr(postgres, "_ATTEMPTS", 1)
    monkeypatch.setattr(postgres, "_LONGEST_WAIT", "100ms")
    lines = backup_rows.lines()
    next(lines)
    outcome: list[bool] = []

    def rewrite() -> None:
        outcome.append(postgres.forget(today()))
        connection.close()

    thread = threading.Thread(target=rewrite)
    thread.start()
    thread.join()
    assert outcome == [False]
    assert sum(line.startswith(b'{"table":"alerts_alert"') for line in lines) == 1
    assert postgres.forget(today())


def test_a_journal_that_may_not_be_dropped_is_said(
    cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    run("CREATE ROLE plain")
    try:
        run("SET ROLE plain")
        assert not postgres.drop_journal()
        assert "journal keeps what was deleted" in caplog.text
        assert [problem.id for problem in postgres_checks._rights()] == ["nightjar.W051"]
        run("RESET ROLE")
        run("GRANT pg_checkpoint TO plain")
        run("GRANT EXECUTE ON FUNCTION pg_switch_wal() TO plain")
        run("SET ROLE plain")
        assert postgres.drop_journal()
        assert postgres_checks._rights() == []
    finally:
        run("RESET ROLE")
        run("REVOKE ALL ON FUNCTION pg_switch_wal() FROM plain")
        run("DROP ROLE plain")


# Its settings


def test_no_thread_of_a_server_waits_for_a_connection() -> None:
    pool = connection.pool
    lanes = (limits.PAGES, limits.PASSPHRASES, limits.EXPRESS)
    # Beside them, what runs in the background: new keys for the network, and for a desk.
    assert pool.max_size >= sum(threads for threads, _waiting in lanes) + 2


def found() -> list[str]:
    """Ids of what the checks find in this server."""
    with override_settings(DEMO=False):
        problems = postgres_checks.postgres_forgets(None, databases=["default"])
    for problem in problems:
        assert problem.msg.endswith(".")
        assert "\n" not in problem.msg
    return [str(problem.id) for problem in problems]


def test_with_the_shipped_settings_nothing_is_found() -> None:
    assert found() == []
    assert postgres_checks.postgres_forgets(None) == []
    with override_settings(DEMO=False):
        asked = run_checks(include_deployment_checks=True, databases=["default"])
    assert not [one for one in asked if str(one.id) in ("nightjar.E052", "nightjar.W050")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_statement", "all"),
        ("log_min_duration_statement", "0"),
        ("log_min_error_statement", "error"),
        ("log_parameter_max_length", "-1"),
        ("debug_print_plan", "on"),
    ],
)
def test_a_log_with_statements_refuses_the_start(name: str, value: str) -> None:
    run(f"SET {name} = '{value}'")
    try:
        assert found() == ["nightjar.E052"]
    finally:
        run(f"RESET {name}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wal_level", "replica"),
        ("archive_mode", "on"),
        ("wal_recycle", "on"),
        ("track_commit_timestamp", "on"),
        ("shared_preload_libraries", "pg_stat_statements"),
        ("autovacuum", "off"),
    ],
)
def test_what_keeps_more_is_a_warning(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = postgres_checks._settings()
    assert usual.keys() == {*postgres_checks.LOGGED, *postgres_checks.KEPT, "server_version_num"}
    monkeypatch.setattr(postgres_checks, "_settings", lambda: {**usual, name: value})
    assert found() == ["nightjar.W050"]


def test_each_setting_of_the_checks_is_shipped() -> None:
    shipped = (Path("deploy") / "postgresql" / "nightjar.conf").read_text()
    here = {line.split(" = ")[0] for line in shipped.splitlines() if " = " in line}
    later = {"session_preload_libraries", "local_preload_libraries"}
    assert {*postgres_checks.LOGGED, *postgres_checks.KEPT} - later <= here


# Whoever can write to the database


@pytest.mark.parametrize(
    "change", ["day = 'text'", "day = ''", "card = 5", "level = 'text'", "author_mac = 'é'::date"]
)
def test_a_value_of_another_type_does_not_get_in(member: Person, change: str) -> None:
    lifecycle.post(member.ring, member.row, report())
    with pytest.raises((DataError, Exception), match="type|syntax"):
        run(f"UPDATE alerts_alert SET {change}")  # noqa: S608
