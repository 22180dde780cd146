"""Whoever can write to the database can put anything into a column; pages stay clear pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import Value
from django.test import Client

from alerts.content import Report
from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.flows import invite, recover
from safety_app.accounts.models import Member
from safety_app.privacy import budgets
from safety_app.privacy.fields import LONG_AGO, SealedField
from tests import offers
from tests.cast import Person
from tests.stacks.odd import somebody_writes

ODD: dict[type[models.Field[Any, Any]], list[object]] = {
    SealedField: ["text", 10**15],
    models.DateField: ["text", "2026-99-99", "9999-12-31", ""],
}

# What PostgreSQL takes into columns of these types. It refuses all that is of another type.
ODD_IN_POSTGRES: dict[type[models.Field[Any, Any]], list[object]] = {
    SealedField: [b"text", b""],
    models.DateField: ["infinity", "-infinity", "4700-01-01 BC", "9999-12-31"],
}


def typed(form: str) -> dict[str, str]:
    return {"pseudonym": "Calm Heron", **offers.typed(form, "four herons wait beside the canal")}


def columns() -> Iterator[tuple[str, str]]:
    for label in ("accounts", "alerts"):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, tuple(ODD)):
                    yield model._meta.label, field.name


def put(model: type[models.Model], column: str, value: object) -> None:
    """Into every row where it may stand twice, as someone with the file can."""
    field = model._meta.get_field(column)
    rows = model._default_manager.all()
    if field.unique:  # type: ignore[union-attr]
        rows = rows.filter(pk=rows.values("pk")[:1])
    with somebody_writes():
        rows.update(**{column: Value(value, output_field=models.Field())})


@pytest.fixture
def alert(cast: dict[str, Person]) -> Alert:
    """Her alert, confirmed by a colleague."""
    row, ring = cast["member"].keys
    sent = lifecycle.post(ring, row, Report(what=("robbed",), level=2, region="FR-IDF"))
    lifecycle.confirm(cast["colleague"].ring, sent.pk, "note")
    return sent


@pytest.mark.thorough
@pytest.mark.parametrize(("label", "column"), list(columns()))
def test_no_page_breaks(
    cast: dict[str, Person], alert: Alert, label: str, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets.time, "sleep", lambda _seconds: None)
    model = apps.get_model(label)
    moderator, member = cast["moderator"], cast["member"]
    row, ring = moderator.keys
    invitations = [invite.make_invitation(ring, row, kind) for kind in ("member", "translator")]
    recovery = recover.renew_recovery_code(member.row.pk, member.ring).recovery_code
    names = ("member", "moderator", "reporter", "translator")
    field = model._meta.get_field(column)
    odd = ODD_IN_POSTGRES if connection.vendor == "postgresql" else ODD
    values = next(values for kind, values in odd.items() if isinstance(field, kind))
    signed_in = [[cast[name].sign_in() for name in names] for _ in values]
    for value, clients in zip(values, signed_in, strict=True):
        before = transaction.savepoint()
        put(model, column, value)
        for client in clients:
            for path in ("me/", "a/", "a/?mine=1", f"a/{alert.pk}/", "desk/", "vouch/"):
                assert client.get(f"/en/{path}").status_code < 500, (value, path)
        clients[1].post("/en/desk/invite/", {"make": "1", "role": "member", "stay": "good"})
        clients[2].post(f"/en/a/{alert.pk}/confirm/", {"note": "x"})
        Client().post("/en/in/", {"pseudonym": member.pseudonym, "passphrase": member.passphrase})
        for code in invitations:
            Client().post("/en/join/", {**typed("join"), "code": code})
        Client().post("/en/in/recover/", {**typed("recover"), "recovery_code": recovery})
        transaction.savepoint_rollback(before)


@pytest.mark.sqlite_only("PostgreSQL refuses another type: tests/stacks/test_postgres.py")
def test_what_does_not_fit_is_read_as_nothing(member: Person) -> None:
    pk = member.row.pk
    for value in ("text", -1, ""):
        put(Member, "row_mac", value)
        assert Member.objects.get(pk=pk).row_mac == b""
    for value in ("text", "2026-99-99", b"\xff", 7, "9999-12-31"):
        put(Member, "stay_until", value)
        assert Member.objects.get(pk=pk).stay_until == LONG_AGO
    put(Member, "stay_until", None)
    assert Member.objects.get(pk=pk).stay_until is None


@pytest.mark.thorough
@pytest.mark.parametrize("level", [99, "text"])
def test_a_level_that_is_none(cast: dict[str, Person], alert: Alert, level: object) -> None:
    put(Alert, "level", level)
    member, reporter = cast["member"], cast["reporter"]
    for path in ("a/", "a/?mine=1", f"a/{alert.pk}/"):
        assert member.client.get(f"/en/{path}").status_code == 200
    answer = reporter.client.post(f"/en/a/{alert.pk}/confirm/", {"note": "x"})
    assert answer.status_code == 302
    lifecycle.correct(member.ring, alert.pk, Report(what=("robbed",), level=1, region="FR-IDF"))
    assert Alert.objects.get(pk=alert.pk).level == 1


@pytest.mark.thorough
def test_roles_that_are_no_text(nobody: Client, moderator: Person) -> None:
    row, ring = moderator.keys
    code = invite.make_invitation(ring, row, "member")
    put(apps.get_model("accounts.Invitation"), "roles", b"\xff\xfe")
    assert nobody.post("/en/join/", {**typed("join"), "code": code}).status_code == 403
    assert moderator.client.get("/en/desk/").status_code == 200


@pytest.mark.usefixtures("populated")
def test_tables_are_those_of_djangos_own_fields() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0, skip_checks=True)
    assert SealedField().db_type(connection) == models.BinaryField().db_type(connection)
