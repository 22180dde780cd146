"""Sealed and authenticated columns cut short, of the wrong length, of another row, of an older
copy: refused, said where they are read, and nothing else is taken down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client

from alerts.flows import flags, lifecycle, moderation, objections, translation_edits
from alerts.flows.change_requests import Change
from alerts.flows.translations import TranslatedText
from alerts.models import Alert
from alerts.sharing import incoming
from safety_app.accounts.flows import disclosures, messages, vouch
from safety_app.privacy import budgets
from safety_app.privacy.fields import SealedField
from tests.accounts.newcomers import applicant
from tests.alerts import networks
from tests.alerts.reports import report, reported
from tests.alerts.reviews import case
from tests.cast import Person

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

VICTIM, OTHER = "He took the victim's money.", "He followed the other one home."
PHONES = {VICTIM: "06 39 98 12 42", OTHER: "06 39 98 12 43"}
# Tables of which every installation has one row, or one for each organisation, that everybody
# needs: without them somebody may be kept out, and a page must say so.
SHARED = {"Instance", "Epoch", "Desk", "DeskSeal"}
EMPTY_HERE = {"Proposal"}  # tests/accounts/test_organisations.py
NOT_YET = {"Application.mac", "Desk.previous_box", "Desk.retired_box", "Epoch.previous_box"}
NOT_YET |= {"Invitation.network_box", "Invitation.network_seal", "Member.network_seal"}


@dataclass
class World:
    """Two alerts, and a row at least in every table; the columns' older values, by row."""

    cast: dict[str, Person]
    victim: int = 0
    other: int = 0
    older: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)


def columns() -> Iterator[tuple[str, str]]:
    for label in ("accounts", "alerts"):
        for model in apps.get_app_config(label).get_models():
            for column in model._meta.concrete_fields:
                if isinstance(column, SealedField) and model.__name__ not in EMPTY_HERE:
                    yield model._meta.label, column.name


