"""Which step comes next, and what travels hidden.

All that was typed is in the form that is being posted. `step` says which step was shown; the
button says where to go: `next` (checks the step), `back`, `go` to a step, `send` (checks them
all), or one that shows the same step with more boxes. Without a button of ours (the form came
back from the lock page) the same step is shown again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from alerts.report.fields import Choices
from alerts.report.forms import DescriptionForm, StepForm, WhatForm, WhereForm, WordsForm
from alerts.report.identifier_forms import (
    ROWS_AT_FIRST,
    WhoForm,
    closed_up,
    filled_rows,
    is_row_name,
)
from alerts.report.identifier_forms import rows_shown as rows_that_were_shown
from alerts.report.places import country_meant

FIRST, LAST = 1, 5
WHAT, WHERE, WHO, DESCRIPTION, WORDS = range(FIRST, LAST + 1)
_MORE_ROWS = 3


@dataclass(frozen=True)
class Typed:
    """Everything that came with one request, and how the page it came from looked."""

    data: QueryDict
    language: str
    rows: int = ROWS_AT_FIRST
    every_country: bool = False
    for_others: bool = False

    @property
    def country(self) -> str:
        """The country whose regions are shown, and whose telephone numbers are read."""
        return country_meant(self.data.get("region", ""), self.data.get("country"))

    @property
    def names_taken(self) -> bool:
        """Whether identifiers are taken: not of the police, unless the operator decided so."""
        return settings.POLICE_IDENTIFIERS or "police" not in self.data.getlist("what")


@dataclass(frozen=True)
class Screen:
    """One step to show. `form` is bound where it has something to say about what was typed."""

    step: int
    form: StepForm


def typed_in(data: QueryDict, language: str, *, for_others: bool = False) -> Typed:
    """Read a request's data; rows of identifiers are closed up.

    `for_others`: whether she may say that she writes for someone else.
    """
    rows = rows_that_were_shown(data) + (_MORE_ROWS if "more" in data else 0)
    every = "all_countries" in data or data.get("every") == "1"
    return Typed(closed_up(data), language, rows, every, for_others)


def form_of(typed: Typed, step: int, *, check: bool) -> StepForm:
    """The form of a step: bound to what was typed with `check`, else only filled with it."""
    data = typed.data if check else None
    match step:
        case 1:
            form: StepForm = WhatForm(data)
        case 2:
            form = WhereForm(
                data,
                language=typed.language,
                country=typed.country,
                every_country=typed.every_country,
            )
        case 3:
            form = WhoForm(
                data,
                country=typed.country,
                taken=typed.names_taken,
                rows=typed.rows,
                filled=filled_rows(typed.data),
            )
        case 4:
            form = DescriptionForm(data)
        case _:
            form = WordsForm(data, language=typed.language, for_others=typed.for_others)
    if not check:
        form.initial = _initial(form, typed.data)
    return form


def step_shown(data: Mapping[str, Any]) -> int:
    """The step (1 to 5) that a page showed; the first for anything else."""
    return _step(data.get("step"), FIRST)


def screen_after(typed: Typed) -> Screen:
    """The step to show after any button but `send`."""
    data, step = typed.data, step_shown(typed.data)
    if "back" in data:
        step = max(FIRST, step - 1)
    elif "go" in data:
        step = _step(data.get("go"), step)
    elif "next" in data or ("show_regions" in data and data.get("regions_of") == typed.country):
        form = form_of(typed, step, check=True)
        if not form.is_valid():
            return Screen(step, form)
        step = max(_step(data.get("next"), FIRST), min(step + 1, LAST))
    return Screen(step, form_of(typed, step, check=False))


@dataclass(frozen=True)
class Answers:
    """The five forms, all of them in order."""

    what: WhatForm
    where: WhereForm
    who: WhoForm
    description: DescriptionForm
    words: WordsForm

    @property
    def in_order(self) -> tuple[StepForm, ...]:
        """Steps 1 to 5."""
        return (self.what, self.where, self.who, self.description, self.words)


def all_answers(typed: Typed) -> Answers:
    """All five forms, bound and checked; what is wrong with them is for the caller to see."""
    answers = Answers(
        cast(WhatForm, form_of(typed, WHAT, check=True)),
        cast(WhereForm, form_of(typed, WHERE, check=True)),
        cast(WhoForm, form_of(typed, WHO, check=True)),
        cast(DescriptionForm, form_of(typed, DESCRIPTION, check=True)),
        cast(WordsForm, form_of(typed, WORDS, check=True)),
    )
    for form in answers.in_order:
        form.full_clean()
    return answers


def check_all(typed: Typed) -> Answers | Screen:
    """All forms, or the first step that has something to say."""
    answers = all_answers(typed)
    for step, form in enumerate(answers.in_order, start=FIRST):
        if form.errors:
            return Screen(step, form)
    if tells_something(answers):
        return answers
    if typed.names_taken:
        message = _("Give at least one, or describe them in step 4 or 5.")
        answers.who.add_error("identifier-0-value", message)
        return Screen(WHO, answers.who)
    answers.description.add_error(None, _("Say at least one thing, here or in step 5."))
    return Screen(DESCRIPTION, answers.description)


def tells_something(answers: Answers) -> bool:
    """Whether there is an identifier or a description, from the lists or in words."""
    return bool(
        answers.who.reported
        or answers.description.answers
        or answers.description.cleaned_data["marks_text"]
        or answers.words.cleaned_data["text"]
    )


def carried(typed: Typed, shown: StepForm, *also_shown: str) -> Iterator[tuple[str, str]]:
    """Names and values that travel hidden: all that was typed and that `shown` has no box for."""
    visible = shown.boxes | set(also_shown)
    known = set(_names(typed))
    for name, values in typed.data.lists():
        if name in visible or not (name in known or is_row_name(name)):
            continue
        for value in values:
            if value:
                yield name, value


def _names(typed: Typed) -> Iterator[str]:
    for step in range(FIRST, LAST + 1):
        yield from form_of(typed, step, check=False).fields
    yield "send_token"


def _initial(form: StepForm, data: QueryDict) -> dict[str, Any]:
    """What was typed, for the boxes of a form; a box that was never shown keeps its default."""
    return {
        name: data.getlist(name) if isinstance(field, Choices) else data.get(name)
        for name, field in form.fields.items()
        if name in data
    }


def _step(value: object, otherwise: int) -> int:
    text = str(value)
    return int(text) if text in {"1", "2", "3", "4", "5"} else otherwise
