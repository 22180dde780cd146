"""What an alert says: the report, and the card that a list shows of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from alerts.identifiers import Identifier
from alerts.status import Status
from alerts.vocabulary.choices import MINOR

# Limits in characters. They keep any card, body or note within its size.
MOST_IDENTIFIERS = 8
CITY_LIMIT = 60
MARKS_LIMIT = 200
TEXT_LIMIT = 1000
HELPED_LIMIT = 300
NOTE_LIMIT = 200
# Of a key of a list to choose from, of a place's code, and of how many keys are chosen. A key that
# is not in the list any more, or not yet, is shown as it is.
KEY_LIMIT = 40
CODE_LIMIT = 16
MOST_CHOSEN = 64
LEVEL_MOST = 3
AT_LEAST_MOST = 1_000_000
ORIGIN_LIMIT = 200

# What the index finds an alert by: (kind, key), where the kind can be SIMILAR.
LookupKey = tuple[str, str]
SIMILAR = "similar"

_IN_COMPANY = {"two", "more", "others_came"}


@dataclass(frozen=True)
class Reported:
    """A normalised identifier of a report (`alerts.identifiers`), with its sender's doubts."""

    kind: str
    key: str
    shown: str
    similar: str | None = None
    sure: bool = True
    spoofable: bool = False

    @property
    def identifier(self) -> Identifier:
        """The identifier alone, for masking and comparing."""
        return Identifier(self.kind, self.key, self.shown, self.similar)


@dataclass(frozen=True)
class Report:
    """Everything an alert says, as keys of `alerts.vocabulary.choices` and free text.

    when         a key of WHEN; `day` an exact day as "2026-11-21", or empty
    time_of_day  a key of TIMES_OF_DAY, or empty
    country      ISO 3166-1 alpha-2, or empty; `region` ISO 3166-2, "online" or "not-sure"
    setting      a key of SETTINGS, or empty
    description  question key → chosen keys (one or several); unanswered ones are left out
    language     the language `text` and `helped` are written in, for example "fr"
    may_note     the organisation may leave the author a note
    may_share    it may be shared with partner networks
    on_behalf    a reporter wrote it for someone else
    at_least     the least number of other people who confirmed what was merged into it
    origin       the name of the partner network it came from, or empty
    moderated    a moderator has changed what the author wrote
    """

    what: tuple[str, ...]
    level: int
    region: str
    country: str = ""
    city: str = ""
    setting: str = ""
    when: str = "not_sure"
    day: str = ""
    time_of_day: str = ""
    identifiers: tuple[Reported, ...] = ()
    description: dict[str, tuple[str, ...]] = field(default_factory=dict)
    marks: str = ""
    text: str = ""
    helped: str = ""
    language: str = ""
    may_note: bool = False
    may_share: bool = False
    on_behalf: bool = False
    at_least: int = 0
    origin: str = ""
    moderated: bool = False

    @property
    def group(self) -> bool:
        """Whether there was more than one offender."""
        return "group" in self.what or not _IN_COMPANY.isdisjoint(self.description.get("alone", ()))

    @property
    def about_minor(self) -> bool:
        """Whether it goes to the organisation's desk instead of being published."""
        return MINOR.key in self.what


class Card(NamedTuple):
    """What a list shows. `masked` holds (kind, masked form); names are in full.

    `level`, `region` and `status` are authoritative: the clear columns only help to find the alert.
    So do index labels: `match_tags` prove which identifiers the alert is about.
    """

    what: tuple[str, ...]
    level: int
    region: str
    country: str
    city: str
    setting: str
    when: str
    group: bool
    plate: bool
    masked: tuple[tuple[str, str], ...]
    status: Status
    match_tags: tuple[str, ...] = ()
    on_behalf: bool = False
    shared: bool = False
    at_least: int = 0


def lookup_keys(identifiers: Iterable[Reported]) -> list[LookupKey]:
    """The keys that find an alert, each once: exact ones and SIMILAR ones. Names have none."""
    keys: dict[LookupKey, None] = {}
    for reported in identifiers:
        if reported.kind != "name":
            keys[reported.kind, reported.key] = None
            if reported.similar:
                keys[SIMILAR, reported.similar] = None
    return list(keys)
