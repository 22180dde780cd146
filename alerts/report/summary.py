"""The summary of a report before it is sent, with steps that have errors marked."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.html import format_html
from django.utils.translation import gettext as _

from alerts import presentation
from alerts.content import Report
from alerts.report.compose import compose
from alerts.report.flow import DESCRIPTION, WHAT, WHERE, WHO, Typed, all_answers
from alerts.report.identifier_forms import WhoForm
from safety_app.locales.dates import today
from safety_app.locales.phrases import join_words

_LONGEST_LEFT = 100

Rows = list[tuple[str, str]]


class Section(NamedTuple):
    """The answers of one step. `faulty` if it has errors.

    `found` is what a paste held, to leave some of it out: short name, full form, left out or not.
    """

    step: int
    title: str
    rows: Rows
    faulty: bool
    found: tuple[tuple[str, str, bool], ...] = ()


class Summary(NamedTuple):
    """Steps 1 to 4, and the level that results."""

    sections: list[Section]
    level: int


def summarise(typed: Typed) -> Summary:
    """The steps before the last, for step 5. Identifiers are in full, since she typed them."""
    answers = all_answers(typed)
    report = compose(answers, today())
    marks = [(_("Also"), report.marks)] if report.marks else []
    rows: dict[int, tuple[str, Rows]] = {
        WHAT: (
            _("What happened"),
            [(_("Ticked"), join_words(presentation.what_words(report.what)))],
        ),
        WHERE: (_("When and where"), presentation.when_and_where(report, typed.language)),
        WHO: (
            _("Who"),
            _identifiers(report, answers.who) if typed.names_taken else [_left_out()],
        ),
        DESCRIPTION: (_("Description"), presentation.described(report) + marks),
    }
    sections = [
        Section(
            step,
            title,
            answered,
            bool(answers.in_order[step - 1].errors),
            _found(answers.who) if step == WHO else (),
        )
        for step, (title, answered) in rows.items()
    ]
    return Summary(sections, report.level)


def _found(who: WhoForm) -> tuple[tuple[str, str, bool], ...]:
    """What a paste held, if it held several."""
    if not who.is_pasted:
        return ()
    return tuple(
        (name, reported.shown, reported not in who.reported) for name, reported in who.found.items()
    )


def _identifiers(report: Report, who: WhoForm) -> Rows:
    """Kind and full form, with her doubts, and the words that were not read."""
    left = [(_("Not read, so not included"), who.left[:_LONGEST_LEFT])] if who.left else []
    return left + [
        # Isolated from the doubts: in Arabic the parts of a number would change places.
        (kind, format_html("<bdi>{}</bdi> · {}", identifier, doubts) if doubts else identifier)
        for kind, identifier, doubts in presentation.full_identifiers(report.identifiers)
    ]


def _left_out() -> tuple[str, str]:
    return _("Not included"), _("Police numbers and names.")