@pytest.fixture
def world(cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(budgets.time, "sleep", lambda _seconds: None)
    world = World(cast)
    moderator, member, colleague = cast["moderator"], cast["member"], cast["colleague"]
    world.victim = post(colleague, VICTIM)
    world.other = post(member, OTHER)
    for alert in (world.victim, world.other):
        lifecycle.confirm(cast["outsider"].ring, alert, "the same here")
        flags.send_flag(cast["outsider"].ring, alert, flags.FlagContent("false", "x"))
        text = TranslatedText("es", "Me siguió.")
        translation_edits.save(cast["outsider"].ring, alert, 1, text)
    lifecycle.leave_at_desk(member.ring, member.row, report(what=("minor",)))
    objections.receive("06 39 98 12 42", "It was not me.")
    typed = {"show": "1", "language": "en"}
    assert moderator.client.post(f"/en/a/{world.other}/pass/", typed).status_code == 200
    networks.befriend(moderator)
    incoming.take_file(moderator.ring, moderator.row, networks.file(moderator))
    vouch.vouch(member.ring, member.row, "a friend")
    applicant()
    messages.write_message(moderator.ring, moderator.row, "Come by.", to=member.row)
    disclosures.record_disclosure(moderator.ring, moderator.row, world.other, "call")
    world.older = {
        (model._meta.label, row["id"]): row
        for label in ("accounts", "alerts")
        for model in apps.get_app_config(label).get_models()
        for row in model._default_manager.values()
    }
    lifecycle.correct(colleague.ring, world.victim, written(VICTIM, city="Lyon"))
    victim = Alert.objects.get(pk=world.victim)
    moderation.change_or_propose(case(moderator, victim), Change("level", level=1))
    return world


def written(text: str, **fields: Any) -> Any:
    return report(reported("phone", PHONES[text]), text=text, **fields)


def post(author: Person, text: str) -> int:
    return lifecycle.post(author.ring, author.row, written(text)).pk


def mutations(world: World, model: type[models.Model], column: str) -> Iterator[tuple[str, Any]]:
    """What is put in the place of a row's value, and how it is called. The row is the first."""
    row, twin = rows(world, model)
    value = bytes(getattr(row, column) or b"") or b"\x01" * 61
    yield "cut short", value[: len(value) // 2]
    yield "too long", value + b"\x00"
    yield "nothing", b""
    unique = model._meta.get_field(column).unique  # type: ignore[union-attr]
    if twin is not None and not unique:
        yield "another row's", getattr(twin, column)
    before = world.older.get((model._meta.label, row.pk), {}).get(column)
    if before is not None and bytes(before) != value:
        yield "an older copy", before


def rows(world: World, model: type[models.Model]) -> tuple[Any, Any]:
    """The row that is changed, and another one of the table or None."""
    named = {"Alert": world.victim, "Member": world.cast["colleague"].row.pk}
    listed = list(model._default_manager.order_by("pk"))
    row = next((one for one in listed if one.pk == named.get(model.__name__)), listed[0])
    for one in listed:
        if getattr(one, "alert_id", None) == world.victim:
            row = one
        if getattr(one, "member_id", None) == world.cast["colleague"].row.pk:
            row = one
    return row, next((one for one in listed if one.pk != row.pk), None)


PAGES = {
    "member": ("me/", "a/", "a/?mine=1", "a/regions/", "a/watch/"),
    "moderator": (
        "desk/", "desk/people/", "desk/looks/", "a/desk/", "a/unreviewed/", "a/objections/",
        "a/shared/", "a/passed/", "a/figures/",
    ),
    "other_moderator": ("desk/", "a/"),
}  # fmt: skip


def test_there_is_a_row_of_everything(world: World) -> None:
    empty = {
        f"{label.partition('.')[2]}.{column}"
        for label, column in columns()
        if not apps.get_model(label)._default_manager.exclude(**{column: None}).exists()
    }
    # Nobody has a newer key that is not hers yet, and a newcomer's application has no MAC.
    assert empty <= NOT_YET


@pytest.mark.parametrize(("label", "column"), list(columns()))
def test_nothing_else_is_taken_down(world: World, label: str, column: str) -> None:
    model = apps.get_model(label)
    clients = {name: world.cast[name].client for name in PAGES}
    for what, value in list(mutations(world, model, column)):
        before = transaction.savepoint()
        row, _twin = rows(world, model)
        model._default_manager.filter(pk=row.pk).update(**{column: value})
        cache.delete("altered")
        for name, client in clients.items():
            pages = [*PAGES[name], f"a/{world.victim}/", f"a/{world.other}/"]
            for page in [*pages, f"a/{world.victim}/review/"]:
                assert client.get(f"/en/{page}").status_code < 500, (what, name, page)
        if model.__name__ not in SHARED:
            assert_still_there(clients["member"], world, what)
        transaction.savepoint_rollback(before)


def assert_still_there(client: Client, world: World, what: str) -> None:
    """The other alert is read, listed and found."""
    assert OTHER in text_of(client, f"/en/a/{world.other}/"), what
    assert str(world.other) in text_of(client, "/en/a/"), what
    typed = {"q": PHONES[OTHER], "country": "FR"}
    found = client.post("/en/a/check/", typed, follow=True).content.decode()
    assert str(world.other) in found, what


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode().replace("&#x27;", "'")


DAMAGED = "1 entry does not open"
SAID = [
    ("alerts.Alert", "card", "a/", "could not be opened"),
    ("alerts.Alert", "card", "desk/", "changed from outside"),
    ("alerts.Flag", "sealed", "a/{victim}/review/", "could not be opened"),
    ("alerts.Flag", "mac", "a/{victim}/review/", "could not be opened"),
    ("alerts.DeskNote", "sealed", "a/desk/", "could not be opened"),
    ("alerts.DeskNote", "mac", "a/desk/", "could not be opened"),
    ("alerts.Partner", "box", "a/shared/networks/", DAMAGED),
    ("alerts.Partner", "box", "desk/", "1 network could not be opened"),
    ("alerts.Objection", "sealed", "a/objections/", "could not be opened"),
    ("accounts.AuthorDisclosure", "sealed", "desk/looks/", DAMAGED),
    ("accounts.AuthorDisclosure", "mac", "desk/looks/", DAMAGED),
]


@pytest.mark.parametrize(("label", "column", "page", "words"), SAID)
def test_it_is_said(world: World, label: str, column: str, page: str, words: str) -> None:
    model = apps.get_model(label)
    client = world.cast["moderator"].client
    address = f"/en/{page.format(victim=world.victim)}"
    assert words not in text_of(client, address)
    for what, value in list(mutations(world, model, column)):
        before = transaction.savepoint()
        row, _twin = rows(world, model)
        model._default_manager.filter(pk=row.pk).update(**{column: value})
        cache.delete("altered")
        shown = client.post(address, {"show": "1"}) if "objections" in page else client.get(address)
        assert words in shown.content.decode(), what
        transaction.savepoint_rollback(before)


@pytest.mark.parametrize("column", ["card", "body"])
def test_an_older_text_is_not_shown(world: World, column: str) -> None:
    older = world.older["alerts.Alert", world.victim][column]
    Alert.objects.filter(pk=world.victim).update(**{column: older})
    client = world.cast["member"].client
    assert client.get(f"/en/a/{world.victim}/").status_code == 404
