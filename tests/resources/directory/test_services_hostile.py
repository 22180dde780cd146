"""Files that want to break the import: each is refused with line and field, nothing comes in."""

from __future__ import annotations

import csv
import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from resources.directory.exchange import hsds, hsds_import, hsds_tables, table, uploads
from resources.directory.exchange.files import LONGEST_SHOWN, MOST_BYTES, FileError, FileProblem
from safety_app.privacy.ids import random_id
from tests.resources.directory.places import content, full, put, refused, secret

pytestmark = pytest.mark.django_db
ID = "ac148810-d857-441c-9679-408f346de14b"
GOOD = f'{{"id": "{ID}", "name": "Blue Door", "status": "active"'


def write(path: Path, what: str | bytes) -> Path:
    path.write_bytes(what if isinstance(what, bytes) else what.encode())
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'[\n{GOOD}, "name": "Red Door"}}]', "line 2, name: appears twice"),
        (
            f'[\n{GOOD}}},\n{GOOD}, "organization": {{"id": 1, "id": 2}}}}]',
            "line 3, id: appears twice",
        ),
        ('{"contents": [], "contents": []}', "line 1, contents: appears twice"),
        (f"[\n{GOOD}}},\n{GOOD}}}]", "line 3, id: appears twice in this file"),
        (f'[\n{GOOD}}},\n{{"id": "{ID.upper()}", "name": "x", "status": "active"}}]', "line 3, id"),
        (f'[{GOOD}, "minimum_age": NaN}}]', "line 1, file: not JSON"),
        (f'[{GOOD}, "minimum_age": -Infinity}}]', "line 1, file: not JSON"),
        (f'[{GOOD}, "url": 1e999}}]', "line 1, service.url: is not text"),
        (f'[{GOOD}, "url": {{}}}}]', "line 1, service.url: is not text"),
        (f'[{GOOD}, "attributes": [{{"taxonomy_term": 7}}]}}]', "line 1, taxonomy_term: "),
        (f'[{GOOD}, "schedules": {{"0": 1}}}}]', "line 1, schedules: "),
        (f'[{GOOD}, "languages": [[]]}}]', "line 1, languages: "),
        (f'[{GOOD}, "x": {"[" * 100_000}', "line 1, file: not JSON"),
        (f'[{GOOD}, "x": {"{" * 1}"a":' * 50_000, "file: not JSON"),
        ('{"contents": ' * 50_000, "file: not JSON"),
        ('[{"id": "\\ud800", "name": "x", "status": "x"}]', "line 1, id: is not a UUID"),
    ],
)
def test_json_that_is_not_what_it_seems(tmp_path: Path, text: str, message: str) -> None:
    said = refused(write(tmp_path / "in.json", text))
    assert message in said
    assert len(said) < 8000


def test_a_name_of_the_reader_itself_is_only_a_name() -> None:
    text = f'[{GOOD}, "\\u0000twice": ["name", {{}}]}}]'
    assert hsds_import.read_hsds(text)[0].content.texts["name"] == "Blue Door"


def test_what_is_half_a_letter_comes_in_nowhere() -> None:
    text = "[" + GOOD.replace("Blue Door", "Blue\\ud800 Door") + "}]"
    assert hsds_import.read_hsds(text)[0].content.texts["name"] == "Blue Door"
    half = json.loads(f"{GOOD}}}") | {"attributes": [ours("field:website", "https://x/\ud800")]}
    assert hsds_import.read_hsds(json.dumps([half]))[0].content.texts["website"] == ""


def ours(code: str, value: str) -> dict[str, object]:
    return {"value": value, "taxonomy_term": {"taxonomy": hsds.TAXONOMY, "code": code}}


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ([ours("field:confidential", "oui")], "confidential: is neither yes nor no"),
        (
            [ours("field:confidential", "yes"), ours("field:confidential", "no")],
            "field:confidential: appears twice",
        ),
        ([ours("answer:police", "no"), ours("answer:police", "yes")], "appears twice"),
    ],
)
def test_no_guess_is_made_of_what_is_unclear(
    tmp_path: Path, attributes: list[object], message: str
) -> None:
    one = json.loads(f"{GOOD}}}") | {"attributes": attributes}
    assert message in refused(write(tmp_path / "in.json", json.dumps([one])))


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "in.json").symlink_to("/dev/zero")
    assert "line 1, file: larger than 5 MB" in refused(tmp_path / "in.json")


def test_what_is_said_of_a_file_steers_no_terminal(tmp_path: Path) -> None:
    said = refused(write(tmp_path / "in.csv", "id,name,\x1b[2J\x07\u202ex\n1,2,3\n"))
    assert said.replace("\n", "").isprintable()
    assert len(str(FileProblem(1, "x" * 10_000, "is not a column"))) == LONGEST_SHOWN


