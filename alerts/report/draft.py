"""A report that is being written, as the page entry of its pages holds it.

One entry serves all steps, so that each of them shows what was typed last, whichever way somebody
comes to it. The form still carries everything as well: without the entry nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from alerts.report.flow import (
    FIRST,
    LAST,
    Screen,
    Typed,
    check_all,
    form_of,
    screen_after,
    step_shown,
)
from alerts.report.identifier_forms import ROWS_AT_FIRST
from safety_app.privacy.post_redirect_get import Fields, as_form, fields_of

# What steers the walk through the steps says nothing about the report.
_BUTTONS = frozenset(
    {"next", "enter", "look", "back", "go", "more", "send", "keep", "leave", "step"}
)
_ABOUT_THE_PAGE = frozenset({"show_regions", "all_countries", "regions_of", "every"})
_REPLAYED = frozenset({"unlock", "carry_to"})


@dataclass(frozen=True)
class Draft:
    """What was typed, and what its pages show beside it.

    faulty   the step whose mistakes are shown; 0 for none
    sent     whether the last button was pressed, so that mistakes are those of the whole report
    refusal  why a report without a mistake was not taken, as a word of the view; empty for none
    minutes  until it can be sent again, if that is why
    whole    the first screen was to be sent as it is
    """

    fields: Fields
    rows: int = ROWS_AT_FIRST
    every_country: bool = False
    faulty: int = 0
    sent: bool = False
    refusal: str = ""
    minutes: int = 0
    whole: bool = False

    def typed(self, language: str, *, for_others: bool) -> Typed:
        """The draft as the steps read it."""
        form = as_form(self.fields)
        return Typed(form, language, self.rows, self.every_country, for_others, self.whole)

    def screen(self, typed: Typed, step: int) -> Screen:
        """The step to show, with its mistakes if it was sent with some."""
        if self.sent and step == self.faulty:
            checked = check_all(typed)
            if isinstance(checked, Screen) and checked.step == step:
                return checked
        return Screen(step, form_of(typed, step, check=step == self.faulty))

    def content(self) -> dict[str, Any]:
        """As an entry keeps it."""
        return {"draft": vars(self)}


def begin(**typed: str) -> Draft:
    """An empty draft."""
    return Draft([(name, [value]) for name, value in typed.items()])


def from_content(content: dict[str, Any] | None) -> Draft | None:
    """The draft in an entry; None for an entry with something else, and for none."""
    return Draft(**content["draft"]) if content and "draft" in content else None


def from_form(typed: Typed, *, faulty: int = 0, refusal: str = "", minutes: int = 0) -> Draft:
    """The draft that a form brought."""
    left_out = _BUTTONS | _ABOUT_THE_PAGE | _REPLAYED
    fields = [(name, values) for name, values in fields_of(typed.data) if name not in left_out]
    sent = "send" in typed.data
    return Draft(
        fields, typed.rows, typed.every_country, faulty, sent, refusal, minutes, typed.whole
    )


def after_button(typed: Typed) -> tuple[Draft, int]:
    """The draft and the step to show after any button but `send`."""
    screen = screen_after(typed)
    return from_form(typed, faulty=screen.step if screen.form.errors else 0), screen.step


def as_shown(typed: Typed) -> tuple[Draft, int]:
    """The draft and its step, for somebody who goes elsewhere in between."""
    return from_form(typed), step_shown(typed.data)


def step_named(query: QueryDict) -> int:
    """The step in the address: the first for none or anything else."""
    named = query.get("step", "")
    return int(named) if named in {str(step) for step in range(FIRST, LAST + 1)} else FIRST
