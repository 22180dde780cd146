"""The form of the sheet. Every question is optional; two answers that cannot both be true are not
put before a doctor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resources.doctor.languages import doctors_language, language_choices
from resources.doctor.questions import BY_NAME, QUESTIONS, TEXTS, UNSAID, UNSAID_LABEL, Question
from safety_app.privacy.text_fields import PlainText

# Characters of one free text: the sheet has to fit on one page of paper.
LONGEST = 120
# Of what was typed, what at most comes back to be corrected: the page stays within its one size.
LONGEST_BACK, LONGEST_CODE_BACK = 300, 20
# What is typed as a number of hours; two weeks are more than any of it asks for.
MOST_HOURS = 336
# From and up to how many hours each answer to "when" goes.
_SPANS = {"h24": (0, 24), "h72": (24, 72), "h120": (72, 120), "later": (120, MOST_HOURS)}
# Sentences of which only one can be true.
_EXCLUDE = {
    "no_condom": "condom",
    "no_pill": "pill",
    "hiv": "prep",
    "coil": "no_pill",
    "prep": "no_medicine",
    "inducers": "no_medicine",
}
# The field of the sheet that carries everything ticked, back to the form.
CARRIED = "said"


@dataclass(frozen=True)
class Fold:
    """A question as the form shows it, with what can be typed below its ticks."""

    question: Question
    ticks: forms.BoundField
    more: list[forms.BoundField]

    @property
    def open(self) -> bool:
        """Whether there is something in it to see."""
        return any(field.value() or field.errors for field in (self.ticks, *self.more))


class SheetForm(forms.Form):
    """What somebody ticked and typed."""

    use_required_attribute = False

    hours = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_HOURS,
        label=gettext_lazy("How many hours ago, if you know"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": False}),
        error_messages={"invalid": gettext_lazy("Write a whole number, or nothing.")},
    )
    doctor = forms.ChoiceField(
        required=False,
        label=gettext_lazy("The doctor's language"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of these languages.")},
    )

    def __init__(
        self, typed: dict[str, Any] | None, own: str, before: dict[str, Any] | None = None
    ) -> None:
        """`own` is the language of the page, `before` what comes back to be changed."""
        self.own = own
        super().__init__(typed, initial=before or {"doctor": doctors_language(own)})
        self.fields["doctor"].choices = language_choices(own)  # type: ignore[attr-defined]
        for question in QUESTIONS:
            self.fields[question.name] = _ticks(question)
        for name, label in TEXTS.items():
            self.fields[name] = PlainText(longest=LONGEST, label=label)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        self.ticked = ticked_answers(cleaned)
        for question in QUESTIONS:
            if question.nothing in self.ticked and cleaned[question.text]:
                message = _("You ticked that there is nothing. Please correct one of the two.")
                self.add_error(question.text, message)
        for answer, other in _EXCLUDE.items():
            if answer in self.ticked and other in self.ticked:
                asked = next(question for question in QUESTIONS if other in question.answers)
                self.add_error(asked.name, _both(asked.answers[answer], asked.answers[other]))
        self._clean_hours(cleaned)
        texts = [cleaned.get(name) for name in TEXTS]
        if not self.errors and not self.ticked and not any(texts) and cleaned["hours"] is None:
            raise ValidationError(_("Nothing is ticked yet. Tick what a doctor should know."))
        return cleaned

    def _clean_hours(self, cleaned: dict[str, Any]) -> None:
        hours, when = cleaned["hours"], cleaned["when"]
        if hours is None or when not in (*_SPANS, "when_unsure"):
            return
        least, most = _SPANS.get(when, (0, MOST_HOURS))
        if not least <= hours <= most:
            message = _("The hours and what you ticked differ. Please correct one of the two.")
            self.add_error("hours", message)

    def folds(self) -> list[Fold]:
        """Each question with its ticks and the fields that stand below them."""
        more = {question.name: [question.text] for question in QUESTIONS if question.text}
        more["when"] = ["hours"]
        return [
            Fold(
                question, self[question.name], [self[name] for name in more.get(question.name, [])]
            )
            for question in QUESTIONS
        ]

    def carried(self) -> dict[str, str]:
        """Names and values that bring this form back: one for all ticks, one for each text."""
        texts = {name: self.cleaned_data[name] for name in TEXTS if self.cleaned_data[name]}
        hours = self.cleaned_data["hours"]
        if hours is not None:
            texts["hours"] = str(hours)
        return {CARRIED: " ".join(self.ticked), "doctor": self.language(), **texts}

    def language(self) -> str:
        """The doctor's language."""
        chosen: str = self.cleaned_data["doctor"]
        return chosen or doctors_language(self.own)


def _both(answer: Promise, other: Promise) -> str:
    """The error message for two answers that contradict each other, quoting both."""
    quoted = {"one": str(answer).rstrip("."), "other": str(other).rstrip(".")}
    return _("“%(one)s” and “%(other)s” do not go together. Please remove one.") % quoted


def ticked_answers(cleaned: dict[str, Any]) -> list[str]:
    """Keys of all answers, each once, in the order of the questions."""
    given: set[str] = set()
    for question in QUESTIONS:
        value = cleaned[question.name]
        given.update([value] if isinstance(value, str) else value)
    return [key for question in QUESTIONS for key in question.answers if key in given]


def typed_fields(post: QueryDict) -> dict[str, Any]:
    """What was sent, from the form or from a sheet, as form data."""
    data: dict[str, Any] = {name: post.get(name, "")[:LONGEST_BACK] for name in TEXTS}
    data |= {name: post.get(name, "")[:LONGEST_CODE_BACK] for name in ("hours", "doctor")}
    carried = set(post.get(CARRIED, "").split())
    for name, question in BY_NAME.items():
        keys = post.getlist(name) or [key for key in question.answers if key in carried]
        data[name] = "".join(keys[:1]) if question.single else keys
    return data


def _ticks(question: Question) -> forms.Field:
    """Any number of answers, or one."""
    choices: list[tuple[str, Any]] = list(question.answers.items())
    wrong = {"invalid_choice": gettext_lazy("One of these is not an answer offered here.")}
    if question.single:
        return forms.ChoiceField(
            required=False,
            label=str(question.label),
            choices=[*choices, (UNSAID, UNSAID_LABEL)],
            widget=forms.RadioSelect,
            error_messages=wrong,
        )
    return forms.MultipleChoiceField(
        required=False,
        label=str(question.label),
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages=wrong,
    )
