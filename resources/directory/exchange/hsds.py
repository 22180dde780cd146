"""Entries as Open Referral HSDS 3.0 in JSON; `hsds_import` is the way back.

What HSDS has a field for stands there. The honest answers, kinds, and what its address cannot say
without a street stand in attributes of our own taxonomy, so that nothing is lost on the way back.
An entry with a secret address has a location without an address, and one in a file that has an
address is refused. Source: docs.openreferral.org, schemas of version 3.0.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.encoding import iri_to_uri

from resources.directory.content import EntryContent
from resources.directory.exchange.files import uuid_of
from resources.directory.hours import DAYS, zone_of
from safety_app.locales.countries import country_name
from safety_app.locales.languages import language_label

TAXONOMY = "Nightjar directory of services, version 1"
# Texts that HSDS has no place for, or only together with a street. It takes addresses of pages
# without letters beyond ASCII (RFC 3986), so one that has such stands here too.
OWN_TEXTS = (
    *("organisation", "language", "country", "region", "city"),
    *("taken", "hours_note", "time_zone", "source"),
)
# Parts of an entry, in the UUIDs of `files.uuid_of`.
_ORGANIZATION, _LOCATION, _PLACED, _ADDRESS = 1, 2, 3, 4
_PHONE, _SCHEDULE, _LANGUAGE, _ATTRIBUTE, _AREA = 5, 6, 7, 8, 9
Object = dict[str, Any]


def write_hsds(entries: Sequence[tuple[int, EntryContent]]) -> str:
    """A page of HSDS's list of services: everything on the one page, each service on a line."""
    page = {
        "total_items": len(entries),
        "total_pages": 1,
        "page_number": 1,
        "size": len(entries),
        "first_page": True,
        "last_page": True,
        "empty": not entries,
    }
    head = _dumped(page).removesuffix("}")
    lines = ",\n".join(_dumped(service_object(pk, content)) for pk, content in entries)
    return f'{head},"contents":[\n{lines}\n]}}\n'


def _dumped(each: Object) -> str:
    return json.dumps(each, ensure_ascii=False, separators=(",", ":"))


def service_object(pk: int, content: EntryContent) -> Object:
    """An entry as an HSDS service with its nested objects."""
    texts, me = content.texts, uuid_of(pk)
    organization = uuid_of(pk, _ORGANIZATION)
    by = texts["organisation"] or texts["name"]
    values: Object = {
        "id": me,
        "organization_id": organization,
        "name": texts["name"],
        "description": texts["description"],
        "status": "active",
        "organization": {
            "id": organization,
            "name": by,
            # HSDS wants one of every organization, and in a table an empty cell is none.
            "description": texts["description"] or by,
        },
        "phones": _phones(pk, texts["phone"]),
        "schedules": _schedules(pk, content),
        "service_areas": _areas(pk, texts),
        "languages": [
            {
                "id": uuid_of(pk, _LANGUAGE, number),
                "service_id": me,
                "code": code,
                "name": language_label(code, "en"),
            }
            for number, code in enumerate(content.languages)
        ],
        "service_at_locations": [_placed(pk, content)],
        "attributes": [
            _attribute(pk, number, group, key, value)
            for number, (group, key, value) in enumerate(_facts(content))
        ],
    }
    for name, value in (("url", iri_to_uri(texts["website"])), ("email", texts["email"])):
        if value:
            values[name] = value
    if content.checked:
        values["assured_date"] = content.checked.isoformat()
    return values


def _phones(pk: int, number: str) -> list[Object]:
    row = {"id": uuid_of(pk, _PHONE), "service_id": uuid_of(pk), "number": number, "type": "voice"}
    return [row] if number else []


def _areas(pk: int, texts: dict[str, str]) -> list[Object]:
    country = country_name(texts["country"], "en") if texts["country"] else ""
    name = ", ".join(part for part in (texts["region"], country) if part)
    row = {"id": uuid_of(pk, _AREA), "service_id": uuid_of(pk), "name": name}
    return [row] if name else []


def _schedules(pk: int, content: EntryContent) -> list[Object]:
    """One for each time span; the offset is the standard one, the clock is the place's own."""
    zone = zone_of(content.texts["time_zone"])
    winter = datetime.datetime(2026, 1, 15, 12, tzinfo=zone or datetime.UTC)
    offset = winter.strftime("%z")
    offset = f"{offset[:3]}:{offset[3:5]}"
    return [
        {
            "id": uuid_of(pk, _SCHEDULE, number),
            "service_id": uuid_of(pk),
            "freq": "WEEKLY",
            "byday": DAYS[row.weekday],
            "opens_at": f"{row.opens}:00{offset}",
            "closes_at": f"{row.closes}:00{offset}",
        }
        for number, row in enumerate(content.hours)
    ]


def _placed(pk: int, content: EntryContent) -> Object:
    texts, location = content.texts, uuid_of(pk, _LOCATION)
    place: Object = {"id": location, "location_type": "physical", "name": texts["name"]}
    if texts["address"] and not content.confidential:
        place["addresses"] = [
            {
                "id": uuid_of(pk, _ADDRESS),
                "location_id": location,
                "address_1": texts["address"],
                "city": texts["city"],
                "state_province": texts["region"],
                "postal_code": texts["postal_code"],
                "country": texts["country"],
                "address_type": "physical",
            }
        ]
    return {
        "id": uuid_of(pk, _PLACED),
        "service_id": uuid_of(pk),
        "location_id": location,
        "location": place,
    }


def _facts(content: EntryContent) -> Iterator[tuple[str, str, str]]:
    """What becomes an attribute: (group, key, value)."""
    for kind in content.kinds:
        yield "kind", kind, "yes"
    for question, known in content.facts.items():
        yield "answer", question, known.answer
        if known.says or known.checked:
            on = known.checked.isoformat() if known.checked else ""
            yield "says", question, f"{known.says} | {on}"
    for name in OWN_TEXTS:
        if content.texts[name]:
            yield "field", name, content.texts[name]
    if iri_to_uri(content.texts["website"]) != content.texts["website"]:
        yield "field", "website", content.texts["website"]
    if content.texts["postal_code"] and not content.texts["address"]:
        yield "field", "postal_code", content.texts["postal_code"]
    if content.confidential:
        yield "field", "confidential", "yes"


def _attribute(pk: int, number: int, group: str, key: str, value: str) -> Object:
    term = str(uuid5(NAMESPACE_URL, f"{TAXONOMY} {group}:{key}"))
    name = f"{group}: {key}"
    return {
        "id": uuid_of(pk, _ATTRIBUTE, number),
        "link_id": uuid_of(pk),
        "link_entity": "service",
        "link_type": group,
        "taxonomy_term_id": term,
        "value": value,
        "taxonomy_term": {
            "id": term,
            "code": f"{group}:{key}",
            "name": name,
            "description": name,
            "taxonomy": TAXONOMY,
        },
    }
