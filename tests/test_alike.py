"""What is somebody else's and what is nowhere answer alike, at every address that takes an id."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from safety_app.privacy import budgets
from safety_app.privacy.ids import random_id
from safety_app.privacy.url_converters import RandomIdConverter
from tests.accounts.conftest import bare
from tests.cast import Person
from tests.changed_worlds import World, quiet

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

TABLES = {
    "alert_id": "alerts.Alert",
    "application_id": "accounts.Application",
    "incoming_id": "alerts.Incoming",
    "member_id": "accounts.Member",
    "note_id": "alerts.DeskNote",
    "organisation_id": "accounts.Organisation",
    "partner_id": "alerts.Partner",
    "remark_id": "translation.Remark",
    "segment_id": "pages.Segment",
    "service_id": "directory.Service",
    "term_id": "translation.Term",
    "vouching_id": "accounts.Vouching",
}
MODERATED = ("author", "incoming", "relay", "review", "review_words", "shared_network")
# What belongs to all who have the role; everything else in the tables is somebody else's.
NOTES = {"alerts:alert", "alerts:confirm", "alerts:flag", "alerts:translate"}
PARAGRAPHS = {"translation:remark_new", "translation:remark_settle"}
SHARED = {
    "nobody": set[str](),
    "member": NOTES,
    "outsider": NOTES,
    "reporter": NOTES | {"alerts:relay"},
    "other_moderator": NOTES | {f"alerts:{name}" for name in MODERATED},
    "translator": PARAGRAPHS,
    "editor": PARAGRAPHS,
}
OWN = {"alerts:correct", "alerts:cut"}  # of the member's own note
OF_ONE_ORGANISATION = {"application_id", "member_id", "note_id", "vouching_id"}
WHO = tuple(SHARED)


def routes(resolver: URLResolver | None = None, app: str = "") -> Iterator[tuple[str, str]]:
    """Name and parameter of every address that takes one id and nothing else."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, entry.app_name or app)
        elif isinstance(entry, URLPattern):
            converters = entry.pattern.converters
            if [type(one) for one in converters.values()] == [RandomIdConverter]:
                yield f"{app}:{entry.name}", next(iter(converters))


ROUTES = sorted(set(routes()))


@pytest.fixture
def made(cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(budgets.time, "sleep", lambda _seconds: None)
    world = quiet(cast)
    for name in WHO[1:]:
        world.cast[name].confirm()
    return world


def answer(client: Client, route: str, pk: int, method: str) -> tuple[int, int, bytes]:
    """Status, length, and the page without its own address and what differs each time."""
    with translation.override("en"):
        address = reverse(route, args=[pk])
    response = client.post(address, follow=True) if method == "POST" else client.get(address)
    page = bare(response.content).replace(str(pk).encode(), b"")
    return response.status_code, len(response.content), re.sub(rb"[?&]k=[\w-]+", b"", page)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", WHO)
def test_alike(made: World, name: str, method: str) -> None:
    client = Client() if name == "nobody" else made.cast[name].client
    client.get("/en/me/")  # says what is left to say of what was done before
    different = []
    for route, parameter in ROUTES:
        rows = apps.get_model(TABLES[parameter])._default_manager.order_by("pk")
        if name == "other_moderator" and parameter in OF_ONE_ORGANISATION:
            rows = rows.exclude(organisation=made.cast[name].row.organisation_id)
        nowhere = answer(client, route, random_id(), method)
        for pk in rows.values_list("pk", flat=True):
            there = answer(client, route, pk, method)
            is_own = name == "member" and pk == made.other and route in OWN
            if there != nowhere and route not in SHARED[name] and not is_own:
                different.append((route, there[:2], nowhere[:2]))
    assert not different


def test_every_address_is_among_them() -> None:
    assert len(ROUTES) >= 30
    assert {parameter for _route, parameter in ROUTES} == set(TABLES)
