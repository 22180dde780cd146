"""The table of ambulance numbers: complete, sourced, and nothing in it that no other list knows."""

import csv
import datetime
import re
from pathlib import Path

from phonenumbers.phonemetadata import PhoneMetadata

from safety_app.locales import emergency_numbers
from safety_app.locales.countries import COUNTRIES

TABLE = Path(emergency_numbers.__file__).with_name("data") / "emergency_numbers.csv"
with TABLE.open(encoding="utf-8", newline="") as lines:
    ROWS = {row["country"]: row for row in csv.DictReader(lines)}
KNOWN = emergency_numbers.ambulance_numbers()
UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
# Numbers that libphonenumber does not have for this place; the README names their source.
ELSEWHERE = {"RS", "GF", "GP", "MF", "YT"}


def test_every_country_has_a_row_and_every_number_a_source_and_a_day() -> None:
    assert set(ROWS) == set(COUNTRIES)
    for country, row in ROWS.items():
        given = {bool(row[column]) for column in ("ambulance", "sources", "checked")}
        assert len(given) == 1, country
    readme = TABLE.with_name("README.md").read_text(encoding="utf-8")
    for source in {source for row in ROWS.values() for source in row["sources"].split()}:
        assert re.search(rf"\| ([A-Z]+, )*{source}(, [A-Z]+)* \|", readme), source


def test_it_is_112_in_the_whole_european_union() -> None:
    assert len(UNION) == 27
    assert {KNOWN[country].number for country in UNION} == {"112"}


def test_each_is_an_emergency_number_of_that_country() -> None:
    for country in sorted(set(KNOWN) - ELSEWHERE):
        number = KNOWN[country].number
        assert re.fullmatch(r"[0-9]{2,4}", number), country
        assert KNOWN[country].checked >= datetime.date(2026, 1, 1), country
        emergency = PhoneMetadata.short_metadata_for_region(country).emergency
        assert re.fullmatch(emergency.national_number_pattern, number), country


def test_where_112_brings_the_police_another_number_is_listed() -> None:
    assert (KNOWN["KR"].number, KNOWN["NO"].number, KNOWN["GB"].number) == ("119", "113", "999")
    assert "XX" not in KNOWN
    assert "NG" not in KNOWN
