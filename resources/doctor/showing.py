"""The sheet: sentences in the doctor's language, each with the same one in one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import ngettext, override

from resources.doctor import questions
from resources.doctor.forms import SheetForm
from resources.doctor.questions import BY_NAME, SHOWN, TEXTS
from resources.reading import direction

# From how many sentences on a sheet of paper needs the small print.
MANY = 22
# Contact after which a publication says something; see `facts`.
_SEX = {"sex", "broke", "removed", "vagina", "anus", "mouth", "semen", "no_condom", "several"}
_BLOOD = {"needle", "bitten", "blood", "hiv_known", "contact_unsure"}
_WOMB = {"sex", "broke", "removed", "vagina", "semen", "contact_unsure", "emergency"}


@dataclass(frozen=True)
class Both:
    """One sentence twice; `typed` is free text that stands behind it in both."""

    doctors: str
    own: str
    typed: str = ""


@dataclass(frozen=True)
class Part:
    """A heading and what was said under it."""

    heading: Both
    lines: list[Both]


@dataclass(frozen=True)
class Sheet:
    """Everything that is shown, and the two languages with their directions."""

    doctors: str
    doctors_direction: str
    own: str
    own_direction: str
    heading: Both
    head_line: Both
    facts_heading: Both
    not_translated: Both
    facts: list[Both]
    parts: list[Part]

    @property
    def one_language(self) -> bool:
        """Whether the doctor reads what she reads."""
        return self.doctors == self.own

    @property
    def many(self) -> bool:
        """Whether paper needs the small print."""
        return sum(len(part.lines) + 1 for part in self.parts) > MANY


def make(form: SheetForm) -> Sheet:
    """The sheet of a valid form. Nothing of it is kept."""
    doctors, own = form.language(), form.own
    said = set(form.said)
    hours = form.cleaned_data["hours"]
    texts = {name: form.cleaned_data[name] for name in TEXTS}

    def both(text: Promise, typed: str = "") -> Both:
        return _twice(lambda: str(text), doctors, own, typed)

    when = [] if hours is None else [_twice(lambda: hours_ago(hours), doctors, own)]
    parts = []
    for name in SHOWN:
        question = BY_NAME[name]
        lines = [both(text) for key, text in question.answers.items() if key in said]
        if name == "when" and when:
            lines = when
        if question.text and texts[question.text]:
            lines.append(both(TEXTS[question.text], texts[question.text]))
        if lines:
            parts.append(Part(both(question.label), lines))
    found = [both(text) for text in facts(said)]
    timed = when or [both(BY_NAME["when"].answers[key]) for key in _ticked_time(said)]
    return Sheet(
        doctors=doctors,
        doctors_direction=direction(doctors),
        own=own,
        own_direction=direction(own),
        heading=both(questions.HEADING),
        head_line=both(questions.HEAD_LINE),
        facts_heading=both(questions.FACTS_HEADING),
        not_translated=both(questions.NOT_TRANSLATED),
        facts=[*timed, *found] if found else [],
        parts=parts,
    )


def facts(said: set[str]) -> list[Promise]:
    """What publications say about what was ticked: periods, never a diagnosis.

    They stand there whatever the hours are: whether it is too late is for a doctor to say.
    """
    found = []
    if said & {"neck"}:
        found.append(questions.NECK)
    if said & (_SEX | _BLOOD | {"pep"}) and "hiv" not in said:
        found.append(questions.PEP)
    if said & _WOMB and not said & {"impossible", "pregnant"}:
        found.append(questions.EMERGENCY)
    protected = "hepatitis_all" in said
    if (said & (_SEX | _BLOOD) and not protected) or "vaccine" in said:
        found.append(questions.HEPATITIS)
    return found


def hours_ago(hours: int) -> str:
    """The number of hours as a sentence, in the language that is active."""
    words = ngettext(
        "When this was filled in, about %(hours)s hour had passed.",
        "When this was filled in, about %(hours)s hours had passed.",
        hours,
    )
    return words % {"hours": hours}


def _ticked_time(said: set[str]) -> Iterable[str]:
    return (key for key in BY_NAME["when"].answers if key in said)


def _twice(words: Callable[[], str], doctors: str, own: str, typed: str = "") -> Both:
    with override(doctors):
        theirs = words()
    with override(own):
        return Both(theirs, words(), typed)
