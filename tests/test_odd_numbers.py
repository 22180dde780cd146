"""Rows whose id, or whose reference to another row, no row of ours has: no page breaks by one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test import Client

from alerts.flows import lifecycle
from alerts.models import Alert
from alerts.sealing.keys import AlertKeys
from safety_app.accounts import moderation_queue
from safety_app.accounts.flows import recover, revoke
from safety_app.accounts.models import Member
from safety_app.accounts.rotation import desk_rotation, reencrypt
from safety_app.privacy import budgets
from safety_app.privacy.ids import LOWEST
from safety_app.privacy.url_converters import RandomIdConverter
from tests.accounts.desk_renewals import renew_own_desk
from tests.alerts.reports import report, reported
from tests.cast import Person
from tests.changed_worlds import OURS, World, quiet, tables
from tests.stacks.odd import somebody_writes
from tests.test_changed_rows import SHARED, pages_of
from tests.test_walk import every_address

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

LARGEST = 2**63 - 1
IDS = (5, -1)
# PostgreSQL takes only the numbers into a column of numbers.
NUMBERS: tuple[object, ...] = (5, -1, LARGEST, 9e999, "text")
# What decides which list a row is in.
STATES = {
    "Member": ("waiting", "approved", "active"),
    "Alert": ("new", "held", "hidden", "reviewed"),
    "Invitation": ("open", "asked"),
    "Application": ("waiting", "declined"),
}
MOST_ROWS = 3  # of a table, that are copied
WHO = ("member", "colleague", "moderator", "other_moderator", "outsider", "translator", "editor")


@pytest.fixture
def made(cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(budgets.time, "sleep", lambda _seconds: None)
    world = quiet(cast)
    for name in WHO:
        world.cast[name].confirm()
    return world


def numbers(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """The columns of numbers but the primary key, those that point to a row among them."""
    kinds = (models.ForeignKey, models.IntegerField)
    for field in model._meta.concrete_fields:
        if isinstance(field, kinds) and not field.primary_key:
            yield field


def copy(model: type[models.Model], pk: int, **other: object) -> None:
    """Write a copy of a row with other values in some columns (by name).

    Where something stands once only, it is made different; a row that can have no twin is changed
    itself.
    """
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    values = {"id": int.from_bytes(os.urandom(8)) >> 1 | 2**62, **other}
    for field in fields:
        if field.unique and isinstance(field, models.BinaryField):
            values.setdefault(field.name, os.urandom(field.max_length or 16))
        elif field.unique and isinstance(field, models.CharField):
            values.setdefault(field.name, f"Copy {os.urandom(4).hex()}")
    columns = ", ".join(quote(str(field.column)) for field in fields)
    shown = ", ".join(
        "%s" if field.name in values else quote(str(field.column)) for field in fields
    )
    given = [values[field.name] for field in fields if field.name in values]
    before = model._default_manager.count()
    with somebody_writes(), connection.cursor() as cursor:
        unchecked(cursor)
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {shown} FROM {table} WHERE id = %s",  # noqa: S608
            [*given, pk],
        )
    if model._default_manager.count() > before:
        return
    pairs = ", ".join(f"{quote(str(model._meta.get_field(name).column))} = %s" for name in other)  # type: ignore[union-attr]
    with somebody_writes(), connection.cursor() as cursor:
        unchecked(cursor)
        cursor.execute(f"UPDATE {table} SET {pairs} WHERE id = %s", [*other.values(), pk])  # noqa: S608


def unchecked(cursor: Any) -> None:
    """What points to no row is not refused."""
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA defer_foreign_keys = ON")


def plant(model: type[models.Model]) -> None:
    """Rows with every such id, in every state, and with every odd number in every column."""
    pks = list(model._default_manager.order_by("pk").values_list("pk", flat=True)[:MOST_ROWS])
    states = STATES.get(model.__name__, ())
    shift = 0
    for pk in pks:
        for number in IDS:
            copy(model, pk, id=number + (shift if number == 5 else 0))
        for state in states:
            shift += 1
            copy(model, pk, id=1000 + shift, state=state)
        for field in numbers(model):
            for value in NUMBERS:
                copy(model, pk, **{field.name: value})


@contextmanager
def planted(kinds: Sequence[type[models.Model]]) -> Iterator[None]:
    before = transaction.savepoint()
    try:
        for model in kinds:
            plant(model)
        yield
    finally:
        transaction.savepoint_rollback(before)


def look(world: World, pages: dict[str, list[str]]) -> list[str]:
    """Who got no page where; that the database may have been changed is one."""
    cache.delete("altered")
    for name in ("moderator", "other_moderator"):
        moderation_queue.forget_count(world.cast[name].row)
    broken, read = [], 0
    for name, addresses in pages.items():
        client = world.cast[name].client if name in world.cast else Client()
        client.raise_request_exception = False
        for address in addresses:
            status = client.get(address).status_code
            read += status == 200
            if status >= 500:
                broken.append(f"{name} {address}: {status}")
    return [*broken, *([] if read > 10 else [f"only {read} pages were read"])]


# Those that all need by themselves, since by one of them everybody may be kept out.
GROUPS = [
    *([model] for model in tables() if model.__name__ in SHARED),
    *(
        [
            model
            for model in tables()
            if model._meta.app_label == app and model.__name__ not in SHARED
        ]
        for app in OURS
    ),
]


@pytest.mark.parametrize("kinds", GROUPS, ids=lambda kinds: kinds[0]._meta.label)
def test_lists_and_rows(made: World, kinds: list[type[models.Model]]) -> None:
    pages = {name: [f"/en/{page}" for page in pages_of(made, name)] for name in WHO}
    with planted(kinds):
        assert not look(made, pages)


def test_every_page_with_all_of_them(made: World) -> None:
    with planted([model for model in tables() if model.__name__ not in SHARED]):
        assert not look(made, dict.fromkeys(("nobody", *WHO), every_address()))


def test_what_people_do_with_all_of_them(made: World) -> None:
    """A note, a new recovery code, a removal with all new keys, and the re-encryption behind it."""
    member, moderator = made.cast["member"], made.cast["moderator"]
    (member_row, member_ring), (row, ring) = member.keys, moderator.keys
    removed = made.cast["colleague"].row.pk
    with planted([model for model in tables() if model.__name__ not in SHARED]):
        lifecycle.post(member_ring, member_row, report(reported("phone", "06 39 98 12 44")))
        recover.renew_recovery_code(member_row.pk, member_ring)
        revoked = revoke.revoke_access(ring, row, [removed])
        assert not Member.objects.filter(pk=removed).exists()
        renew_own_desk(revoked.ring, row)
        reencrypt.reencrypt_all(revoked.ring, pause=lambda _seconds: None)
        desk_rotation.reencrypt_desks(revoked.ring, row)
        call_command("housekeep")
        keys = AlertKeys(revoked.ring)
        for pk in (made.victim, made.other):
            assert Alert.objects.get(pk=pk).epoch == keys.current


def test_a_note_of_a_member_with_a_small_id(
    cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sealed rightly, by somebody who also writes to the database."""
    member = cast["member"]
    monkeypatch.setattr(lifecycle, "random_id", lambda: 5)
    lifecycle.post(member.ring, member.row, report(reported("phone", "06 39 98 12 42")))
    for name in ("colleague", "member", "moderator"):
        client = cast[name].client
        for page in ("a/", "me/", "a/?mine=1"):
            assert client.get(f"/en/{page}").status_code == 200, (name, page)
        typed = {"q": "06 39 98 12 42", "country": "FR"}
        assert client.post("/en/a/check/", typed, follow=True).status_code == 200
    assert cast["moderator"].client.get("/en/desk/").status_code == 200


def test_an_address_without_a_row() -> None:
    converter = RandomIdConverter()
    assert converter.to_url(LOWEST + 7) == str(LOWEST + 7)
    for number in (5, 0, -1, LOWEST - 1, 2 * LOWEST):
        assert converter.to_python(converter.to_url(number)) == LOWEST
