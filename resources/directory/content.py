"""The content of an entry as one value, to be edited, imported, exported and compared.

Its owner and whether it is published are not part of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resources.directory import hours, vocabulary
from resources.directory.hours import Hours
from resources.directory.models import LONGEST_TEXT, Fact, Opening, Service, join_codes, split_codes
from safety_app.locales.phrases import join_signs
from safety_app.privacy.storage import checkpoint_wal
from safety_app.privacy.text_fields import tidy

# Columns that are copied as they are.
TEXTS = (
    *("name", "organisation", "description", "language"),
    *("country", "region", "city", "address", "postal_code", "taken"),
    *("phone", "email", "website", "hours_note", "time_zone", "source"),
)
# Those that may have several lines, and how many characters.
LONG = {"description": LONGEST_TEXT, "taken": 600}
LONGEST_SAYS = 120


class KnownAnswer(NamedTuple):
    """The answer to one question, who says so, and when that was last checked."""

    answer: str
    says: str = ""
    checked: datetime.date | None = None


@dataclass(frozen=True)
class EntryContent:
    """An entry. Texts by column (see TEXTS), kinds and languages as codes, facts by question."""

    texts: dict[str, str]
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    confidential: bool = False
    hours: tuple[Hours, ...] = ()
    facts: dict[str, KnownAnswer] = field(default_factory=dict)
    checked: datetime.date | None = None


def clean_texts(texts: dict[str, str]) -> dict[str, str]:
    """Every text column, tidied: no control characters, one line where one line belongs."""
    tidied = {name: tidy(texts.get(name, "")) for name in TEXTS}
    return {
        name: text if name in LONG else " ".join(text.split()) for name, text in tidied.items()
    } | {"language": tidied["language"] or "en"}


def ordered_codes(codes: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Without duplicates, known codes first in their order, so that equal sets compare equal."""
    wanted = set(codes)
    first = [code for code in known if code in wanted]
    return (*first, *sorted(wanted - set(first)))


def content_of(service: Service) -> EntryContent:
    """The stored content."""
    return EntryContent(
        texts={name: getattr(service, name) for name in TEXTS},
        kinds=tuple(split_codes(service.kinds)),
        languages=tuple(split_codes(service.languages)),
        confidential=service.confidential,
        hours=tuple(
            sorted(Hours(row.weekday, row.opens, row.closes) for row in service.openings.all())
        ),
        facts={
            row.question: KnownAnswer(row.answer, row.says, row.checked)
            for row in sorted(service.facts.all(), key=lambda row: row.question)
        },
        checked=service.checked,
    )


def content_problems(content: EntryContent) -> dict[str, list[str]]:
    """Error messages by column or question; empty if it can be stored."""
    problems: dict[str, list[str]] = {}
    try:
        _filled(Service(), content).full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        problems = {
            name if name != NON_FIELD_ERRORS else "name": messages
            for name, messages in error.message_dict.items()
        }
    if content.hours and not content.texts["time_zone"]:
        clocks = join_signs(hours.zones(content.texts["country"])) or "Europe/Paris"
        problems.setdefault("time_zone", []).append(
            _("Say whose clock the opening hours follow, like: %(zones)s.") % {"zones": clocks}
        )
    if len(content.hours) > 7 * hours.MOST_A_DAY or not all(map(_is_right, content.hours)):
        problems.setdefault("hours", []).append(_("Hours look like 09:00-17:00."))
    for name, longest in LONG.items():
        if len(content.texts[name]) > longest:  # the database sets no bound to these
            problems.setdefault(name, []).append(
                ngettext(
                    "At most %(longest)s character fits here.",
                    "At most %(longest)s characters fit here.",
                    longest,
                )
                % {"longest": longest}
            )
    for question, known in content.facts.items():
        wrong = _answer_problem(question, known)
        if wrong:
            problems.setdefault(question, []).append(wrong)
    return problems


def missing_answers(content: EntryContent) -> list[str]:
    """The columns or questions still missing before it can be published."""
    missing = [name for name in vocabulary.MUST_BE_ANSWERED if name not in content.facts]
    return missing + ([] if content.kinds else ["kinds"])


@transaction.atomic
def store(service: Service, content: EntryContent) -> Service:
    """Store an entry without problems. The old content is overwritten in the files too."""
    is_new = service._state.adding
    _filled(service, content).save()
    service.openings.all().delete()
    service.facts.all().delete()
    Opening.objects.bulk_create(
        Opening(service=service, weekday=row.weekday, opens=row.opens, closes=row.closes)
        for row in content.hours
    )
    Fact.objects.bulk_create(
        Fact(service=service, question=question, **known._asdict())
        for question, known in content.facts.items()
    )
    if not is_new:
        checkpoint_wal()
    return service


def _filled(service: Service, content: EntryContent) -> Service:
    for name in TEXTS:
        setattr(service, name, content.texts[name])
    service.kinds = join_codes(content.kinds)
    service.languages = join_codes(content.languages)
    service.confidential = content.confidential
    service.checked = content.checked
    return service


def _is_right(row: Hours) -> bool:
    try:
        return 0 <= row.weekday <= 6 and (row.opens, row.closes) == (
            hours.parse_clock(row.opens),
            hours.parse_clock(row.closes),
        )
    except ValueError:
        return False


def _answer_problem(question: str, known: KnownAnswer) -> str:
    if question not in vocabulary.QUESTIONS:
        return _("There is no such question.")
    if known.answer not in vocabulary.Answer.values:
        return _("The answer is yes, no or depends; say nothing when it is not known.")
    if "|" in known.says:
        return _("Who says so: do not use the character |.")
    if len(known.says) > LONGEST_SAYS:
        return _("Who says so: at most 120 characters.")
    if known.checked and known.checked > datetime.datetime.now(datetime.UTC).date():
        return _("The day it was checked lies in the future.")
    return ""
