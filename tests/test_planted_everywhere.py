"""One row that anybody can plant, in each table: everybody still signs in.

What each may spoil by itself is tried in `tests/test_odd_numbers.py`; here it is the door.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client

from safety_app.accounts.checks import database_fits, pepper_fits
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.models import Desk
from safety_app.accounts.rotation import desk_upkeep
from safety_app.accounts.rotation.database_keys import database_keys
from safety_app.privacy import budgets
from safety_app.privacy.ids import LOWEST
from safety_app.vault import seals
from tests.accounts.test_epoch_pin import sign_in
from tests.cast import Person
from tests.changed_worlds import World, quiet, renewing, tables
from tests.test_odd_numbers import STATES, WHO, copy

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

# Before and behind every row of ours, and where no page looks.
IDS = (-9, 7, LOWEST, 2 * LOWEST - 1)


@pytest.fixture(params=[quiet, renewing])
def made(
    cast: dict[str, Person], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.setattr(budgets.time, "sleep", lambda _seconds: None)
    world: World = request.param(cast)
    return world


def plant(model: type[models.Model], pk: int) -> None:
    """A copy of a row under another id, with other bytes, as it is, and in other states."""
    row = model._default_manager.order_by("pk").values_list("pk", flat=True).first()
    if row is None:
        return
    other = {
        field.name: os.urandom(field.max_length or 16)
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }
    towards = -1 if pk == IDS[-1] else 1
    copy(model, row, id=pk, **other, **next_numbers(model))
    copy(model, row, id=pk + towards, **next_numbers(model))
    for shift, state in enumerate(STATES.get(model.__name__, ()), 2):
        copy(model, row, id=pk + towards * shift, state=state)


def next_numbers(model: type[models.Model]) -> dict[str, int]:
    """For columns in which each number stands once: a row with one that is there is none more."""
    names = [
        field.name
        for field in model._meta.concrete_fields
        if field.unique and isinstance(field, models.IntegerField) and not field.primary_key
    ]
    last = model._default_manager.aggregate(**{name: models.Max(name) for name in names})
    return {name: last[name] + 1 for name in names}


@contextmanager
def planted(model: type[models.Model]) -> Iterator[None]:
    before = transaction.savepoint()
    try:
        for pk in IDS:
            plant(model, pk)
        yield
    finally:
        transaction.savepoint_rollback(before)


def test_everybody_signs_in(made: World) -> None:
    refused = []
    for model in tables():
        with planted(model):
            cache.delete("altered")
            refused += [
                f"{model.__name__}: {name} {status}"
                for name in WHO
                if (status := sign_in(made.cast[name]).status_code) != 302
            ]
            for address in ("/en/apply/", "/en/object/", "/en/"):
                if (status := Client().get(address).status_code) >= 400:
                    refused.append(f"{model.__name__}: {address} {status}")
            found = [*database_fits(None, ["default"]), *pepper_fits(None, ["default"])]
            refused += [f"{model.__name__}: {one.msg}" for one in found]
    assert not refused


def test_a_second_moderation_desk(moderator: Person) -> None:
    """Moderators open the true one, objections are sealed to it, and the desk counts the other."""
    desk = Desk.objects.get(organisation=None)
    for pk in (5, 2 * LOWEST - 1):
        copy(Desk, desk.pk, id=pk, public_key=seals.public_key(seals.new_seed()))
    assert desk_keys.moderation_seed(moderator.ring, moderator.row) is not None
    assert desk_keys.public_desk(None).pk == desk.pk
    assert desk_upkeep.count_forgeries(moderator.ring) == 2
    assert database_keys().signers == moderator.ring.signers
