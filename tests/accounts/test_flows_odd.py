"""Odd values in waiting rows: every page stays readable, and nobody is admitted by one."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client

from safety_app.accounts.flows import vouch
from safety_app.accounts.models import Application, Vouching
from tests import offers
from tests.accounts.newcomers import PASSPHRASE, applicant
from tests.cast import Person
from tests.test_odd_rows import ODD, put

TABLES = ("accounts.Application", "accounts.Vouching", "accounts.Invitation", "accounts.Member")
WORDS = [b"\xff\xfe", "odd", 7]


def columns() -> list[tuple[str, str]]:
    columns = []
    for table in TABLES:
        for field in apps.get_model(table)._meta.concrete_fields:
            if isinstance(field, (*ODD, models.CharField)):
                columns.append((table, field.name))
    return [*columns, ("accounts.Organisation", "vouchings"), ("accounts.Organisation", "leaves")]


@pytest.mark.thorough
@pytest.mark.parametrize(("table", "column"), columns())
def test_no_page_breaks(moderator: Person, member: Person, table: str, column: str) -> None:
    waiting_applicant = applicant()
    code = vouch.vouch(*reversed(member.keys), "someone I know")
    application_path = f"/en/desk/asked/{Application.objects.get().pk}/"
    vouched = f"/en/desk/vouched/{Vouching.objects.get(invitation__isnull=False).pk}/"
    model = apps.get_model(table)
    kind = type(model._meta.get_field(column))
    for value in ODD.get(kind, WORDS):
        # An odd value in a text column ends the session, so each value gets a new one.
        desk, inside, outside = moderator.sign_in(), member.sign_in(), waiting_applicant.sign_in()
        before = transaction.savepoint()
        put(model, column, value)
        for client, paths in (
            (desk, ("/en/desk/", "/en/desk/invite/", application_path, vouched)),
            (inside, ("/en/vouch/", "/en/me/")),
            (outside, ("/en/me/", "/en/me/erase/", "/en/a/")),
            (Client(), ("/en/apply/", "/en/join/")),
        ):
            for path in paths:
                assert client.get(path).status_code < 500, (value, path)
        for path in (application_path, vouched):
            for sent in ("ask", "decline", "undo", "approve"):
                assert desk.post(path, {sent: "1", "person": "7"}).status_code < 500, (value, path)
        assert inside.post("/en/vouch/", {"make": "1", "note": "x"}).status_code < 500
        typed = {"pseudonym": "Calm Heron", "passphrase": PASSPHRASE}
        assert Client().post("/en/in/", typed).status_code < 500
        joining = {**typed, **offers.typed("join", PASSPHRASE), "code": code}
        assert Client().post("/en/join/", joining).status_code < 500
        transaction.savepoint_rollback(before)
