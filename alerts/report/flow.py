"""Which step comes next, and what the hidden fields carry.

Everything typed so far is in the posted form. `step` says which step was shown; the button says
where to go: `next`, or the key `enter` (validates the step), `look` (from the first to the last),
`back`, `go` to a step, `send` (validates them all), or one that shows the same step with more
boxes. Without any of these buttons (the form went through the lock page) the same step is shown
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from alerts.report.fields import Choices
from alerts.report.first_form import FirstForm
from alerts.report.forms import DescriptionForm, ReportStepForm, WhatForm, WhereForm, WordsForm
from alerts.report.identifier_forms import (
    OUT,
    ROWS_AT_FIRST,
    WhoForm,
    closed_up,
    filled_rows,
    is_row_name,
)
from alerts.report.identifier_forms import rows_shown as rows_that_were_shown
from alerts.report.paste import LEFT_OVER, take_in
from alerts.report.places import country_meant

FIRST, LAST = 1, 5
WHAT, WHERE, WHO, DESCRIPTION, WORDS = range(FIRST, LAST + 1)
_MORE_ROWS = 3


@dataclass(frozen=True)
class Typed:
    """Everything typed that came with one request, and how the page showed it.

    whole   the first screen is to be sent as it is, after a look at it
    mine    her own regions, which are offered first
    """

    data: QueryDict
    language: str
    rows: int = ROWS_AT_FIRST
    every_country: bool = False
    for_others: bool = False
    whole: bool = False
    mine: tuple[str, ...] = ()

    @property
    def country(self) -> str:
        """The country whose regions are offered, and by which telephone numbers are read."""
        return country_meant(self.data.get("region", ""), self.data.get("country"))

    @property
    def names_taken(self) -> bool:
        """Whether identifiers are accepted: not of police, unless the operator has decided so."""
        return settings.POLICE_IDENTIFIERS or "police" not in self.data.getlist("what")


@dataclass(frozen=True)
class Screen:
    """One step to show. `form` is bound if it has errors to show."""

    step: int
    form: ReportStepForm


def typed_in(data: QueryDict, language: str, *, for_others: bool = False) -> Typed:
    """Read a request's data, closing gaps between identifier rows and taking in what was pasted.

    `for_others`: whether she may write on behalf of someone else.
    """
    whole = step_shown(data) == WHAT and "look" in data
    rows = rows_that_were_shown(data) + (_MORE_ROWS if "more" in data else 0)
    every = "all_countries" in data or data.get("every") == "1"
    closed = closed_up(data)
    country = country_meant(data.get("region", ""), data.get("country"))
    return Typed(take_in(closed, country), language, rows, every, for_others, whole)


def form_of(typed: Typed, step: int, *, check: bool) -> ReportStepForm:
    """The form of a step: with `check` bound to what was typed, otherwise with it as initial."""
    data = typed.data if check else None
    match step:
        case 1:
            form: ReportStepForm = FirstForm(
                data,
                language=typed.language,
                country=typed.country,
                whole=typed.whole,
                mine=typed.mine,
            )
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
    """The step (1 to 5) that the page showed; the first for anything else."""
    return _step(data.get("step"), FIRST)


def screen_after(typed: Typed) -> Screen:
    """The step to show after any button but `send`."""
    data, step = typed.data, step_shown(typed.data)
    if "back" in data:
        step = max(FIRST, step - 1)
    elif "go" in data:
        step = _step(data.get("go"), step)
    elif _goes_on(typed):
        form = form_of(typed, step, check=True)
        if not form.is_valid():
            return Screen(step, form)
        step = LAST if typed.whole else max(_step(data.get("next"), FIRST), min(step + 1, LAST))
    return Screen(step, form_of(typed, step, check=False))


def _goes_on(typed: Typed) -> bool:
    """Whether the button leads on from a step without mistakes."""
    data = typed.data
    if not {"next", "enter", "look"}.isdisjoint(data):
        return True
    return "show_regions" in data and data.get("regions_of") == typed.country


@dataclass(frozen=True)
class Answers:
    """The five forms."""

    what: WhatForm
    where: WhereForm
    who: WhoForm
    description: DescriptionForm
    words: WordsForm

    @property
    def in_order(self) -> tuple[ReportStepForm, ...]:
        """Steps 1 to 5."""
        return (self.what, self.where, self.who, self.description, self.words)


def all_answers(typed: Typed) -> Answers:
    """All five forms, bound and validated. The caller looks at their errors."""
    answers = Answers(
        WhatForm(typed.data),
        cast(WhereForm, form_of(typed, WHERE, check=True)),
        cast(WhoForm, form_of(typed, WHO, check=True)),
        cast(DescriptionForm, form_of(typed, DESCRIPTION, check=True)),
        cast(WordsForm, form_of(typed, WORDS, check=True)),
    )
    for form in answers.in_order:
        form.full_clean()
    return answers


def check_all(typed: Typed) -> Answers | Screen:
    """All five forms, or the first step with an error."""
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
    """Whether there is an identifier or a description, from lists or in words."""
    return bool(
        answers.who.reported
        or answers.description.answers
        or answers.description.cleaned_data["marks_text"]
        or answers.words.cleaned_data["text"]
    )


def hidden_fields(
    typed: Typed, form: ReportStepForm, *also_visible: str
) -> Iterator[tuple[str, str]]:
    """Names and values of everything typed that the form on the page has no box for."""
    visible = form.boxes | set(also_visible)
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
    yield from ("send_token", LEFT_OVER, OUT)


def _initial(form: ReportStepForm, data: QueryDict) -> dict[str, Any]:
    """What was typed, for a form's boxes. A box that was never shown keeps its default."""
    return {
        name: data.getlist(name) if isinstance(field, Choices) else data.get(name)
        for name, field in form.fields.items()
        if name in data
    }


def _step(value: object, otherwise: int) -> int:
    text = str(value)
    return int(text) if text in {"1", "2", "3", "4", "5"} else otherwise
