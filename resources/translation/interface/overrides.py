"""Suggesting another text, having a second person approve it, taking it back.

Nothing is overwritten: a form carries the digest of the suggestion it showed. Readers get an
approved text at once, in every process (`serving`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from resources.pages import author_tags
from resources.text.segments import digest
from resources.translation.interface import catalogue, serving
from resources.translation.interface.catalogue import CatalogueText
from resources.translation.interface.stored_forms import column_of, forms_of
from resources.translation.models import InterfaceOverride
from resources.translation.submissions import SavedMeanwhile
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.tags import own_tags
from safety_app.accounts.models import Member
from safety_app.locales.catalogue_checks import Fault, faults, french_spaces
from safety_app.locales.translation_states import Level, TranslationState, part_of, states
from safety_app.privacy.public.content import make_new_version
from safety_app.privacy.storage import checkpoint_wal

State = InterfaceOverride.State
# Who may approve what people need for their health; anything else, everyone at the desk.
HEALTH_ROLES = ("editor",)


class NotAllowed(Exception):
    """She wrote it herself, or it is about health and she is no editor."""


class Faulty(Exception):
    """A text that the machine checks refuse; `faults` says why."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__(*map(str, found))
        self.faults = found


@dataclass(frozen=True)
class Overrides:
    """What is stored about a text in one language."""

    waiting: InterfaceOverride | None
    approved: InterfaceOverride | None

    @property
    def base(self) -> str:
        """The digest of the suggestion that waits; empty without one."""
        return digest(self.waiting.forms) if self.waiting else ""


def stored(language: str, key: str) -> Overrides:
    """The overrides of a text."""
    rows = {row.state: row for row in InterfaceOverride.objects.filter(language=language, key=key)}
    return Overrides(rows.get(State.WAITING), rows.get(State.APPROVED))


def shown_forms(text: CatalogueText, there: Overrides) -> tuple[str, ...]:
    """What readers get."""
    if there.approved is not None and serving.is_served(there.approved):
        return forms_of(there.approved)
    return text.forms


def shown_state(language: str, text: CatalogueText, there: Overrides) -> TranslationState:
    """How far what readers get has been checked, and since which day."""
    if there.approved is not None and serving.is_served(there.approved):
        known = there.approved.level in Level.values
        level = Level(there.approved.level) if known else Level.CHECKED
        return TranslationState(level, there.approved.day)
    return states(language)[part_of(text.places)]


def tidied(language: str, text: CatalogueText, forms: Sequence[str]) -> tuple[str, ...]:
    """Forms as they are stored: on one line, with the spaces at the ends that the English has."""
    source = text.text.sources[-1]
    before = source[: len(source) - len(source.lstrip())]
    after = source[len(source.rstrip()) :]
    lines = [" ".join(form.split("\n")).strip() for form in forms]
    if language == "fr":
        lines = [french_spaces(line) for line in lines]
    return tuple(f"{before}{line}{after}" if line else "" for line in lines)


def problems(language: str, text: CatalogueText, forms: Sequence[str]) -> list[Fault]:
    """What is wrong with forms of which none is empty."""
    return list(faults(language, text.text, forms, catalogue.rules(language)))


def is_own(ring: KeyRing, row: InterfaceOverride) -> bool:
    """Whether she is one of its writers. Without tags, nobody can show that she is not."""
    by = author_tags.split_tags(row.author_tags)
    return not by or not by.isdisjoint(_tags(ring, row.language, row.key))


def may_approve(member: Member, ring: KeyRing, text: CatalogueText, there: Overrides) -> bool:
    """Whether she may approve what waits."""
    if there.waiting is None or is_own(ring, there.waiting):
        return False
    return not text.is_about_health or member.has_role(*HEALTH_ROLES)


@transaction.atomic
def suggest(
    language: str,
    text: CatalogueText,
    forms: Sequence[str],
    base: str,
    ring: KeyRing,
    today: datetime.date,
) -> bool:
    """Keep another text until somebody else approves it. Returns whether anything changed.

    `base` is what `Overrides.base` was when the form was shown. Raises Faulty, SavedMeanwhile.
    """
    found = problems(language, text, forms)
    if found:
        raise Faulty(found)
    there = _locked(language, text.key)
    if there.waiting is None and tuple(forms) == shown_forms(text, there):
        return False
    if there.waiting is not None and forms_of(there.waiting) == tuple(forms):
        return False
    if there.base != base:
        raise SavedMeanwhile
    row = there.waiting or InterfaceOverride(language=language, key=text.key, state=State.WAITING)
    row.english, row.english_plural, row.context = text.text
    row.forms, row.day, row.level = column_of(forms), today, Level.DRAFT
    row.author_tags = author_tags.with_writer(row.author_tags, _tags(ring, language, text.key))
    row.save()
    return True


def approve(
    language: str,
    text: CatalogueText,
    base: str,
    member: Member,
    ring: KeyRing,
    today: datetime.date,
    level: Level = Level.CHECKED,
) -> None:
    """Serve the suggestion that was shown, which she read as `level` says.

    Raises SavedMeanwhile, NotAllowed, Faulty.
    """
    with transaction.atomic():
        there = _locked(language, text.key)
        row = there.waiting
        if row is None or there.base != base:
            raise SavedMeanwhile
        if not may_approve(member, ring, text, there):
            raise NotAllowed
        forms = forms_of(row)
        found = problems(language, text, forms)
        if found:
            raise Faulty(found)
        if there.approved is not None:
            there.approved.delete()
        if forms == text.forms:
            row.delete()
        else:
            row.state, row.author_tags, row.day = State.APPROVED, b"", today
            row.level = level
            row.save()
        make_new_version(texts=True)
    checkpoint_wal()
    serving.refresh()


def take_back(
    language: str, text: CatalogueText, base: str, ring: KeyRing, today: datetime.date
) -> None:
    """Serve the program's own text again. The other one waits, for somebody else to approve.

    Where a newer suggestion waits, that one stays and the old one goes. Raises SavedMeanwhile.
    """
    with transaction.atomic():
        there = _locked(language, text.key)
        row = there.approved
        if row is None or there.base != base:
            raise SavedMeanwhile
        if there.waiting is not None:
            row.delete()
        else:
            row.state, row.day, row.level = State.WAITING, today, Level.DRAFT
            row.author_tags = author_tags.with_writer(b"", _tags(ring, language, text.key))
            row.save()
        make_new_version(texts=True)
    checkpoint_wal()
    serving.refresh()


@transaction.atomic
def delete_suggestion(language: str, key: str, base: str) -> None:
    """Delete the suggestion that was shown. Raises SavedMeanwhile."""
    there = _locked(language, key)
    if there.waiting is None or there.base != base:
        raise SavedMeanwhile
    there.waiting.delete()
    checkpoint_wal()


@transaction.atomic
def delete_outdated(language: str, key: str) -> None:
    """Delete what is stored about a text that the program has not any more: nobody sees it."""
    InterfaceOverride.objects.filter(language=language, key=key).delete()
    checkpoint_wal()


def _locked(language: str, key: str) -> Overrides:
    # SQLite's transactions hold the write lock from the beginning; elsewhere, the rows.
    list(InterfaceOverride.objects.select_for_update().filter(language=language, key=key))
    return stored(language, key)


def _tags(ring: KeyRing, language: str, key: str) -> list[bytes]:
    return own_tags(ring, "interface", language, key)
