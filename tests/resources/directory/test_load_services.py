"""The starter directory: only what the publications state, unpublished, and never over people."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from resources.directory import vocabulary
from resources.directory.content import content_of, store
from resources.directory.exchange import table
from resources.directory.exchange.files import FileEntry
from resources.directory.management.commands.load_services import FILE, load_starter
from resources.directory.models import Fact, Service
from safety_app.locales.dates import today
from tests.cast import Person

pytestmark = pytest.mark.django_db


def starter() -> list[FileEntry]:
    return table.read_table(FILE.read_text(encoding="utf-8"))


def say() -> str:
    out = StringIO()
    call_command("load_services", stdout=out)
    return out.getvalue()


def everything() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (Service, Fact)]


@pytest.mark.thorough
def test_all_come_in_unpublished_and_unowned(client: Client) -> None:
    assert say().count(": new") == len(starter()) == 33
    assert not Service.objects.exclude(published=False, owner=None).exists()
    page = client.get("/en/services/").content.decode()
    assert "No places yet." in page


@pytest.mark.thorough
def test_nothing_is_there_that_nobody_stated() -> None:
    for entry in starter():
        texts = entry.content.texts
        assert not any(texts[name] for name in ("phone", "email", "address", "postal_code"))
        assert texts["source"]
        assert not entry.content.hours
        assert entry.content.checked is None
        for known in entry.content.facts.values():
            assert known.checked is None
            assert known.says == texts["source"]
        assert not set(vocabulary.MUST_BE_ANSWERED) & set(entry.content.facts)


# Everything the two publications and the services' own pages answer; the rest is not known.
STATED = {
    ("Projet Jasmine (Médecins du Monde)", "papers", "no"),
    ("LEGALIFE", "anonymous", "yes"),
    ("UTSOPI", "workers", "yes"),
    ("Twiggy Fundación", "workers", "yes"),
    ("Alliance of Women Advocating for Change", "workers", "yes"),
    ("Hacking//Hustling", "workers", "yes"),
    ("EVA Center", "survivors", "yes"),
    ("Wahine Toa Rising", "survivors", "yes"),
    ("South Kolkata Hamari Muskan", "children", "yes"),
    ("South Kolkata Hamari Muskan", "women", "yes"),
    ("Access Now Digital Security Helpline", "costs", "no"),
}


def test_only_what_is_stated_is_answered() -> None:
    answered = {
        (entry.content.texts["name"], question, known.answer)
        for entry in starter()
        for question, known in entry.content.facts.items()
    }
    assert answered == STATED
    sources = {entry.content.texts["source"] for entry in starter()}
    assert sources == {"NSWP smart guide", "CAP handbook", "public page"}
    assert len({entry.content.texts["name"] for entry in starter()}) == len(starter())


def test_a_place_with_no_public_address_has_none() -> None:
    hidden = [entry.content for entry in starter() if entry.content.confidential]
    assert [content.texts["name"] for content in hidden] == ["SOLWODI"]
    assert not any(content.texts[name] for content in hidden for name in ("city", "region"))


@pytest.mark.thorough
def test_a_second_time_nothing_changes() -> None:
    say()
    before = (
        list(Service.objects.order_by("pk").values()),
        list(Fact.objects.order_by("pk").values()),
    )
    assert say().count(": unchanged") == len(starter())
    after = (
        list(Service.objects.order_by("pk").values()),
        list(Fact.objects.order_by("pk").values()),
    )
    assert after == before


@pytest.mark.thorough
def test_a_newer_file_renews_what_nobody_touched() -> None:
    say()
    entry = starter()[0]
    texts = {**entry.content.texts, "description": "Newer words."}
    newer = entry._replace(content=replace(entry.content, texts=texts))
    assert load_starter(newer) == "renewed"
    assert Service.objects.get(pk=entry.pk).description == "Newer words."
    assert load_starter(newer) == "unchanged"


@pytest.mark.thorough
@pytest.mark.parametrize("edit", [{"name": "Ours"}, {"owner": 2**62 + 5}, {"confidential": True}])
def test_what_people_edited_or_took_over_stays(edit: dict[str, object]) -> None:
    say()
    entry = starter()[0]
    Service.objects.filter(pk=entry.pk).update(**edit)
    before = content_of(Service.objects.get(pk=entry.pk))
    assert (
        load_starter(entry._replace(content=starter()[1].content)) == "edited here, left as it is"
    )
    assert "left as it is" in say()
    assert content_of(Service.objects.get(pk=entry.pk)) == before


@pytest.mark.thorough
def test_an_answer_somebody_added_stays() -> None:
    say()
    row = Service.objects.get(pk=starter()[2].pk)
    content = content_of(row)
    known = next(iter(content.facts.values()))._replace(checked=today())
    store(row, replace(content, facts={**content.facts, "police": known}))
    assert say().count("left as it is") == 1
    assert content_of(row).facts["police"] == known


@pytest.mark.thorough
def test_a_starter_entry_cannot_be_published_as_it_is(moderator: Person) -> None:
    say()
    row = Service.objects.get(pk=starter()[0].pk)
    page = f"/en/services/edit/{row.pk}/"
    moderator.client.post(f"{page}claim/")
    fields = {**content_of(row).texts, "kinds": content_of(row).kinds, "publish": "1"}
    assert moderator.client.post(page, fields).status_code == 200
    row.refresh_from_db()
    assert not row.published
