"""Odd values in what waits: every page stays a clear page, and nobody gets in by one."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client

from safety_app.accounts.flows import vouch
from safety_app.accounts.models import Application, Vouching
from tests.accounts.newcomers import PASSPHRASE, applicant
from tests.cast import Person
from tests.test_odd_rows import ODD, put

TABLES = ("accounts.Application", "accounts.Vouching", "accounts.Invitation", "accounts.Member")
WORDS = [b"\xff\xfe", "odd", 7]


def columns() -> list[tuple[str, str]]:
    found = []
    for table in TABLES:
        for field in apps.get_model(table)._meta.concrete_fields:
            if isinstance(field, (*ODD, models.CharField)):
                found.append((table, field.name))
    return [*found, ("accounts.Organisation", "vouchings"), ("accounts.Organisation", "leaves")]


@pytest.mark.thorough
@pytest.mark.parametrize(("table", "column"), columns())
def test_no_page_breaks(moderator: Person, member: Person, table: str, column: str) -> None:
    waits = applicant()
    code = vouch.vouch(*reversed(member.keys), "someone I know")
    asked = f"/en/desk/asked/{Application.objects.get().pk}/"
    vouched = f"/en/desk/vouched/{Vouching.objects.get(invitation__isnull=False).pk}/"
    model = apps.get_model(table)
    kind = type(model._meta.get_field(column))
    for value in ODD.get(kind, WORDS):
        # What a column of words holds ends her session, so each value finds new ones.
        desk, inside, outside = moderator.sign_in(), member.sign_in(), waits.sign_in()
        before = transaction.savepoint()
        put(model, column, value)
        for client, paths in (
            (desk, ("/en/desk/", "/en/desk/invite/", asked, vouched)),
            (inside, ("/en/vouch/", "/en/me/")),
            (outside, ("/en/me/", "/en/me/erase/", "/en/a/")),
            (Client(), ("/en/apply/", "/en/join/")),
        ):
            for path in paths:
                assert client.get(path).status_code < 500, (value, path)
        for path in (asked, vouched):
            for sent in ("ask", "decline", "undo", "approve"):
                assert desk.post(path, {sent: "1", "person": "7"}).status_code < 500, (value, path)
        assert inside.post("/en/vouch/", {"make": "1", "note": "x"}).status_code < 500
        typed = {"pseudonym": "Calm Heron", "passphrase": PASSPHRASE}
        assert Client().post("/en/in/", typed).status_code < 500
        joining = {**typed, "passphrase_again": PASSPHRASE, "code": code}
        assert Client().post("/en/join/", joining).status_code < 500
        transaction.savepoint_rollback(before)
