"""The directory as a table for spreadsheets: no formula goes out, none comes in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from resources.directory.exchange import table
from resources.directory.exchange.files import FileError, uuid_of
from safety_app.privacy.ids import LOWEST, random_id
from tests.resources.directory.places import content, refused

pytestmark = pytest.mark.django_db


def rows(**cells: str) -> str:
    """A table of one entry with these cells."""
    out = io.StringIO()
    writer = csv.DictWriter(
        out, ["id", "name", *(name for name in cells if name not in ("id", "name"))]
    )
    writer.writeheader()
    writer.writerow({"id": uuid_of(LOWEST + 7), "name": "Blue Door", **cells})
    return out.getvalue()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "'="])
def test_no_cell_that_goes_out_is_a_formula(start: str) -> None:
    what = content(name=f"{start}1+1")
    text = table.write_table([(random_id(), what)])
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not [cell for cell in row if cell[:1] in set("=+-@\t\r＝＋－＠")]
    assert table.read_table(text)[0].content == what


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
@pytest.mark.parametrize("column", ["name", "description", "police"])
def test_a_formula_in_a_cell_is_refused(tmp_path: Path, start: str, column: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(rows(**{column: f"{start}HYPERLINK(1)"}), newline="")
    assert f"line 2, {column}: starts like a formula" in refused(path)


def test_a_telephone_number_may_start_with_plus() -> None:
    assert table.read_table(rows(phone="+32 2 555 00"))[0].content.texts["phone"] == "+32 2 555 00"
    with pytest.raises(FileError, match="phone"):
        table.read_table(rows(phone="+1+cmd|x"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "id: is missing"),
        ("name\nx\n", "line 1, id: is missing"),
        ("id,name,price\n1,2,3\n", "line 1, price: is not a column"),
        ("id,name,name\n1,2,3\n", "line 1, name: appears twice"),
        ("id,name\n7,x\n", "line 2, id: is not a UUID"),
        ("id,name\n\n,x\n", "line 3, id: is missing"),
        ('id,name\n1,"x\n', "not CSV"),
        ("id,name\na,b,c\n", "row: has more cells"),
        (f"id,name\n{'x' * 200_000},y\n", "not CSV"),
        (rows(kinds="food, spa"), "line 2, kinds: "),
        (rows(languages="xx-nope"), "line 2, languages: "),
        (rows(hours="MO 9-12"), "line 2, time_zone: "),
        (rows(hours="always"), "line 2, hours: "),
        (rows(police="maybe"), "line 2, police: "),
        (rows(police="no | x | soon"), "line 2, police: "),
        (rows(checked="soon"), "line 2, checked: "),
        (rows(country="ZZ"), "line 2, country: "),
        (rows(website="javascript:x"), "line 2, website: "),
        (rows(confidential="yes", address="3 Hidden Lane"), "line 2, address: "),
        (rows(confidential="yes", postal_code="9000"), "line 2, postal_code: "),
        (rows(confidential="oui", address="3 Hidden Lane"), "line 2, confidential: is neither"),
        (rows() + rows().splitlines()[1] + "\n" + "x,y\n", "line 4, id: "),
    ],
)
def test_a_broken_table_is_refused_with_line_and_field(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "in.csv"
    path.write_text(text, newline="")
    assert message in refused(path)


def test_lines_count_through_cells_of_several_lines(tmp_path: Path) -> None:
    good = rows(description="one\ntwo\nthree")
    path = tmp_path / "in.csv"
    path.write_text(good + "x,y,z\n", newline="")
    assert "line 5, id: is not a UUID" in refused(path)


def test_the_same_entry_twice_is_refused(tmp_path: Path) -> None:
    text = rows()
    path = tmp_path / "in.csv"
    path.write_text(text + text.splitlines()[1] + "\n", newline="")
    assert "line 3, id: appears twice in this file" in refused(path)
