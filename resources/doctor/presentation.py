"""The sheet: sentences in the doctor's language, each with the same one in one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import ngettext, override

from resources.doctor import questions
from resources.doctor.forms import SheetForm
from resources.doctor.questions import ALARMS, BY_NAME, SHOWN, TEXTS, Question
from safety_app.locales.page_languages import direction

# Every sentence by its key, which is unique.
_ANSWERS = {key: text for question in BY_NAME.values() for key, text in question.answers.items()}
# From how many sentences on a sheet of paper needs the small print.
MANY = 30
# Contact after which a publication says something; see `facts`.
_SEX = {"sex", "broke", "removed", "vagina", "anus", "mouth", "semen", "no_condom", "several"}
_BLOOD = {"needle", "bitten", "blood", "hiv_known", "contact_unsure"}
_WOMB = {"sex", "broke", "removed", "vagina", "semen", "contact_unsure", "emergency"}


@dataclass(frozen=True)
class Bilingual:
    """One sentence twice; `typed` is free text that stands behind it in both."""

    doctors: str
    own: str
    typed: str = ""


@dataclass(frozen=True)
class SheetPart:
    """A heading and the sentences under it."""

    heading: Bilingual
    lines: list[Bilingual]


@dataclass(frozen=True)
class Sheet:
    """Everything on the sheet, and the two languages with their directions."""

    doctors: str
    doctors_direction: str
    own: str
    own_direction: str
    heading: Bilingual
    head_line: Bilingual
    not_translated: Bilingual
    first_heading: Bilingual
    first: list[Bilingual]
    parts: list[SheetPart]

    @property
    def one_language(self) -> bool:
        """Whether the doctor reads what she reads."""
        return self.doctors == self.own

    @property
    def two_directions(self) -> bool:
        """Whether the doctor's language runs against hers."""
        return self.doctors_direction != self.own_direction

    @property
    def many(self) -> bool:
        """Whether a printout needs small type."""
        return len(self.first) + sum(len(part.lines) + 1 for part in self.parts) > MANY


def make_sheet(form: SheetForm) -> Sheet:
    """The sheet of a valid form. Nothing of it is kept."""
    doctors, own = form.language(), form.own

    def both(text: Promise, typed: str = "") -> Bilingual:
        return _bilingual(lambda: str(text), doctors, own, typed)

    hours = form.cleaned_data["hours"]
    when = [both(text) for key, text in BY_NAME["when"].answers.items() if key in form.ticked]
    if hours is not None:
        when = [_bilingual(lambda: hours_ago(hours), doctors, own)]
    texts = {name: form.cleaned_data[name] for name in TEXTS}
    return Sheet(
        doctors=doctors,
        doctors_direction=direction(doctors),
        own=own,
        own_direction=direction(own),
        heading=both(questions.HEADING),
        head_line=both(questions.HEAD_LINE),
        not_translated=both(questions.NOT_TRANSLATED),
        first_heading=both(questions.FIRST),
        first=[
            *(both(_ANSWERS[key]) for key in ALARMS if key in form.ticked),
            *when,
            *(both(text) for text in medical_facts(set(form.ticked))),
        ],
        parts=[
            SheetPart(both(BY_NAME[name].label), lines)
            for name in SHOWN
            if (lines := _lines(BY_NAME[name], form.ticked, texts, both))
        ],
    )


def _lines(
    question: Question, ticked: list[str], texts: dict[str, str], both: Callable[..., Bilingual]
) -> list[Bilingual]:
    """What was ticked and typed, except what is in the box at the top."""
    lines = [
        both(text) for key, text in question.answers.items() if key in ticked and key not in ALARMS
    ]
    if question.text and texts[question.text]:
        lines.append(both(TEXTS[question.text], texts[question.text]))
    return lines


def medical_facts(ticked: set[str]) -> list[Promise]:
    """What publications say about what was ticked: periods, never a diagnosis.

    They are shown however many hours have passed: only a doctor can say if it is too late.
    """
    sentences: list[Promise] = []
    if ticked & {"neck"}:
        sentences.append(questions.NECK)
    if ticked & (_SEX | _BLOOD | {"pep"}) and "hiv" not in ticked:
        sentences.append(questions.PEP)
    if ticked & _WOMB and not ticked & {"impossible", "pregnant"}:
        sentences.append(questions.EMERGENCY)
    protected = "hepatitis_all" in ticked
    if (ticked & (_SEX | _BLOOD) and not protected) or "vaccine" in ticked:
        sentences.append(questions.HEPATITIS)
    return sentences


def hours_ago(hours: int) -> str:
    """The number of hours as a sentence, in the language that is active."""
    words = ngettext(
        "When this was filled in, about %(hours)s hour had passed.",
        "When this was filled in, about %(hours)s hours had passed.",
        hours,
    )
    return words % {"hours": hours}


def _bilingual(words: Callable[[], str], doctors: str, own: str, typed: str = "") -> Bilingual:
    with override(doctors):
        theirs = words()
    with override(own):
        return Bilingual(theirs, words(), typed)
