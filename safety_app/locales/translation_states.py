"""How far the texts of each language have been checked, and since which day.

What comes with the program stands in `locale/<language>/state.toml`, part by part. What somebody
corrects or reviews on a site carries its own state (`InterfaceOverride`, `SegmentText`).
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy

from safety_app.locales.catalogue_files import folder_of

# The interface, by who reads it, and the pages that come with the program.
Part = Literal["members", "doctor", "rest", "pages"]
PARTS: tuple[Part, ...] = get_args(Part)
# Who works here has an organisation beside them: these texts are translated last.
_LATER = re.compile(
    r"translation|glossary|remark|edit|version|local_|moderat|desk|organisation|network|people"
    r"|invit|vouch|epoch|partner|shar|incoming|objection|request|former|operator|applicat|role"
    r"|quit|found|statist|account|passphrase|second|recover|renew|arriv|keys"
    r"|directory/.*(import|form|review|hsds|csv|field)"
)
_DOCTOR = re.compile(r"doctor")
_FIRST = re.compile(r"doctor|alerts/.*translation")
_MOST_LANGUAGES = 100


class Level(TextChoices):
    """Who has read a text: each has seen more than the one before."""

    DRAFT = "draft", gettext_lazy("draft")
    CHECKED = "checked", pgettext_lazy("translation", "checked by someone else")
    NATIVE = "native", pgettext_lazy("translation", "read by a native speaker")
    COMMUNITY = "community", pgettext_lazy("translation", "read by the community")
    CLINICIAN = "clinician", pgettext_lazy("translation", "read by a clinician")


# The question to which a level is the answer.
HOW_FAR = gettext_lazy("How far it is checked")


class TranslationState(NamedTuple):
    """A level and its day; no day where nobody wrote one down."""

    level: Level
    day: datetime.date | None = None


def part_of(places: Iterable[str]) -> Part:
    """The part that a text used in these files belongs to: the one that is read first."""
    files = list(places)
    if any(_DOCTOR.search(path) for path in files):
        return "doctor"
    if any(_FIRST.search(path) or not _LATER.search(path) for path in files):
        return "members"
    return "rest"


@lru_cache(maxsize=_MOST_LANGUAGES)
def states(language: str) -> dict[Part, TranslationState]:
    """The state of each part of a language as it came with the program; a draft if unknown.

    Raises ValueError for a file that says something else.
    """
    path = folder_of(language) / "state.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if unknown := told.keys() - set(PARTS):
        raise ValueError(f"{path}: no part of the texts: {unknown}")
    return {part: _state(told.get(part, {})) for part in PARTS}


def is_draft(language: str) -> bool:
    """Whether members read a language that nobody but its translator has read."""
    if language == settings.LANGUAGE_CODE:
        return False  # the original
    return states(language)["members"].level == Level.DRAFT


def _state(told: dict[str, object]) -> TranslationState:
    day = told.get("day")
    if day is not None and type(day) is not datetime.date:
        raise ValueError(f"no day: {day}")
    return TranslationState(Level(str(told.get("state", "draft"))), day)
