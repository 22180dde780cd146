"""The pseudonyms of an organisation: what is opened and compared, whatever the number of people."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from safety_app.accounts import roster
from safety_app.accounts.flows import applications, people
from safety_app.accounts.keys import credentials
from safety_app.accounts.keys.desk_keys import desk_of
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Application, Member
from safety_app.privacy.ids import random_id
from safety_app.vault import passphrase, seals
from tests.accounts.newcomers import applicant, application_of
from tests.cast import Person
from tests.stacks import memory

Counter = Callable[[], int]
Keys = tuple[Member, KeyRing]


@pytest.fixture
def keys(moderator: Person) -> Keys:
    """The moderator's row and keys of one session."""
    return moderator.keys


def add(keys: Keys, *names: str) -> list[Member]:
    """People with these pseudonyms in the moderator's organisation."""
    row, ring = keys
    desk = desk_of(ring, row.organisation_id)
    rows = []
    for name in names:
        person = Member(
            organisation=row.organisation,
            handle=os.urandom(32),
            verifier=os.urandom(32),
            recovery_handle=os.urandom(32),
            roles="member",
            public_key=row.public_key,
            epoch=ring.current,
            stamp=credentials.new_stamp(),
            renewed=row.renewed,
            id=random_id(),
        )
        credentials.seal_pseudonym(person, replace(ring, pseudonym=name), desk)
        rows.append(person)
    return Member.objects.bulk_create(rows)


def rename(keys: Keys, person: Member, name: str) -> None:
    """Give a person another pseudonym; as with any such change, the row is found otherwise."""
    row, ring = keys
    desk = desk_of(ring, row.organisation_id)
    credentials.seal_pseudonym(person, replace(ring, pseudonym=name), desk)
    person.handle = os.urandom(32)
    person.save()


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> Counter:
    """Counts the calls of a function; asked, it says how many there were since it was asked."""
    function, calls = getattr(module, name), 0

    def counting(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        return function(*given)

    def since() -> int:
        nonlocal calls
        seen, calls = calls, 0
        return seen

    monkeypatch.setattr(module, name, counting)
    return since


def asks(pseudonym: str) -> Application:
    """Of somebody who wants to come in."""
    return application_of(applicant(pseudonym))


def warned(keys: Keys, application: Application) -> str:
    """What the moderator is told of the applicant's pseudonym."""
    row, ring = keys
    return applications.open_application(ring, row, application).same_name


@pytest.mark.thorough
def test_a_warning_compares_few_names_of_many(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    newcomer, taken = asks("Calm Heron"), asks("night-moth 3")
    compared = counted(monkeypatch, passphrase, "fold_typing")
    opened = counted(monkeypatch, seals, "opener")
    costs = []
    for names in ([f"Moth {n}" for n in range(5)], [f"Night Moth {n}" for n in range(40)]):
        add(keys, *names)
        cache.clear()  # as in a new session
        warned(keys, newcomer)
        assert compared() > len(names)
        opened()
        assert warned(keys, newcomer) == ""
        costs.append((compared(), opened()))
    assert costs[0] == costs[1]
    assert warned(keys, taken) == "member"
    assert compared() <= costs[0][0] + 1
    assert opened() <= costs[0][1] + 1


def test_a_name_that_came_since_is_opened_and_no_other(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = asks("Calm Heron")
    add(keys, *(f"Moth {number}" for number in range(20)))
    assert warned(keys, newcomer) == ""
    compared = counted(monkeypatch, passphrase, "fold_typing")
    warned(keys, newcomer)
    usual = compared()
    add(keys, "CALM heron")
    assert warned(keys, newcomer) == "member"
    assert compared() <= usual + 1


@pytest.mark.thorough
def test_a_name_that_was_changed_since(keys: Keys) -> None:
    newcomer, other = asks("Calm Heron"), asks("Loud Heron")
    [person] = add(keys, "Calm Heron")
    assert (warned(keys, newcomer), warned(keys, other)) == ("member", "")
    rename(keys, person, "Loud  Heron")
    assert (warned(keys, newcomer), warned(keys, other)) == ("", "member")


def test_a_name_whose_owner_went_since(keys: Keys) -> None:
    newcomer = asks("Calm Heron")
    [person] = add(keys, "Calm Heron")
    assert warned(keys, newcomer) == "member"
    person.delete()
    assert warned(keys, newcomer) == ""


@pytest.mark.thorough
def test_more_came_since_than_are_opened_one_by_one(keys: Keys) -> None:
    newcomer = asks("Moth 90")
    assert warned(keys, newcomer) == ""
    add(keys, *(f"Moth {number}" for number in range(100)))
    assert warned(keys, newcomer) == "member"


def test_two_of_one_name_and_one_goes(keys: Keys) -> None:
    newcomer = asks("Calm Heron")
    [first, _second] = add(keys, "Calm Heron", "calm heron")
    assert warned(keys, newcomer) == "member"
    first.delete()
    assert warned(keys, newcomer) == "member"


def test_rows_that_do_not_open_hide_no_other(keys: Keys) -> None:
    newcomer = asks("Calm Heron")
    [spoiled, other] = add(keys, "Moth", "Wren")
    Member.objects.filter(pk=spoiled.pk).update(pseudonym_seal=b"nothing")
    Member.objects.filter(pk=other.pk).update(handle=b"")
    assert warned(keys, newcomer) == ""
    add(keys, "Calm Heron")
    assert warned(keys, newcomer) == "member"


@pytest.mark.thorough
def test_a_part_of_what_is_kept_is_lost(keys: Keys) -> None:
    newcomer = asks("Calm Heron")
    add(keys, "Calm Heron", *(f"Moth {number}" for number in range(30)))
    assert warned(keys, newcomer) == "member"
    for name in memory.stored():
        cache.delete(name)
        assert warned(keys, newcomer) == "member"


@pytest.mark.thorough
def test_the_first_list_expands_the_key_once_and_reads_only_names(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, ring = keys
    opened = counted(monkeypatch, seals, "opener")
    costs = []
    for names in ([f"Moth {n}" for n in range(5)], [f"Night Moth {n}" for n in range(40)]):
        add(keys, *names)
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = people.people_matching(ring, row, names[0])
        assert len(found) == 1
        costs.append(opened())
    assert costs[0] == costs[1]
    assert not [
        query
        for query in queries
        if "second_factor_box" in query["sql"] and "pseudonym_seal" in query["sql"]
    ]


@pytest.mark.sqlite_only("says how it looks for rows")
def test_whose_names_are_known_is_read_from_an_index(keys: Keys) -> None:
    for waiting in (False, True):
        plan = roster.rows_of(keys[0], waiting=waiting).values_list("pk", "handle").explain()
        assert "USING COVERING INDEX" in plan
