"""A trigger in the database writes in the middle of a removal: rows that were hidden come back
before the renewal looks, and a desk is as it was. So nothing is written where there is one.
"""

from __future__ import annotations

import pytest
from django.db import connection

from safety_app.accounts.flows import revoke
from safety_app.accounts.models import Epoch, Member
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import network_rotation
from tests.cast import Person

SQLITE = {
    "trigger": "CREATE TRIGGER t AFTER INSERT ON accounts_epoch BEGIN"
    " UPDATE accounts_member SET epoch = epoch; END",
    "view": "CREATE VIEW v AS SELECT * FROM accounts_member",
}
POSTGRESQL = {
    "trigger": "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
    " CREATE TRIGGER t AFTER INSERT ON accounts_epoch FOR EACH ROW EXECUTE FUNCTION f()",
    "rule": "CREATE RULE r AS ON INSERT TO accounts_epoch DO ALSO SELECT 1",
    "view": "CREATE VIEW v AS SELECT * FROM accounts_member",
}


@pytest.mark.parametrize("kind", ["trigger", "rule", "view"])
def test_nothing_is_written(
    moderator: Person, colleague: Person, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    made_by = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    if kind not in made_by:
        return  # SQLite has no rules
    client, ring, gone = moderator.confirm(), moderator.ring, colleague.row.pk
    with connection.cursor() as cursor:
        cursor.execute(made_by[kind])
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
    assert "which this program never makes" in caplog.text
    with connection.cursor() as cursor:
        on_table = " ON accounts_epoch" * (kind != "view" and connection.vendor == "postgresql")
        cursor.execute(f"DROP {kind} {kind[0]}{on_table}")


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
