"""How far the texts of each language have been checked, and since which day.

What comes with the program stands in `locale/<language>/state.toml`, part by part. What somebody
corrects or reviews on a site carries its own state (`InterfaceOverride`, `SegmentText`).
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy

from safety_app.locales.catalogue_files import folder_of

# The interface, by who reads it, in the order in which it is translated; and the pages that come
# with the program.
Part = Literal["doctor", "members", "account", "rest", "pages"]
PARTS: tuple[Part, ...] = get_args(Part)
# Without these a language is not offered.
NEEDED_FIRST: frozenset[Part] = frozenset({"doctor", "members", "account"})
# In `state.toml`: not all of it is translated yet, and what is not is in English.
BEGUN = "begun"
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
    """The part that a text used in these files belongs to: the one that is translated first."""
    return min(map(_part_of_file, places), key=PARTS.index, default="rest")


def _part_of_file(path: str) -> Part:
    # Lines of "rest" name folders and files inside those of "account", so they come first.
    for part in ("doctor", "rest", "account"):
        if path.startswith(_beginnings()[part]):
            return part
    return "members"


@lru_cache(maxsize=1)
def _beginnings() -> dict[Part, tuple[str, ...]]:
    listed = tomllib.loads((Path(__file__).with_name("data") / "parts.toml").read_text("utf-8"))
    return {part: tuple(listed[part]) for part in PARTS if part in listed}


@lru_cache(maxsize=_MOST_LANGUAGES)
def states(language: str) -> dict[Part, TranslationState]:
    """The state of each part of a language as it came with the program; a draft if unknown.

    Raises ValueError for a file that says something else.
    """
    told = _told(language)
    return {part: _state(told.get(part, {})) for part in PARTS}


def is_begun(language: str, part: Part) -> bool:
    """Whether texts of this part may still be missing."""
    return _told(language).get(part, {}).get("state") == BEGUN


def _told(language: str) -> dict[str, dict[str, object]]:
    path = folder_of(language) / "state.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if unknown := told.keys() - set(PARTS):
        raise ValueError(f"{path}: no part of the texts: {unknown}")
    return told


def review_levels(about_health: bool) -> list[Level]:
    """What a second person's review can be, the least first; a clinician's only about health."""
    levels = [Level.CHECKED, Level.NATIVE, Level.COMMUNITY]
    return [*levels, Level.CLINICIAN] if about_health else levels


def lowest(found: Iterable[TranslationState]) -> TranslationState | None:
    """The text that was checked least, the longest ago; None without any."""
    order = list(Level)
    return min(
        found,
        key=lambda one: (order.index(one.level), one.day or datetime.date.min),
        default=None,
    )


def is_draft(language: str) -> bool:
    """Whether members read a language that nobody but its translator has read."""
    if language == settings.LANGUAGE_CODE:
        return False  # the original
    return states(language)["members"].level == Level.DRAFT


def _state(told: dict[str, object]) -> TranslationState:
    day = told.get("day")
    if day is not None and type(day) is not datetime.date:
        raise ValueError(f"no day: {day}")
    level = told.get("state", Level.DRAFT.value)
    return TranslationState(Level.DRAFT if level == BEGUN else Level(str(level)), day)
