"""Two networks with a row in every table, for `tests/test_changed_rows.py`: a quiet one, and one
in the middle of its renewals, where columns are full that otherwise are empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from alerts.flows import flags, lifecycle, moderation, objections, translation_edits
from alerts.flows.change_requests import Change
from alerts.flows.translations import TranslatedText
from alerts.models import Alert
from alerts.sharing import incoming
from resources.translation import bookmarks, remarks
from safety_app.accounts.flows import (
    departures,
    disclosures,
    invite,
    messages,
    proposals,
    recover,
    transfer,
    vouch,
)
from safety_app.accounts.rotation import desk_rotation, network_rotation
from safety_app.locales.dates import today
from tests.accounts.newcomers import applicant
from tests.alerts import networks
from tests.alerts.reports import report, reported
from tests.alerts.reviews import case
from tests.cast import Person, let_in
from tests.resources.pages import editors
from tests.resources.translation import pages
from tests.resources.translation.interface import suggestions

VICTIM, OTHER = "He took the victim's money.", "He followed the other one home."
PHONES = {VICTIM: "06 39 98 12 42", OTHER: "06 39 98 12 43"}
OURS = ("accounts", "alerts", "directory", "pages", "privacy", "translation")


@dataclass
class World:
    """Two alerts, and a row at least in every table; the columns' older values, by row."""

    cast: dict[str, Person]
    victim: int = 0
    other: int = 0
    page: int = 0
    segment: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    older: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)


def tables() -> Iterator[type[models.Model]]:
    """All of ours."""
    for label in OURS:
        yield from apps.get_app_config(label).get_models()


def columns() -> Iterator[tuple[str, str]]:
    """Every column of bytes: all that is sealed, and every tag, handle and MAC."""
    for model in tables():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.BinaryField):
                yield model._meta.label, column.name


def quiet(cast: dict[str, Person]) -> World:
    """Nothing is being renewed."""
    world = World({**cast, "editor": let_in("editor")})
    moderator, member, colleague = cast["moderator"], cast["member"], cast["colleague"]
    world.victim = post(colleague, VICTIM)
    world.other = post(member, OTHER)
    alerts_extras(world)
    people(world)
    texts(world)
    world.older = {
        (model._meta.label, row["id"]): row
        for model in tables()
        for row in model._default_manager.values()
    }
    lifecycle.correct(colleague.ring, world.victim, written(VICTIM, city="Lyon"))
    victim = Alert.objects.get(pk=world.victim)
    moderation.change_or_propose(case(moderator, victim), Change("level", level=1))
    return world


def renewing(cast: dict[str, Person]) -> World:
    """Network key and desk keys are new, and nothing has been re-encrypted."""
    world = quiet(cast)
    row, ring = cast["moderator"].keys
    with transaction.atomic():
        desk_rotation.renew_desk_keys(ring, row)
    prepared = network_rotation.prepare(ring, (), ())
    with transaction.atomic():
        prepared.apply()
    return world


def alerts_extras(world: World) -> None:
    """What belongs to alerts, or lies at a desk."""
    cast = world.cast
    moderator, member, outsider = cast["moderator"], cast["member"], cast["outsider"]
    for alert in (world.victim, world.other):
        lifecycle.confirm(outsider.ring, alert, "the same here")
        flags.send_flag(outsider.ring, alert, flags.FlagContent("false", "x"))
        text = TranslatedText("es", "Me siguió.")
        translation_edits.save(outsider.ring, alert, 1, text)
    lifecycle.leave_at_desk(member.ring, member.row, report(what=("minor",)))
    objections.receive("06 39 98 12 42", "It was not me.")
    typed = {"show": "1", "language": "en"}
    assert moderator.client.post(f"/en/a/{world.other}/pass/", typed).status_code == 200
    networks.befriend(moderator)
    incoming.take_file(moderator.ring, moderator.row, networks.file(moderator))


def people(world: World) -> None:
    """What people ask of each other. The other organisation leaves, so its people can move."""
    cast = world.cast
    moderator, member, outsider = cast["moderator"], cast["member"], cast["outsider"]
    vouch.vouch(member.ring, member.row, "a friend")
    for role in ("member", "moderator", "translator"):
        world.codes[role] = invite.make_invitation(moderator.ring, moderator.row, role)
    colleague = cast["colleague"]
    renewed = recover.renew_recovery_code(colleague.row.pk, colleague.ring)
    world.codes["recovery"] = renewed.recovery_code
    applicant()
    messages.write_message(moderator.ring, moderator.row, "Come by.", to=member.row)
    disclosures.record_disclosure(moderator.ring, moderator.row, world.other, "call")
    proposals.propose(moderator.ring, moderator.row, "Riverside Café")
    departures.announce_departure(cast["other_moderator"].row)
    ours = moderator.row.organisation_id
    transfer.request_transfer(outsider.ring, outsider.row, ours, "We know each other.")


def texts(world: World) -> None:
    """A page with a draft, a translation that waits, a remark, a bookmark, a corrected text."""
    translator, editor = world.cast["translator"], world.cast["editor"]
    page = pages.make_page()
    segment = pages.first(page)
    pages.write(segment, pages.RIGHT, by=translator)
    assert editors.edit(editor, page, title="A draft").status_code == 302
    remarks.add_remark(segment, "es", "Too soft?", translator.ring, today())
    bookmarks.mark_seen(translator.ring, "es", 1, today())
    suggestions.suggest(translator)
    world.page, world.segment = page.number, segment.pk


def written(text: str, **fields: Any) -> Any:
    return report(reported("phone", PHONES[text]), text=text, **fields)


def post(author: Person, text: str) -> int:
    return lifecycle.post(author.ring, author.row, written(text)).pk


def rows(world: World, model: type[models.Model], column: str) -> tuple[Any, Any]:
    """The row that is changed, and another one of the table or None."""
    named = {"Alert": world.victim, "Member": world.cast["colleague"].row.pk}
    full = model._default_manager.exclude(**{column: None})
    listed = list(full.order_by("pk"))
    if not listed:
        pytest.fail(f"no {model.__name__} has a {column}")
    row = next((one for one in listed if one.pk == named.get(model.__name__)), listed[0])
    for one in listed:
        if getattr(one, "alert_id", None) == world.victim:
            row = one
        if getattr(one, "member_id", None) == world.cast["colleague"].row.pk:
            row = one
    return row, next((one for one in listed if one.pk != row.pk), None)


def mutations(world: World, model: type[models.Model], column: str) -> Iterator[tuple[str, Any]]:
    """What is put in the place of a row's value, and how it is called. The row is the first."""
    row, twin = rows(world, model, column)
    value = bytes(getattr(row, column))
    yield "cut short", value[: len(value) // 2]
    yield "too long", value + b"\x00"
    yield "nothing", b""
    field = model._meta.get_field(column)
    if field.null:
        yield "NULL", None
    others = None if twin is None or field.unique else getattr(twin, column)  # type: ignore[union-attr]
    if others is not None and bytes(others) != value:
        yield "another row's", others
    before = world.older.get((model._meta.label, row.pk), {}).get(column)
    if before is not None and bytes(before) != value:
        yield "an older copy", before
