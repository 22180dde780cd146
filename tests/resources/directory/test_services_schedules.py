"""Opening hours in HSDS files of others: no schedule keeps a place out, and nothing goes unsaid."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from resources.directory.content import EntryContent
from resources.directory.exchange import hsds_import, hsds_tables, table
from resources.directory.exchange.files import FileEntry, uuid_of
from resources.directory.hours import Hours
from resources.directory.models import Service
from safety_app.locales.dates import today
from safety_app.privacy.ids import LOWEST
from tests.resources.directory.places import full, put

WEEKLY = {"freq": "WEEKLY", "byday": "TU", "opens_at": "09:00", "closes_at": "12:00"}
NINE = (Hours(1, "09:00", "12:00"),)


def service(*schedules: Any, country: str = "BE", **more: Any) -> dict[str, Any]:
    address = {"address_1": "1 Main Street", "city": "Ghent", "country": country}
    return {
        "id": uuid_of(LOWEST + 7),
        "name": "Blue Door",
        "status": "active",
        "schedules": list(schedules),
        "service_at_locations": [{"location": {"addresses": [address]}}],
        **more,
    }


def read(*schedules: Any, **more: Any) -> FileEntry:
    (entry,) = hsds_import.read_hsds(json.dumps([service(*schedules, **more)]))
    return entry


def day(days: int) -> str:
    return (today() + datetime.timedelta(days=days)).isoformat()


def test_one_service_alone_is_a_file() -> None:
    (entry,) = hsds_import.read_hsds(json.dumps(service(WEEKLY)))
    assert (entry.line, entry.content.hours, entry.left_out) == (1, NINE, ())


@pytest.mark.parametrize(
    "times",
    [
        {"opens_at": "9:00", "closes_at": "12:00"},
        {"opens_at": "9:00:00", "closes_at": "12:00:00.000"},
        {"opens_at": "09:00+01:00", "closes_at": "12:00:00+0200"},
        {"freq": None},
        {"interval": 1},
        {"interval": "1"},
        {"interval": 1.0},
        {"byday": "tu"},
        {"valid_from": "2020-01-01", "valid_to": None},
    ],
)
def test_weekly_hours_however_they_are_written(times: dict[str, Any]) -> None:
    entry = read(WEEKLY | times)
    assert (entry.content.hours, entry.left_out) == (NINE, ())
    assert entry.content.texts["hours_note"] == ""


def test_a_zone_that_is_not_the_places_own_is_said() -> None:
    entry = read(WEEKLY | {"opens_at": "9:00Z"})
    assert entry.content.hours == NINE
    assert [message for _field, message in entry.left_out] == [
        "the zone Z of a time: it is taken as the clock of the place"
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"freq": "MONTHLY", "byday": "2TU"}, "every month, Tuesday (number 2), 09:00–12:00"),
        ({"freq": "MONTHLY", "byday": "-1FR"}, "every month, last Friday, 09:00–12:00"),
        ({"freq": "MONTHLY", "byday": None, "bymonthday": "1,15"}, "every month, day 1,15, 09:00"),
        ({"interval": 2}, "every second week, Tuesday, 09:00–12:00"),
        ({"interval": "3"}, "every 3 weeks, Tuesday, 09:00–12:00"),
        ({"byday": None}, "every week, 09:00–12:00"),
        ({"byday": None, "description": "By the  full moon"}, "09:00–12:00 – By the full moon"),
        ({"opens_at": "29:00"}, "every week, Tuesday"),
        ({"opens_at": None, "notes": "ring the bell"}, "every week, Tuesday – ring the bell"),
    ],
)
def test_what_has_no_column_becomes_words_and_is_said(change: dict[str, Any], words: str) -> None:
    entry = read(WEEKLY | change, WEEKLY)
    assert entry.content.hours == NINE
    assert words in entry.content.texts["hours_note"]
    ((field, message),) = entry.left_out
    assert field == "schedules"
    assert "kept as words" in message


def test_words_are_in_the_language_of_the_entry() -> None:
    term = {"taxonomy": "Nightjar directory of services, version 1", "code": "field:language"}
    own = [{"value": "fr", "taxonomy_term": term}]
    entry = read(WEEKLY | {"freq": "MONTHLY", "byday": "TU"}, attributes=own)
    assert "mardi" in entry.content.texts["hours_note"]


def test_what_has_ended_is_not_shown_as_current() -> None:
    entry = read(WEEKLY | {"valid_to": day(-1)})
    assert entry.content.hours == ()
    assert entry.content.texts["hours_note"] == ""
    assert "hours that ended on" in entry.left_out[0][1]


def test_what_ends_or_begins_later_says_so() -> None:
    entry = read(WEEKLY | {"valid_to": day(0)}, WEEKLY | {"byday": "WE", "valid_from": day(1)})
    assert entry.content.hours == NINE
    note = entry.content.texts["hours_note"]
    assert "until " in note
    assert "every week, Wednesday, from " in note


def test_hours_without_a_clock_become_words() -> None:
    entry = read(WEEKLY, country="US")
    assert entry.content.hours == ()
    assert "every week, Tuesday, 09:00–12:00" in entry.content.texts["hours_note"]
    assert entry.left_out[0][1].startswith("hours on an unknown clock; ")


@pytest.mark.parametrize(
    "row", [{}, {"freq": 7}, {"byday": ["MO"]}, {"opens_at": {}}, {"valid_to": "soon"}]
)
def test_a_schedule_that_says_nothing_is_left_out(row: dict[str, Any]) -> None:
    entry = read(row, WEEKLY)
    assert entry.content.hours == NINE
    assert entry.left_out == (("schedules", "hours that cannot be read"),)


def test_there_is_an_end_to_words() -> None:
    entry = read(*(WEEKLY | {"byday": None, "notes": f"{n} " + "x" * 90} for n in range(9)))
    assert len(entry.content.texts["hours_note"]) <= 300
    assert "no room for these words" in entry.left_out[-1][1]


@pytest.mark.thorough
@given(
    st.dictionaries(
        st.sampled_from([*WEEKLY, "interval", "bymonthday", "valid_to", "valid_from", "notes"]),
        st.sampled_from(["", None, 2, -1.5, True, [], {}, "x", "1TU", "MONTHLY", "2026-01-01"])
        | st.text(max_size=20),
    )
)
def test_no_schedule_refuses_a_file(row: dict[str, Any]) -> None:
    assert read(row, WEEKLY).content.hours


@pytest.mark.django_db
def test_the_tables_of_a_package_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(full())
    call_command("export_services", str(tmp_path), verbosity=0)
    path = tmp_path / "schedules.csv"
    path.write_text(path.read_text().replace("WEEKLY", "MONTHLY"), newline="")
    Service.objects.all().delete()
    call_command("import_services", str(tmp_path))
    assert "chaque mois, lundi" in Service.objects.get().hours_note
    assert "left out: line 2, schedules: hours that are not weekly" in capsys.readouterr().out


# Tables as spreadsheets of other countries write them.


def written(parted: str, head: str = "", tail: str = "") -> str:
    heading = parted.join(("id", "name", "hours", "time_zone"))
    row = parted.join((uuid_of(LOWEST + 7), "Blue Door", '"TU 9-12; WE 9-12"', "Europe/Paris"))
    return f"{head}{heading}{tail}\n{row}{tail}\n"


@pytest.mark.parametrize("parted", [",", ";", "\t"])
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("empty", ["", "{0}", "{0} {0}"])
def test_a_table_parted_by_other_signs(parted: str, named: bool, empty: str) -> None:
    head = f"sep={parted}\r\n" if named else ""
    (entry,) = table.read_table(written(parted, head, empty.format(parted)))
    assert entry.line == 2 + named
    assert entry.content.texts["name"] == "Blue Door"
    assert [row.weekday for row in entry.content.hours] == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("parted", [";", "\t"])
def test_tables_of_a_package_parted_by_other_signs(tmp_path: Path, parted: str) -> None:
    (tmp_path / "services.csv").write_text(
        f"sep={parted}\nid{parted}name{parted}status{parted}\n"
        f"{uuid_of(LOWEST + 7)}{parted}Blue Door{parted}active{parted}\n"
    )
    (entry,) = hsds_tables.read_package(tmp_path)
    assert isinstance(entry.content, EntryContent)
    assert (entry.line, entry.content.texts["name"]) == (3, "Blue Door")
