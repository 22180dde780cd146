"""The directory as files: what goes out comes back, and what is wrong comes in nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from resources.directory.content import EntryContent, KnownAnswer, content_of
from resources.directory.exchange import hsds, hsds_import, table
from resources.directory.exchange.files import MOST_BYTES, FileError, pk_of, uuid_of
from resources.directory.hours import Hours
from resources.directory.models import Service
from safety_app.accounts.models import Organisation
from safety_app.privacy.ids import LOWEST, random_id
from tests.cast import ORGANISATION
from tests.resources.directory.hsds_schema import published_folder, wrong, wrong_by_published
from tests.resources.directory.places import content, full, put, refused, secret

pytestmark = pytest.mark.django_db
ENTRIES = [full, content, secret]
ENDINGS = ["json", "csv"]


def exported(tmp_path: Path, ending: str, *options: str) -> Path:
    path = tmp_path / f"out.{ending}"
    call_command("export_services", str(path), *options, verbosity=0)
    return path


@pytest.mark.thorough
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_round_trip_loses_nothing(tmp_path: Path, ending: str) -> None:
    rows = {put(make()).pk: make() for make in ENTRIES}
    path = exported(tmp_path, ending)
    Service.objects.all().delete()
    call_command("import_services", str(path), verbosity=0)
    assert {row.pk: content_of(row) for row in Service.objects.all()} == rows
    assert not Service.objects.filter(published=True).exists()
    again = exported(tmp_path, ending, "--all")
    assert len(json.loads(again.read_text())["contents"] if ending == "json" else [1, 2, 3]) == 3


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_older_file_overwrites_only_when_told(tmp_path: Path, ending: str) -> None:
    row = put(content(), owner="")
    path = exported(tmp_path, ending)
    Service.objects.update(name="Newer")
    with pytest.raises(CommandError, match="is here already"):
        call_command("import_services", str(path), verbosity=0)
    assert Service.objects.get().name == "Newer"
    call_command("import_services", str(path), "--replace", verbosity=0)
    row.refresh_from_db()
    assert (row.name, row.published) == ("Blue Door", True)


def test_new_entries_can_belong_to_an_organisation(tmp_path: Path, populated: None) -> None:
    put(content())
    path = exported(tmp_path, "csv")
    Service.objects.all().delete()
    with pytest.raises(CommandError, match="no organisation"):
        call_command("import_services", str(path), "--owner", "Nobody", verbosity=0)
    call_command("import_services", str(path), "--owner", ORGANISATION, verbosity=0)
    assert Service.objects.get().owner == Organisation.objects.get(name=ORGANISATION).pk


@pytest.mark.parametrize("make", ENTRIES)
def test_the_export_is_hsds(make: Callable[[], EntryContent]) -> None:
    service = json.loads(hsds.write_hsds([(random_id(), make())]))["contents"][0]
    assert wrong(service) == []
    assert wrong({**service, "id": "7", "status": "open", "made_up": 1}) != []


@pytest.mark.parametrize("make", ENTRIES)
def test_the_export_is_hsds_by_the_published_schemas(make: Callable[[], EntryContent]) -> None:
    folder = published_folder()
    if folder is None:
        pytest.skip("the published schemas are not here: docs/directory.md says how to get them")
    service = hsds.service_object(random_id(), make())
    assert wrong_by_published(folder, service) == []
    assert wrong_by_published(folder, {"id": 7}) != []


def test_everybody_can_take_what_is_published(client: Client) -> None:
    row = put(full())
    put(content(name="Hidden"), published=False)
    response = client.get("/en/services/all.json")
    assert response["Content-Type"] == "application/json"
    assert [
        (entry.pk, entry.content) for entry in hsds_import.read_hsds(response.content.decode())
    ] == [(row.pk, full())]
    assert "Hidden" not in response.content.decode()


@pytest.mark.parametrize("ending", ENDINGS)
def test_export_writes_no_secret_address(tmp_path: Path, ending: str) -> None:
    put(secret())
    assert "addresses" not in exported(tmp_path, ending).read_text()


def test_identifiers_go_there_and_back() -> None:
    pk = random_id()
    assert pk_of(uuid_of(pk)) == pk
    assert len({uuid_of(pk, part, number) for part in range(9) for number in range(50)}) == 450
    other = pk_of("ac148810-d857-441c-9679-408f346de14b")
    assert LOWEST <= other < 2 * LOWEST
    assert other == pk_of("ac148810-d857-441c-9679-408f346de14b")


# What is refused, as JSON.


def document(
    change: Callable[[dict[str, Any]], Any], make: Callable[[], EntryContent] = full
) -> str:
    """An export in which the second of two entries was changed."""
    entries = [(random_id(), content()), (random_id(), make())]
    whole = json.loads(hsds.write_hsds(entries))
    change(whole["contents"][1])
    return json.dumps(whole, indent=1, ensure_ascii=False)


def street(service: dict[str, Any]) -> None:
    place = service["service_at_locations"][0]["location"]
    place["addresses"] = [{"address_1": "3 Hidden Lane", "city": "Ghent"}]


def on_the_map(service: dict[str, Any]) -> None:
    service["service_at_locations"][0]["location"]["latitude"] = 50.1


def own_field(name: str, value: str) -> Callable[[dict[str, Any]], None]:
    def change(service: dict[str, Any]) -> None:
        term = {"taxonomy": hsds.TAXONOMY, "code": name}
        service["attributes"].append({"taxonomy_term": term, "value": value})

    return change


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "no name": (lambda one: one.pop("name"), "name: is missing"),
    "no id": (lambda one: one.pop("id"), "id: is missing"),
    "no status": (lambda one: one.pop("status"), "status: is missing"),
    "odd id": (lambda one: one.update(id="7"), "id: is not a UUID"),
    "name of another type": (lambda one: one.update(name=7), "service.name: is not text"),
    "list of another type": (lambda one: one.update(attributes="x"), "attributes: is not a list"),
    "list of texts": (lambda one: one.update(phones=["x"]), "phones: is not a list"),
    "object of another type": (lambda one: one.update(organization=[1]), "organization: is not"),
    "nothing": (lambda one: one.clear(), "service: is not an object"),
    "unknown kind": (own_field("kind:spa", "yes"), "kinds: "),
    "unknown question": (own_field("answer:spa", "yes"), "spa: "),
    "unknown answer": (own_field("answer:police", "maybe"), "police: "),
    "odd day": (own_field("says:police", "x | soon"), "police: is not a day"),
    "day in the future": (own_field("says:police", "x | 2999-01-01"), "police: "),
    "odd check": (lambda one: one.update(assured_date="2026-13-01"), "assured_date: is not a day"),
    "odd address of a page": (lambda one: one.update(url="javascript:x"), "website: "),
    "too long": (lambda one: one.update(name="x" * 121), "name: "),
    "too long a text": (lambda one: one.update(description="x" * 3001), "description: "),
    "hours without end": (
        lambda one: one.update(
            schedules=[
                {"freq": "WEEKLY", "byday": "MO", "opens_at": f"10:{m:02}", "closes_at": "11:00"}
                for m in range(60)
            ]
        ),
        "hours: ",
    ),
    "odd language": (lambda one: one.update(languages=[{"code": "zzzz-q"}]), "languages: "),
    "two places": (
        lambda one: one["service_at_locations"].append({"location": {}}),
        "service_at_locations: ",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_service_is_refused_with_line_and_field(tmp_path: Path, name: str) -> None:
    change, message = BROKEN[name]
    text = document(change)
    path = tmp_path / "in.json"
    path.write_text(text)
    said = refused(path)
    assert message in said
    second = text[: text.index("\n  {", text.index("\n  {") + 1) + 1].count("\n") + 1
    assert f"line {second}, " in said


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (street, "addresses"),
        (on_the_map, "location"),
        (own_field("field:address", "3 Hidden Lane"), "address"),
        (own_field("field:city", "Ghent"), "city"),
    ],
)
def test_a_street_of_a_shelter_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], Any], field: str
) -> None:
    path = tmp_path / "in.json"
    path.write_text(document(change, secret))
    said = refused(path)
    assert f", {field}: " in said
    assert "Hidden Lane" not in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, file: not JSON"),
        ("{}", "contents: is not a list"),
        ("[1, null]", "service: is not an object"),
        ('{"contents": 7}', "contents: is not a list"),
        ('[\n{"id": 1},\n', "line 3, file: not JSON"),
        ("NaN", "file: not JSON"),
        ("[" * 200_000, "file: not JSON"),
        ("\x00", "file: not JSON"),
        ("7" * 5000, "file: not JSON"),
    ],
)
def test_what_is_no_json(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "in.json"
    path.write_text(text)
    assert message in refused(path)


def test_a_service_of_another_directory_comes_in(tmp_path: Path) -> None:
    """With nothing but what HSDS asks for, and some of what it can have."""
    service = {
        "id": "ac148810-d857-441c-9679-408f346de14b",
        "name": "Community Counselling",
        "status": "active",
        "organization": {"id": "x", "name": "Example Inc.", "phones": [{"number": "+32 2 555 00"}]},
        "languages": [{"name": "Urdu"}, {"code": "pl"}],
        "schedules": [
            {"freq": "WEEKLY", "byday": "MO,TH", "opens_at": "10:00", "closes_at": "18:00Z"}
        ],
        "service_at_locations": [
            {
                "location": {
                    "addresses": [{"address_1": "1 Main Street", "city": "Ghent", "country": "BE"}]
                }
            }
        ],
        "attributes": [{"value": "x", "taxonomy_term": {"taxonomy": "other", "code": "kind:q"}}],
    }
    path = tmp_path / "in.json"
    path.write_text(json.dumps([service]))
    call_command("import_services", str(path), verbosity=0)
    entry = content_of(Service.objects.get())
    assert entry.texts["organisation"] == "Example Inc."
    assert entry.texts["phone"] == "+32 2 555 00"
    assert entry.texts["time_zone"] == "Europe/Brussels"
    assert entry.languages == ("pl", "ur")
    assert entry.hours == (Hours(0, "10:00", "18:00"), Hours(3, "10:00", "18:00"))
    assert entry.facts == {}


# Files of any kind.


@pytest.mark.parametrize("ending", ENDINGS)
def test_too_large(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"in.{ending}"
    path.write_bytes(b" " * (MOST_BYTES + 1))
    assert "larger than 5 MB" in refused(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_not_text(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"in.{ending}"
    path.write_bytes(b"id,name\n\xff\xfe")
    assert "line 2, file: not UTF-8 text" in refused(path)


@pytest.mark.parametrize("name", ["in.xlsx", "in", "missing.csv"])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    assert "in" in refused(tmp_path / name)


def test_export_asks_for_an_ending(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("export_services", str(tmp_path / "out.txt"), verbosity=0)
    with pytest.raises(CommandError):
        call_command("export_services", str(tmp_path / "no" / "out.csv"), verbosity=0)


def test_at_most_twenty_problems_are_said() -> None:
    with pytest.raises(FileError) as caught:
        table.read_table("id,name\n" + "x,y\n" * 100)
    assert len(caught.value.problems) == 100
    assert str(caught.value).endswith("and 80 more")


def test_what_is_known_survives_in_both() -> None:
    what = content(facts={"police": KnownAnswer("no", "a, b; c", None)})
    pk = random_id()
    assert table.read_table(table.write_table([(pk, what)]))[0].content == what
    assert hsds_import.read_hsds(hsds.write_hsds([(pk, what)]))[0].content == what
