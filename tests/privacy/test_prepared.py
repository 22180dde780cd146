"""Prepared selects read what is stored as the ORM does."""

import datetime
from typing import Any

import pytest
from django.db import connection

from alerts.cards import COLUMNS, CardRow, card_rows, rows_by_id, some_rows
from alerts.models import Alert
from safety_app.accounts.backend import SealedBackend
from safety_app.accounts.models import Member
from safety_app.privacy.fields import LONG_AGO
from tests.alerts.lookups import post
from tests.alerts.reports import reported
from tests.cast import Person

pytestmark = pytest.mark.django_db


def _set(model: type[Any], pk: int, column: str, value: object) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, pk])  # noqa: S608


def test_rows_are_those_of_the_orm(member: Person) -> None:
    alert = post(member, reported("phone", "06 39 98 12 42"))
    (expected,) = card_rows(Alert.objects.all())
    assert rows_by_id([alert.pk]) == [expected] == some_rows(5)
    assert len(COLUMNS) == len(CardRow._fields)
    assert rows_by_id([]) == []


@pytest.mark.sqlite_only("PostgreSQL refuses another type: tests/stacks/test_postgres.py")
@pytest.mark.parametrize("value", ["text", "", 5])
def test_what_somebody_put_there_is_harmless(member: Person, value: object) -> None:
    alert = post(member, reported("phone", "06 39 98 12 42"))
    for column in ("card", "day"):
        _set(Alert, alert.pk, column, value)
    (row,) = rows_by_id([alert.pk])
    assert row.box == b""
    assert row.day == LONG_AGO
    assert isinstance(row.expires, datetime.date)


def test_the_signed_in_member_is_the_whole_row(member: Person) -> None:
    loaded = SealedBackend().get_user(member.row.pk)
    stored = Member.objects.get(pk=member.row.pk)
    assert loaded is not None
    for field in Member._meta.concrete_fields:
        assert getattr(loaded, field.attname) == getattr(stored, field.attname)
    assert not loaded._state.adding
    assert SealedBackend().get_user(1) is None
