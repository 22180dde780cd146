"""Entries of the directory, for tests. No number and no address in them is anyone's."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from resources.directory.content import TEXTS, EntryContent, KnownAnswer, clean_texts, store
from resources.directory.hours import Hours
from resources.directory.models import Fact, Opening, Service
from safety_app.accounts.models import Organisation
from safety_app.locales.dates import today


def both_answers() -> dict[str, KnownAnswer]:
    """Without these nothing is published."""
    return {
        "immigration": KnownAnswer("no", "the place itself", today()),
        "police": KnownAnswer("depends", "the place itself", today()),
    }


def texts(**given: str) -> dict[str, str]:
    return clean_texts(dict.fromkeys(TEXTS, "") | {"name": "Blue Door"} | given)


def content(**given: Any) -> EntryContent:
    """A small entry that may be published."""
    words = {name: given.pop(name) for name in list(given) if name in TEXTS}
    small = EntryContent(texts(**words), kinds=("food",), facts=both_answers(), checked=today())
    return replace(small, **given)


def full() -> EntryContent:
    """An entry in which everything is filled in, with text that files could trip over."""
    return EntryContent(
        texts=texts(
            name='-Blue "Door", =1+1',
            organisation="'@Lantern; Collective",
            description="+Soup, bread.\n\n=cmd|' /C calc'!A0\nمرحبا ไทย",
            language="fr",
            country="FR",
            region="Île-de-France",
            city="Paris",
            address="1 rue de l'Exemple",
            postal_code="75000",
            phone="+33 1 99 00 00 00",
            email="door@example.org",
            website="https://example.org/a?b=c&d=é",
            hours_note="Closed in August",
            time_zone="Europe/Paris",
            source="A guide",
        ),
        kinds=("drop-in", "food", "line"),
        languages=("pt", "fr", "nl", "ln"),
        hours=(Hours(0, "09:00", "12:30"), Hours(0, "14:00", "18:00"), Hours(5, "22:00", "02:00")),
        facts={
            "anonymous": KnownAnswer("yes"),
            "costs": KnownAnswer("no", "=a website", datetime.date(2026, 1, 31)),
            "immigration": KnownAnswer("no", "", datetime.date(2026, 2, 3)),
            "police": KnownAnswer("depends", "the place itself", None),
        },
        checked=datetime.date(2026, 3, 4),
    )


def secret() -> EntryContent:
    """A shelter whose address exists nowhere."""
    return content(
        name="Quiet House",
        kinds=("shelter",),
        confidential=True,
        country="DE",
        region="Bayern",
        taken="Call, and someone meets you at the station.",
        phone="+49 30 23125 000",
    )


def put(what: EntryContent, *, published: bool = True, owner: str = "") -> Service:
    """Store an entry; `owner` is the name of an organisation of the cast."""
    pk = Organisation.objects.get(name=owner).pk if owner else None
    return store(Service(published=published, owner=pk), what)


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Service, Opening, Fact)]


def refused(path: Path) -> str:
    """What the import of a file says that is refused; nothing has been stored."""
    before = everything()
    with pytest.raises(CommandError) as caught:
        call_command("import_services", str(path), "--replace", verbosity=0)
    assert everything() == before
    return str(caught.value)
