"""Read entries from HSDS 3.0 JSON: our own without loss, others' as far as we have columns.

The input is hostile: any value can be of any type. Problems are collected with field and with the
line their entry starts on, and the file is refused as a whole.
"""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from babel import Locale
from django.utils.encoding import iri_to_uri
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resources.directory import vocabulary
from resources.directory.content import EntryContent, KnownAnswer, clean_texts, ordered_codes
from resources.directory.exchange.files import (
    IS_MISSING,
    IS_NO_DAY,
    IS_NO_UUID,
    IS_TWICE,
    FileEntry,
    FileError,
    FileProblem,
    check_rows,
    checked_entries,
    parse_day,
    parse_yes,
    pk_of,
)
from resources.directory.exchange.hsds import TAXONOMY, Object
from resources.directory.exchange.hsds_schedules import read_schedules
from resources.directory.hours import Hours, zones
from safety_app.locales.dates import today
from safety_app.privacy.text_fields import tidy

IS_NO_OBJECT = gettext_lazy("is not an object")
# A name that only `_object` writes.
_DUPLICATES = "\0twice"
_LONGEST_NOTE = 300  # characters of `hours_note`


def read_hsds(document: str) -> list[FileEntry]:
    """The entries of a JSON text. Raises FileError with line and field of each problem."""
    try:
        whole = json.loads(document, parse_constant=_no_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise FileError(
            [FileProblem(error.lineno, "file", _("not JSON: %s") % error.msg)]
        ) from error
    except (RecursionError, ValueError) as error:
        raise FileError([FileProblem(1, "file", _("not JSON that can be read"))]) from error
    if isinstance(whole, dict) and _DUPLICATES in whole:
        raise FileError([FileProblem(1, name, str(IS_TWICE)) for name in whole[_DUPLICATES]])
    if isinstance(whole, dict) and "contents" not in whole and "name" in whole:
        return read_services([(1, whole)])  # one service alone
    listed = whole.get("contents") if isinstance(whole, dict) else whole
    if not isinstance(listed, list):
        raise FileError([FileProblem(1, "contents", _("is not a list of services"))])
    check_rows(len(listed), 1, "contents")
    return read_services(zip(_lines(document, isinstance(whole, dict)), listed, strict=False))


def read_services(services: Iterable[tuple[int, Any]]) -> list[FileEntry]:
    """The entries of (line, service) pairs. Raises FileError with all problems."""
    entries, wrong = [], []
    for line, each in services:
        reader = _Reader(each)
        entry = reader.entry(line)
        wrong += [FileProblem(line, name, str(message)) for name, message in reader.wrong]
        entries.append(entry)
    if wrong:
        raise FileError(wrong)
    return checked_entries(entry for entry in entries if entry)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _object(pairs: list[tuple[str, Any]]) -> Object:
    """An object, with names that appear twice noted in it."""
    values = dict(pairs)
    values.pop(_DUPLICATES, None)
    if len({name for name, _value in pairs}) < len(pairs):
        counts = Counter(name for name, _value in pairs)
        values[_DUPLICATES] = sorted(name for name, count in counts.items() if count > 1)
    return values


def _duplicate_names(service: Any) -> Iterator[str]:
    """Names that appear twice in one object of a service."""
    left = [service]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            yield from each.get(_DUPLICATES, ())
            left += each.values()
        elif isinstance(each, list):
            left += each


def _lines(document: str, in_contents: bool) -> Iterator[int]:
    """The line each element of the list starts on; the last known one if unclear."""
    decoder = json.JSONDecoder()
    start = re.search(r'"contents"\s*:\s*\[' if in_contents else r"\[", document)
    counted, line = 0, 1
    place = start.end() if start else len(document)
    while True:
        while place < len(document) and document[place] in " \t\r\n,":
            place += 1
        line += document.count("\n", counted, place)
        counted = place
        yield line
        try:
            place = decoder.raw_decode(document, place)[1]
        except (json.JSONDecodeError, RecursionError):
            place = len(document)


class _Reader:
    """Reads one service and collects its problems as (field, message)."""

    def __init__(self, raw: Any) -> None:
        self.raw: Object = raw if isinstance(raw, dict) else {}
        self.wrong: list[tuple[str, str | Promise]] = [
            (name, IS_TWICE) for name in _duplicate_names(raw)
        ]
        self.left_out: list[tuple[str, str]] = []
        if not self.raw:
            self.wrong.append(("service", IS_NO_OBJECT))

    def entry(self, line: int) -> FileEntry | None:
        """The entry; None if it has no usable id."""
        for name in ("id", "name", "status") if self.raw else ():
            if not self.text(self.raw, name, "service"):
                self.wrong.append((name, IS_MISSING))
        if self.wrong:
            return None
        try:
            pk = pk_of(self.raw["id"])
        except ValueError:
            self.wrong.append(("id", IS_NO_UUID))
            return None
        content = self.content()
        return FileEntry(pk, line, content, tuple(self.left_out))

    def content(self) -> EntryContent:
        """The service's content, as far as we have columns for it."""
        own = self.attributes()
        fields = own.get("field", {})
        confidential = self.confidential(fields.pop("confidential", ""))
        organization = self.nested_object(self.raw, "organization")
        texts = self.address(confidential) | {
            "name": self.raw["name"],
            "description": self.text(self.raw, "description", "service"),
            "organisation": self.text(organization, "name", "organization"),
            "email": self.text(self.raw, "email", "service"),
            "website": self.text(self.raw, "url", "service"),
            "phone": next((self.text(row, "number", "phones") for row in self.phones()), ""),
        }
        if "organisation" not in fields and texts["organisation"] == texts["name"]:
            texts["organisation"] = ""
        if iri_to_uri(tidy(fields.get("website", ""))) != texts["website"]:
            fields.pop("website", None)
        texts |= {name: value for name, value in fields.items() if value}
        if confidential and "city" not in fields:
            texts["city"] = ""
        spans = self.hours(texts)
        return EntryContent(
            texts=clean_texts(texts),
            kinds=ordered_codes(own.get("kind", {}), vocabulary.Kind.values),
            languages=ordered_codes(self.languages(), vocabulary.SPOKEN),
            confidential=confidential,
            hours=spans,
            facts=self.facts(own),
            checked=self.day(self.text(self.raw, "assured_date", "service"), "assured_date"),
        )

    def confidential(self, value: str) -> bool:
        """Whether the address is secret."""
        try:
            return parse_yes(value)
        except ValueError as error:
            self.wrong.append(("confidential", str(error)))
            return False

    def text(self, row: Object, name: str, where: str) -> str:
        """A text of an object; empty if missing."""
        value = row.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.wrong.append((f"{where}.{name}", _("is not text")))
            return ""
        return value

    def objects(self, row: Object, name: str) -> list[Object]:
        """The objects of a list; empty if missing."""
        value = row.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.wrong.append((name, _("is not a list of objects")))
            return []
        return value

    def nested_object(self, row: Object, name: str) -> Object:
        """An object inside an object."""
        value = row.get(name) or {}
        if not isinstance(value, dict):
            self.wrong.append((name, IS_NO_OBJECT))
            return {}
        return value

    def day(self, typed: str, name: str) -> datetime.date | None:
        """A day."""
        try:
            return parse_day(typed)
        except ValueError:
            self.wrong.append((name, IS_NO_DAY))
            return None

    def phones(self) -> list[Object]:
        """The service's own numbers, then its organisation's."""
        return self.objects(self.raw, "phones") + self.objects(
            self.nested_object(self.raw, "organization"), "phones"
        )

    def address(self, confidential: bool) -> dict[str, str]:
        """The only address. A secret one in the file is an error, never silently dropped."""
        locations = [
            self.nested_object(row, "location")
            for row in self.objects(self.raw, "service_at_locations")
        ]
        if len(locations) > 1:
            self.wrong.append(("service_at_locations", _("has several; make an entry of each")))
        columns: dict[str, str] = {}
        for location in locations:
            if confidential and (location.get("latitude") or location.get("longitude")):
                self.wrong.append(("location", _("is on the map, but the address is secret")))
            for row in self.objects(location, "addresses")[:1]:
                columns = {
                    "address": ", ".join(
                        part
                        for part in (
                            self.text(row, name, "addresses")
                            for name in ("attention", "address_1", "address_2")
                        )
                        if part
                    ),
                    "postal_code": self.text(row, "postal_code", "addresses"),
                    "city": self.text(row, "city", "addresses"),
                    "region": self.text(row, "region", "addresses")
                    or self.text(row, "state_province", "addresses"),
                    "country": self.text(row, "country", "addresses"),
                }
            if confidential and self.objects(location, "addresses"):
                self.wrong.append(("addresses", _("is given, but the address is secret")))
        return columns

    def languages(self) -> list[str]:
        """Language codes; English names are accepted in place of a code."""
        names = {name.casefold(): code for code, name in Locale("en").languages.items()}
        codes = []
        for row in self.objects(self.raw, "languages"):
            name = self.text(row, "name", "languages")
            code = self.text(row, "code", "languages") or names.get(name.casefold(), name)
            codes.append(code.replace("_", "-"))
        return codes

    def hours(self, texts: dict[str, str]) -> tuple[Hours, ...]:
        """Weekly hours; other ones become words in `texts`, or are left out, and it is said."""
        only = zones(texts.get("country", ""))
        zone = texts.get("time_zone", "") or (only[0] if len(only) == 1 else "")
        rows = self.objects(self.raw, "schedules")
        read = read_schedules(rows, zone, texts.get("language", "") or "en", today())
        self.left_out += [("schedules", message) for message in read.left_out]
        if read.hours:
            texts["time_zone"] = zone
        for words in dict.fromkeys(read.words):
            note = "; ".join(part for part in (texts.get("hours_note", ""), words) if part)
            if len(note) <= _LONGEST_NOTE:
                texts["hours_note"] = note
            else:
                left_out = _("there is no room for these words: %(words)s") % {"words": words}
                self.left_out.append(("schedules", left_out))
        return tuple(sorted(read.hours))

    def attributes(self) -> dict[str, dict[str, str]]:
        """Values of our own taxonomy by group and key; others are ignored."""
        by_group: dict[str, dict[str, str]] = {}
        for row in self.objects(self.raw, "attributes"):
            term = self.nested_object(row, "taxonomy_term")
            if term.get("taxonomy") != TAXONOMY:
                continue
            code = self.text(term, "code", "taxonomy_term")
            group, _colon, key = code.partition(":")
            if key in by_group.setdefault(group, {}):
                self.wrong.append((code, IS_TWICE))
            by_group[group][key] = self.text(row, "value", "attributes")
        return by_group

    def facts(self, own: dict[str, dict[str, str]]) -> dict[str, KnownAnswer]:
        """Answers with their source and day."""
        sources = {
            question: [part.strip() for part in value.rpartition("|")[::2]]
            for question, value in own.get("says", {}).items()
        }
        return {
            question: KnownAnswer(
                answer,
                sources.get(question, [""])[0],
                self.day(sources.get(question, [""])[-1], question),
            )
            for question, answer in sorted(own.get("answer", {}).items())
        }
