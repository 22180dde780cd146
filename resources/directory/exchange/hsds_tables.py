"""Entries as the tables of an HSDS 3.0 data package: a folder of CSV files joined by identifiers.

Made from the JSON of `hsds` by taking its objects apart, and put together again to be read by
`hsds_import`, so that both forms say the same. Cells are guarded against formulas as in `table`.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from resources.directory.content import EntryContent
from resources.directory.exchange import hsds, hsds_import
from resources.directory.exchange.files import (
    HAS_MORE_CELLS,
    IS_MISSING,
    IS_TWICE,
    IS_TWICE_IN_FILE,
    MOST_BYTES,
    FileEntry,
    FileError,
    FileProblem,
    escape_cell,
    read_rows,
    read_text_file,
    unescape_cell,
)
from resources.directory.exchange.hsds import Object

# Lists of a service → their file, and the column that names the service.
LISTS = {
    "phones": ("phones.csv", "service_id"),
    "schedules": ("schedules.csv", "service_id"),
    "service_areas": ("service_areas.csv", "service_id"),
    "languages": ("languages.csv", "service_id"),
    "attributes": ("attributes.csv", "link_id"),
    "service_at_locations": ("service_at_location.csv", "service_id"),
}
SERVICES, ORGANIZATIONS, LOCATIONS = "services.csv", "organizations.csv", "locations.csv"
ADDRESSES, TERMS = "addresses.csv", "taxonomy_terms.csv"
PACKAGE = "datapackage.json"
Row = dict[str, str]


def package_files(entries: Sequence[tuple[int, EntryContent]]) -> dict[str, str]:
    """The files of the package, by name."""
    tables: dict[str, dict[str, Row]] = {}
    for pk, content in entries:
        for name, row in _apart(hsds.service_object(pk, content)):
            tables.setdefault(name, {})[row["id"]] = row
    headings = {name: _heading(rows.values()) for name, rows in tables.items()}
    files = {name: _csv(headings[name], rows.values()) for name, rows in tables.items()}
    return {**files, PACKAGE: _package(headings)}


def _apart(service: Object) -> Iterator[tuple[str, Row]]:
    """Each object of a service with the name of its file, without nested objects."""
    yield SERVICES, _flat(service)
    yield ORGANIZATIONS, _flat(service["organization"])
    for key, (name, _column) in LISTS.items():
        for each in service[key]:
            yield name, _flat(each)
            if key == "attributes":
                yield TERMS, _flat(each["taxonomy_term"])
            if key == "service_at_locations":
                yield LOCATIONS, _flat(each["location"])
                for address in each["location"].get("addresses", []):
                    yield ADDRESSES, _flat(address)


def _flat(each: Object) -> Row:
    return {key: value for key, value in each.items() if isinstance(value, str)}


def _heading(rows: Any) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def _csv(heading: list[str], rows: Any) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, heading, restval="")
    writer.writeheader()
    writer.writerows({key: escape_cell(cell) for key, cell in row.items()} for row in rows)
    return out.getvalue()


def _package(headings: Mapping[str, list[str]]) -> str:
    """The descriptor of a tabular data package (Frictionless Data)."""
    resources = [
        {
            "name": name.removesuffix(".csv"),
            "path": name,
            "profile": "tabular-data-resource",
            "schema": {"fields": [{"name": column, "type": "string"} for column in heading]},
        }
        for name, heading in headings.items()
    ]
    whole = {"name": "services", "profile": "tabular-data-package", "resources": resources}
    return json.dumps(whole, indent=1) + "\n"


def read_package(folder: Path) -> list[FileEntry]:
    """The entries of a folder. Raises FileError with line and field of each problem."""

    def text_of(name: str) -> str | None:
        return read_text_file(folder / name) if (folder / name).is_file() else None

    return read_tables(text_of)


def read_tables(text_of: Callable[[str], str | None]) -> list[FileEntry]:
    """The entries of tables by their names; `text_of` gives None for one that is not there.

    Raises FileError with line and field of each problem. Lines are those of services.csv unless
    another file is named.
    """
    if text_of(SERVICES) is None:
        raise FileError([FileProblem(1, SERVICES, str(IS_MISSING))])
    tables = _Tables(text_of)
    services = [(line, tables.service(line, row)) for line, row in tables.rows(SERVICES)]
    if tables.wrong:
        raise FileError(tables.wrong)
    return hsds_import.read_services(services)


class _Tables:
    """Reads the tables, 5 MB in all, and collects problems of their cells."""

    def __init__(self, text_of: Callable[[str], str | None]) -> None:
        self.text_of, self.left = text_of, MOST_BYTES
        self.wrong: list[FileProblem] = []
        self.organizations = self._grouped_by(ORGANIZATIONS, "id")
        self.locations = self._grouped_by(LOCATIONS, "id")
        self.addresses = self._grouped_by(ADDRESSES, "location_id")
        self.terms = self._grouped_by(TERMS, "id")
        self.lists = {key: self._grouped_by(name, column) for key, (name, column) in LISTS.items()}

    def _grouped_by(self, name: str, column: str) -> dict[str, list[Row]]:
        """The rows of a file by the value of a column; none where there is no such file."""
        grouped: dict[str, list[Row]] = {}
        for _line, row in self.rows(name):
            grouped.setdefault(row.get(column, ""), []).append(row)
        return grouped

    def rows(self, name: str) -> list[tuple[int, Row]]:
        """(line, row) of a file, without empty cells."""
        document = self.text_of(name)
        if document is None:
            return []
        self.left -= len(document.encode())
        if self.left < 0:
            message = _("the files are larger than 5 MB together")
            raise FileError([FileProblem(1, name, message)])
        heading, listed = read_rows(document, name)
        self.wrong += [
            FileProblem(1, f"{name} {column}", str(IS_TWICE))
            for column, times in Counter(heading).items()
            if times > 1
        ]
        numbered = [(line, self.row(name, line, heading, cells)) for line, cells in listed]
        self.check_ids(name, numbered)
        return numbered

    def check_ids(self, name: str, rows: list[tuple[int, Row]]) -> None:
        """Refuse an identifier that two rows share, since it would be ambiguous."""
        seen: set[str] = set()
        for line, row in rows:
            if row.get("id") in seen:
                self.wrong.append(FileProblem(line, f"{name} id", str(IS_TWICE_IN_FILE)))
            seen |= {row["id"]} if "id" in row else set()

    def row(self, name: str, line: int, heading: list[str], cells: list[str]) -> Row:
        """One row; a formula in it is refused."""
        values: Row = {}
        if len(cells) > len(heading):
            self.wrong.append(FileProblem(line, f"{name} row", str(HAS_MORE_CELLS)))
        for column, cell in zip(heading, cells, strict=False):
            try:
                values[column] = unescape_cell(cell, number=column == "number")
            except ValueError as error:
                self.wrong.append(FileProblem(line, f"{name} {column}", str(error)))
        return {column: cell for column, cell in values.items() if cell}

    def first(self, line: int, rows: dict[str, list[Row]], wanted: str, name: str) -> Row:
        """The row another one refers to; an error if it is missing."""
        if wanted and wanted not in rows:
            self.wrong.append(FileProblem(line, name, _("names a row that is not there")))
        return rows.get(wanted, [{}])[0] if wanted else {}

    def service(self, line: int, row: Row) -> Object:
        """The service on this line, with its rows of the other tables."""
        me = row.get("id", "")
        values: Object = dict(row)
        for key, rows in self.lists.items():
            values[key] = [dict(each) for each in rows.get(me, [])] if me else []
        for attribute in values["attributes"]:
            term = attribute.get("taxonomy_term_id", "")
            attribute["taxonomy_term"] = self.first(line, self.terms, term, "taxonomy_term_id")
        for placed in values["service_at_locations"]:
            at = placed.get("location_id", "")
            addresses = self.addresses.get(at, []) if at else []
            location = self.first(line, self.locations, at, "location_id")
            placed["location"] = {**location, "addresses": addresses}
        whose = row.get("organization_id", "")
        values["organization"] = self.first(line, self.organizations, whose, "organization_id")
        return values
