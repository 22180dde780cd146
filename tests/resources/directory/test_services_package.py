"""The directory as an HSDS data package: a folder of tables joined by identifiers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from resources.directory.content import content_of
from resources.directory.models import Service
from tests.resources.directory.hsds_schema import published_folder, wrong_tables_by_published
from tests.resources.directory.places import content, full, put, refused, secret

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for make in (full, content, secret):
        put(make())
    call_command("export_services", str(tmp_path), verbosity=0)
    return tmp_path


def test_a_round_trip_loses_nothing(package: Path) -> None:
    before = {row.pk: content_of(row) for row in Service.objects.all()}
    Service.objects.all().delete()
    call_command("import_services", str(package), verbosity=0)
    assert {row.pk: content_of(row) for row in Service.objects.all()} == before
    assert len(before) == 3


def test_every_row_has_what_hsds_asks_of_tables(package: Path) -> None:
    asked = {
        "services.csv": "id organization_id name status",
        "organizations.csv": "id name description",
        "locations.csv": "id location_type",
        "addresses.csv": "id address_1 city state_province postal_code country address_type",
        "service_at_location.csv": "id service_id location_id",
        "phones.csv": "id number",
        "schedules.csv": "id",
        "languages.csv": "id",
        "service_areas.csv": "id",
        "attributes.csv": "id link_id taxonomy_term_id link_entity",
        "taxonomy_terms.csv": "id name description",
    }
    described = json.loads((package / "datapackage.json").read_text())["resources"]
    assert {each["path"] for each in described} == set(asked)
    for name, columns in asked.items():
        with (package / name).open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows
        assert set(columns.split()) <= set(rows[0])
        assert len({row["id"] for row in rows}) == len(rows)


def test_the_tables_are_hsds_by_the_published_schemas(package: Path) -> None:
    folder = published_folder()
    if folder is None:
        pytest.skip("the published schemas are not here: docs/directory.md says how to get them")
    assert wrong_tables_by_published(folder, package) == []
    change(package / "services.csv", ",active", ",open")
    change(package / "languages.csv", "service_id", "of")
    assert len(wrong_tables_by_published(folder, package)) > 3


def test_no_cell_is_a_formula_and_no_secret_address_is_there(package: Path) -> None:
    for path in package.glob("*.csv"):
        with path.open(newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]
    with (package / "addresses.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 1


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new), newline="")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("services.csv", "Blue Door", "=HYPERLINK(1)", "services.csv name: starts like a formula"),
        ("phones.csv", "'+33", "@33", "phones.csv number: starts like a formula"),
        ("services.csv", ",active", ",", "status: is missing"),
        ("attributes.csv", "depends", "maybe", "police: "),
        ("services.csv", "id,", "number,", "id: is missing"),
        ("organizations.csv", "id,", '"id,', "not CSV"),
    ],
)
def test_a_broken_table_is_refused(
    package: Path, name: str, old: str, new: str, message: str
) -> None:
    change(package / name, old, new)
    said = refused(package)
    assert message in said
    assert "line " in said


def test_a_street_for_a_shelter_is_refused(package: Path) -> None:
    with (package / "locations.csv").open(newline="") as file:
        shelter = next(row for row in csv.DictReader(file) if row["name"] == "Quiet House")
    with (package / "addresses.csv").open("a", newline="") as file:
        csv.writer(file).writerow(["x", shelter["id"], "3 Hidden Lane"])
    assert "addresses: is given, but the address is secret" in refused(package)


def test_too_much_or_nothing(package: Path, tmp_path: Path) -> None:
    half = "x" * 100_000 + "\n"
    for name in ("phones.csv", "languages.csv"):
        (package / name).write_text("id\n" + half * 26)
    assert "5 MB together" in refused(package)
    (package / "services.csv").unlink()
    assert "services.csv: is missing" in refused(package)
