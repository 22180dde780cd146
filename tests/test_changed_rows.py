"""Sealed and authenticated columns cut short, of the wrong length, of another row, of an older
copy: refused, said where they are read, and nothing else is taken down.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from alerts.models import Alert
from safety_app.accounts.models import Application, Member, Vouching
from safety_app.privacy import budgets
from tests import offers
from tests.cast import Person
from tests.changed_worlds import (
    OTHER,
    PHONES,
    World,
    columns,
    mutations,
    quiet,
    renewing,
    rows,
    tables,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

# Tables of which every installation has one row, or one for each organisation, that everybody
# needs: without them somebody may be kept out, and a page must say so.
SHARED = {"Instance", "Epoch", "Desk", "DeskSeal", "VerifyingKey", "WitnessList"}
# Who signs in or joins reads these.
AT_THE_DOOR = SHARED | {"Member", "Invitation"}
# What a renewal rests on is changed in the middle of one, too; some is empty at other times.
RENEWED = {"Epoch", "Desk"}
ONLY_IN_RENEWAL = {
    "Desk.previous_box", "Desk.retired_box", "Epoch.previous_box", "Invitation.network_seal",
    "Member.network_seal", "VerifyingKey.previous", "VerifyingKey.key", "VerifyingKey.signature",
    "VerifyingKey.previous_witnesses", "VerifyingKey.witnesses", "VerifyingKey.countersignatures",
}  # fmt: skip


def cases() -> Iterator[Any]:
    for label, column in columns():
        name = label.partition(".")[2]
        if f"{name}.{column}" not in ONLY_IN_RENEWAL:
            yield pytest.param(quiet, label, column, id=f"{name}-{column}")
        if name in RENEWED or f"{name}.{column}" in ONLY_IN_RENEWAL:
            yield pytest.param(renewing, label, column, id=f"{name}-{column}-renewing")


@pytest.fixture
def made(
    cast: dict[str, Person], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.setattr(budgets.time, "sleep", lambda _seconds: None)
    make = getattr(request, "param", quiet)
    world: World = make(cast)
    for client in (world.cast[name] for name in ("moderator", "member")):
        client.confirm()
    return world


PAGES = {
    "member": ("me/", "a/", "a/?mine=1", "a/regions/", "a/watch/", "vouch/", "me/second-step/"),
    "colleague": ("me/", "a/?mine=1"),
    "moderator": (
        "desk/", "desk/people/", "desk/looks/", "desk/organisations/", "desk/keys/",
        "desk/invite/", "a/desk/", "a/unreviewed/", "a/objections/", "a/shared/",
        "a/shared/networks/", "a/passed/", "a/figures/",
    ),
    "other_moderator": ("desk/", "desk/people/", "desk/organisations/", "a/"),
    "outsider": ("me/move/", "a/"),
    "translator": (
        "me/", "translate/", "translate/es/", "translate/remarks/", "translate/fr/texts/",
    ),
    "editor": ("r/edit/",),
}  # fmt: skip


WITH_TEXTS = {"translator", "editor"}


def pages_of(world: World, name: str) -> Iterator[str]:
    """Where somebody looks, and the pages of the rows that were changed."""
    yield from PAGES[name]
    if name == "translator":
        yield f"translate/es/{world.page}/"
        yield f"translate/es/{world.page}/{world.segment}/"
    elif name == "editor":
        for end in ("", "edit/", "asked/", "versions/"):
            yield f"r/{world.page}/{end}"
    else:
        yield from (f"a/{alert}/" for alert in (world.victim, world.other))
    if name == "moderator":
        yield f"a/{world.victim}/review/"
        for part, model in (("asked", Application), ("vouched", Vouching), ("people", Member)):
            yield from (f"desk/{part}/{row.pk}/" for row in model._default_manager.all())


def test_there_is_a_row_of_everything(made: World) -> None:
    filled = {model.__name__ for model in tables() if model._default_manager.exists()}
    wanted = {label.partition(".")[2] for label, _column in columns()}
    assert wanted - filled == {"VerifyingKey"}  # the first one is in no row


@pytest.mark.parametrize(("made", "label", "column"), list(cases()), indirect=["made"])
def test_nothing_else_is_taken_down(made: World, label: str, column: str) -> None:
    world, model = made, apps.get_model(label)
    looks_at_texts = label.startswith(("pages.", "translation."))
    names = [name for name in PAGES if looks_at_texts == (name in WITH_TEXTS)]
    clients = {name: world.cast[name].client for name in ("member", *names)}
    row, _twin = rows(world, model, column)
    for what, value in list(mutations(world, model, column)):
        before = transaction.savepoint()
        model._default_manager.filter(pk=row.pk).update(**{column: value})
        cache.delete("altered")
        for name, client in clients.items():
            for page in pages_of(world, name):
                assert client.get(f"/en/{page}").status_code < 500, (what, name, page)
        if model.__name__ in AT_THE_DOOR:
            assert_no_door_breaks(world, what)
        if model.__name__ not in SHARED:
            assert_still_there(clients["member"], world, what)
        transaction.savepoint_rollback(before)


def assert_no_door_breaks(world: World, what: str) -> None:
    """Who signs in, joins or recovers is let in or told."""
    for name in ("colleague", "moderator"):
        person = world.cast[name]
        typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
        assert Client().post("/en/in/", typed).status_code in SAYS, (what, name)
    for role in ("member", "moderator", "translator"):
        typed = new_account("join", code=world.codes[role])
        assert Client().post("/en/join/", typed).status_code in SAYS, (what, role)
    typed = new_account("recover", recovery_code=world.codes["recovery"])
    assert Client().post("/en/in/recover/", typed).status_code in SAYS, what


# Let in, refused, or told that the database may have been changed; never an error of the server.
SAYS = {200, 302, 400, 403, 503}


def new_account(form: str, **typed: str) -> dict[str, str]:
    passphrase = offers.typed(form, "four herons wait beside the canal")
    return {"pseudonym": "Grey Wagtail", **passphrase, **typed}


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
    ("accounts.Proposal", "mac", "desk/organisations/", DAMAGED),
    ("accounts.Vouching", "sealed", "desk/people/{colleague}/", DAMAGED),
    ("accounts.Vouching", "mac", "desk/people/{colleague}/", DAMAGED),
    ("accounts.Application", "sealed", "desk/asked/{application}/", "could not be opened"),
    ("accounts.Member", "pseudonym_seal", "desk/people/", "A name that does not open"),
    ("accounts.Member", "pseudonym_mac", "desk/people/", "A name that does not open"),
    ("accounts.Member", "row_mac", "desk/people/", "changed from outside"),
    ("accounts.Member", "second_factor_box", "desk/people/", "changed from outside"),
    ("alerts.Alert", "region", "desk/", "changed from outside"),
    ("alerts.Alert", "body", "a/{victim}/review/", "This note does not open"),
    ("alerts.ChangeRequest", "box", "a/{victim}/review/", DAMAGED),
    ("alerts.Corroboration", "note", "a/{victim}/review/", DAMAGED),
    ("alerts.Translation", "box", "a/{victim}/review/", DAMAGED),
    ("alerts.Incoming", "sealed", "a/shared/", "Could not be opened"),
    ("alerts.Incoming", "mac", "a/shared/", "Could not be opened"),
    ("alerts.Relay", "sealed", "a/passed/", DAMAGED),
    ("alerts.Relay", "mac", "a/passed/", DAMAGED),
]


@pytest.mark.parametrize(("label", "column", "page", "words"), SAID)
def test_it_is_said(made: World, label: str, column: str, page: str, words: str) -> None:
    world, model = made, apps.get_model(label)
    client = world.cast["moderator"].client
    ids = {
        "victim": world.victim,
        "colleague": world.cast["colleague"].row.pk,
        "application": Application.objects.values_list("pk", flat=True).order_by("pk")[0],
    }
    address = f"/en/{page.format(**ids)}"
    assert words not in text_of(client, address)
    for what, value in list(mutations(world, model, column)):
        before = transaction.savepoint()
        row, _twin = rows(world, model, column)
        model._default_manager.filter(pk=row.pk).update(**{column: value})
        cache.delete("altered")
        shown = client.post(address, {"show": "1"}) if "objections" in page else client.get(address)
        assert words in shown.content.decode(), what
        transaction.savepoint_rollback(before)


@pytest.mark.parametrize("column", ["card", "body"])
def test_an_older_text_is_not_shown(made: World, column: str) -> None:
    world = made
    older = world.older["alerts.Alert", world.victim][column]
    Alert.objects.filter(pk=world.victim).update(**{column: older})
    client = world.cast["member"].client
    assert client.get(f"/en/a/{world.victim}/").status_code == 404
