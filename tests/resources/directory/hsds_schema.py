"""What HSDS 3.0 asks of the objects we export, written by hand as JSON Schema.

The published schemas (github.com/openreferral/specification, branch 3.0, folder `schema/`, CC BY-SA
4.0) are not shipped with this program. The properties, types, required fields and enumerations
below were read off them: service, organization, location, address, phone, schedule, language,
service_area, service_at_location, attribute, taxonomy_term. Ours are stricter in one way: a field
that HSDS 3.0 does not have is an error.

To validate against the published files themselves, name a folder that holds `service.json` and
its neighbours (or the one compiled file) in HSDS_SCHEMAS: see docs/directory.md.
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
UUID: Schema = {"type": "string", "format": "uuid"}
URI: Schema = {"type": "string", "format": "uri", "pattern": "^https?://[!-~]+$"}
EMAIL: Schema = {"type": "string", "format": "email"}
DATE: Schema = {"type": "string", "format": "date"}
CLOCK: Schema = {"type": "string", "pattern": r"^\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)$"}


def _object(required: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


TERM = _object(
    "id name description", id=UUID, code=TEXT, name=TEXT, description=TEXT, taxonomy=TEXT
)
ATTRIBUTE = _object(
    "id link_id taxonomy_term_id link_entity",
    id=UUID,
    link_id=UUID,
    taxonomy_term_id=UUID,
    link_type=TEXT,
    link_entity=TEXT,
    value=TEXT,
    taxonomy_term=TERM,
)
ADDRESS = _object(
    "id address_1 city state_province postal_code country address_type",
    id=UUID,
    location_id=UUID,
    address_1=TEXT,
    city=TEXT,
    state_province=TEXT,
    postal_code=TEXT,
    country=TEXT,
    address_type={"enum": ["physical", "postal", "virtual"]},
)
LOCATION = _object(
    "id location_type",
    id=UUID,
    location_type={"enum": ["physical", "postal", "virtual"]},
    name=TEXT,
    addresses=_list(ADDRESS),
)
SCHEDULE = _object(
    "id",
    id=UUID,
    service_id=UUID,
    freq={"enum": ["WEEKLY", "MONTHLY"]},
    byday=TEXT,
    opens_at=CLOCK,
    closes_at=CLOCK,
)
SERVICE = _object(
    "id name status",
    id=UUID,
    organization_id=UUID,
    name=TEXT,
    description=TEXT,
    url=URI,
    email=EMAIL,
    status={"enum": ["active", "inactive", "defunct", "temporarily closed"]},
    assured_date=DATE,
    organization=_object("id name description", id=UUID, name=TEXT, description=TEXT),
    phones=_list(_object("id number", id=UUID, service_id=UUID, number=TEXT, type=TEXT)),
    schedules=_list(SCHEDULE),
    service_areas=_list(_object("id", id=UUID, service_id=UUID, name=TEXT)),
    languages=_list(_object("id", id=UUID, service_id=UUID, code=TEXT, name=TEXT)),
    service_at_locations=_list(
        _object("id", id=UUID, service_id=UUID, location_id=UUID, location=LOCATION)
    ),
    attributes=_list(ATTRIBUTE),
)


def wrong(service: Any) -> list[str]:
    """What is wrong with a service by the schema above."""
    return _errors(Draft202012Validator(SERVICE, format_checker=_formats()), service)


def published_folder() -> Path | None:
    """Where the published schemas lie, if somebody fetched them."""
    named = os.environ.get("HSDS_SCHEMAS")
    return Path(named) if named else None


def wrong_by_published(folder: Path, service: Any) -> list[str]:
    """What is wrong with a service by the published schemas, whose references are file names."""

    def retrieve(uri: str) -> Resource[Any]:
        contents = json.loads((folder / Path(uri).name).read_text(encoding="utf-8"))
        return Resource(contents=contents, specification=DRAFT202012)

    schema = json.loads((folder / "service.json").read_text(encoding="utf-8"))
    registry: Registry[Any] = Registry(retrieve=retrieve)
    validator = Draft202012Validator(schema, registry=registry, format_checker=_formats())
    return _errors(validator, service)


def _formats() -> Any:
    return Draft202012Validator.FORMAT_CHECKER


def _errors(validator: Any, service: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(service)]


def wrong_tables_by_published(folder: Path, package: Path) -> list[str]:
    """What is wrong with the tables of a package by the same schemas: files, columns, rows."""
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    known = {schema["path"]: schema for schema in schemas if "path" in schema}
    found = []
    for path in sorted(package.glob("*.csv")):
        schema = known.get(path.name, {"properties": {}, "required": []})
        needed = {*schema["required"], *schema.get("tabular_required", ())}
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found += [f"{path.name}: {name}" for name in set(rows[0]) - set(schema["properties"])]
        ids = {row["id"] for row in rows}
        found += [f"{path.name}: an id twice"] if len(ids) < len(rows) else []
        for row in rows:
            filled = {name: cell.removeprefix("'") for name, cell in row.items() if cell}
            found += [f"{path.name}: no {name}" for name in needed - set(filled)]
            flat = {**schema, "required": []}
            found += _errors(Draft202012Validator(flat, format_checker=_formats()), filled)
    return found