def archive() -> bytes:
    """50 MB of one letter in a zip file of 50 KB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("services.csv", "x" * 50_000_000)
    return out.getvalue()


@pytest.mark.thorough
@pytest.mark.parametrize("ending", ["json", "csv"])
@pytest.mark.parametrize("make", [archive, lambda: gzip.compress(b"x" * 50_000_000)])
def test_nothing_is_unpacked(tmp_path: Path, ending: str, make: Callable[[], bytes]) -> None:
    assert ", file: not" in refused(write(tmp_path / f"in.{ending}", make()))


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_fifty_megabytes_are_not_even_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"in.{ending}"
    with path.open("wb") as file:
        file.truncate(10 * MOST_BYTES)
    assert "line 1, file: larger than 5 MB" in refused(path)


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines(keepends=True)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for make in (full, content, secret):
        put(make())
    call_command("export_services", str(tmp_path), verbosity=0)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["services.csv", "organizations.csv", "locations.csv", "phones.csv", "attributes.csv"]
)
def test_a_row_of_a_package_twice_is_refused(package: Path, name: str) -> None:
    with (package / name).open(newline="") as file:
        rows = list(csv.reader(file))
    with (package / name).open("a", newline="") as file:
        csv.writer(file).writerow(rows[-1])
    assert f"{name} id: appears twice in this file" in refused(package)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("taxonomy_terms.csv", "taxonomy_term_id: names a row that is not there"),
        ("locations.csv", "location_id: names a row that is not there"),
        ("organizations.csv", "organization_id: names a row that is not there"),
    ],
)
def test_a_package_of_which_a_part_is_missing_is_refused(
    package: Path, name: str, message: str
) -> None:
    (package / name).unlink()
    assert message in refused(package)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: [rows[0].replace("name", "id", 1), *rows[1:]], "line 1, locations.csv id: "),
        (lambda rows: [*rows, f"{ID},physical,x,more\n"], "locations.csv row: has more cells"),
        (
            lambda rows: [*rows, f"{ID},physical,=1+1\n"],
            "locations.csv name: starts like a formula",
        ),
        (lambda rows: [*rows, f'{ID},physical,"x\n'], "not CSV"),
        (lambda rows: [*rows, f"{'x' * 200_000}\n"], "not CSV"),
        (lambda rows: archive(), "not UTF-8"),
    ],
)
def test_a_hostile_table_of_a_package_is_refused(
    package: Path, change: Callable[[list[str]], list[str] | bytes], message: str
) -> None:
    path = package / "locations.csv"
    changed = change(lines_of(path))
    write(path, changed if isinstance(changed, bytes) else "".join(changed))
    said = refused(package)
    assert message in said
    assert "line " in said


# What spreadsheets take for a formula, alone and behind what they skip.
FORMULAS = [
    *("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠A"),
    *('=HYPERLINK("http://x")', "=cmd|' /C calc'!A0", "'=1", "''=1", "=\u200b1", "\ufeff=1"),
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_formula_goes_out_in_any_form(formula: str) -> None:
    """Whatever was typed into an entry, in the table and in the package."""
    what = content(**dict.fromkeys(("name", "organisation", "description", "taken"), formula))
    entries = [(random_id(), what)]
    for text in (table.write_table(entries), *hsds_tables.package_files(entries).values()):
        if text.startswith("{"):
            continue
        for row in csv.reader(io.StringIO(text, newline="")):
            assert not [cell for cell in row if cell.lstrip()[:1] in tuple("=+-@＝＋－＠")], row
    assert table.read_table(table.write_table(entries))[0].content == what
    assert hsds_import.read_hsds(hsds.write_hsds(entries))[0].content == what


def test_a_good_entry_does_not_come_in_with_a_bad_one(tmp_path: Path) -> None:
    """In every form the last of three is wrong, and the first two stay out too."""
    entries = [(random_id(), make()) for make in (full, secret, content)]
    whole = json.loads(hsds.write_hsds(entries))
    whole["contents"][2]["assured_date"] = "soon"
    assert "assured_date" in refused(write(tmp_path / "in.json", json.dumps(whole)))
    rows = table.write_table(entries).splitlines(keepends=True)
    broken = "".join(rows[:-1]) + rows[-1].replace("food", "spa")
    assert "kinds" in refused(write(tmp_path / "in.csv", broken))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "document",
    [
        b",".join(b"c%d" % number for number in range(400_000)),
        b",".join([b"id"] * 400_000),
        b"sep=;\n" + b";" * 4_000_000,
        b"id,name\n" + b"a,b\n" * 900_000,
        b"[" + b"{}," * 1_000_000 + b"{}]",
        b"[" * 2_000_000,
        b'{"a":' * 800_000,
    ],
    ids=["columns", "one column", "separators", "lines", "objects", "lists", "depth"],
)
def test_a_file_of_four_megabytes_is_refused_at_once(document: bytes) -> None:
    """One upload must not hold the server for hours; the first of these did."""
    before = time.process_time()
    with pytest.raises(FileError) as refusal:
        uploads.read_upload(document)
    assert time.process_time() - before < 5
    assert len(refusal.value.problems) <= 2
