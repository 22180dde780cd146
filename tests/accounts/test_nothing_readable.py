"""The tables about people: no pseudonym, no hash of one, no time, and one size for all."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models

from safety_app.accounts.models import Instance, Member
from safety_app.vault.passphrase import fold_pseudonym
from tests.cast import CAST, CODES


@pytest.fixture
def cells(populated: None) -> list[bytes]:
    """Every value of every table, as bytes."""
    values: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                values += [as_bytes(value) for value in row if value is not None]
    assert len(values) > 100
    return values


def as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()


def test_no_pseudonym_passphrase_or_code_in_any_table(cells: list[bytes]) -> None:
    words = [word for _role, *typed, _organisation in CAST.values() for word in typed]
    words += list(CODES.values()) + [word.casefold() for word in words]
    for word in words:
        for form in (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()):
            assert not [cell for cell in cells if form in cell]


@pytest.mark.thorough
def test_no_hash_of_a_pseudonym_in_any_table(cells: list[bytes]) -> None:
    keys = [b"", bytes(Instance.objects.get().salt)]
    for _role, pseudonym, _passphrase, _organisation in CAST.values():
        for text in (pseudonym.encode(), fold_pseudonym(pseudonym).encode()):
            for key in keys:
                for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
                    for derived in (
                        hashlib.new(name, key + text).digest(),
                        hmac.digest(key, text, "sha256"),
                    ):
                        assert not [cell for cell in cells if derived[:8] in cell]
    assert settings.PEPPER not in b"".join(cells)


def test_rows_of_people_with_and_without_anything_have_one_size(populated: None) -> None:
    binary = [field.attname for field in Member._meta.fields if "Binary" in type(field).__name__]
    sizes = {
        tuple(len(getattr(row, name) or b"") for name in binary) for row in Member.objects.all()
    }
    assert len(sizes) == 1


def test_the_only_days_are_a_month_and_the_end_of_a_stay(populated: None) -> None:
    days = {field.name for field in Member._meta.fields if isinstance(field, models.DateField)}
    assert days == {"renewed", "stay_until"}
    assert {row.renewed.day for row in Member.objects.all()} == {1}
