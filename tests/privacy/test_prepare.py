"""`manage.py prepare` changes everything or, where SQLite can, nothing."""

import pytest
from django.core.management import call_command
from django.db import connection

from safety_app.privacy.management.commands import prepare


@pytest.mark.django_db(transaction=True)
@pytest.mark.thorough
def test_what_fails_half_way_leaves_the_tables_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("each migration is a transaction of its own there")

    def half(name: str, **options: object) -> None:
        if name != "migrate":
            raise OSError("the disk is full")
        with connection.schema_editor() as editor:
            editor.execute("CREATE TABLE half_way (id integer)")

    monkeypatch.setattr(prepare, "call_command", half)
    with pytest.raises(OSError, match="full"):
        call_command("prepare")
    assert "half_way" not in connection.introspection.table_names()
