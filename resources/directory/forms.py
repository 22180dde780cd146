"""The form of an entry. Input becomes a Content; the rules are in `content.content_problems`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Field
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resources.directory import hours, vocabulary
from resources.directory.content import (
    LONG,
    LONGEST_SAYS,
    TEXTS,
    EntryContent,
    KnownAnswer,
    clean_texts,
    content_problems,
    missing_answers,
    ordered_codes,
)
from resources.directory.models import Service
from safety_app.locales.countries import country_called, country_name, is_country
from safety_app.locales.languages import language_label
from safety_app.privacy.text_fields import PlainText

LABELS = {
    "name": gettext_lazy("Name"),
    "organisation": gettext_lazy("Run by, when that is another name"),
    "description": gettext_lazy("What one finds there"),
    "language": gettext_lazy("Language you write this in"),
    "country": gettext_lazy("Country"),
    "region": gettext_lazy("Region"),
    "city": gettext_lazy("Town or quarter"),
    "address": gettext_lazy("Street and number"),
    "postal_code": gettext_lazy("Postal code"),
    "taken": gettext_lazy("How someone is taken to a secret address"),
    "phone": gettext_lazy("Telephone"),
    "email": gettext_lazy("E-mail"),
    "website": gettext_lazy("Website"),
    "hours_note": gettext_lazy("More about opening hours"),
    "time_zone": gettext_lazy("Whose clock"),
    "source": gettext_lazy("Publication that describes it"),
}
HINTS = {
    "region": gettext_lazy("By the name people there use, always the same."),
    "address": gettext_lazy("Keep it empty when the address is secret."),
    "taken": gettext_lazy("For example: call, and someone meets you at the station. No street."),
    "phone": gettext_lazy("Only a public one, with + and the country's code."),
    "website": gettext_lazy("With https:// in front."),
    "time_zone": gettext_lazy("Only for countries with several time zones, like Europe/Madrid."),
}
_NOT_KNOWN = ("", vocabulary.NOT_KNOWN)


class EntryForm(forms.Form):
    """Everything an editor can say about a service."""

    confidential = forms.BooleanField(
        required=False,
        label=gettext_lazy("The address is secret"),
        help_text=gettext_lazy(
            "A shelter, a safe house. Then no address is kept, not even a town."
        ),
    )
    kinds = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("What kind of help"),
        choices=vocabulary.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Languages spoken there"),
        widget=forms.CheckboxSelectMultiple,
    )
    says = PlainText(
        longest=LONGEST_SAYS,
        # It parts the cells of the CSV table.
        validators=[
            RegexValidator(r"\|", gettext_lazy("Do not use the character |."), inverse_match=True)
        ],
        label=gettext_lazy("Who says so"),
        help_text=gettext_lazy(
            "Who told you what changed above: the place itself, your organisation, a website. "
            "Never a person's name."
        ),
    )
    all_checked = forms.BooleanField(
        required=False,
        label=gettext_lazy("I have checked all of it today"),
        help_text=gettext_lazy("It then shows today as the day of the last check."),
    )

    def __init__(self, typed: QueryDict | None, *, shown_in: str, now: EntryContent | None = None):
        """`shown_in` is the page's language, `now` what is stored."""
        self.now = now
        super().__init__(typed, initial=_typed(now) if now else {"language": shown_in})
        for name in TEXTS:
            self.fields[name] = _text_field(name, shown_in, now)
        codes = ordered_codes(
            (*vocabulary.SPOKEN, *(now.languages if now else ())), vocabulary.SPOKEN
        )
        self.fields["languages"].choices = _named(codes, shown_in)  # type: ignore[attr-defined]
        for day, name in WEEKDAYS.items():
            self.fields[f"hours_{day}"] = PlainText(longest=80, label=name)
        for question, label in vocabulary.QUESTIONS.items():
            self.fields[question] = forms.ChoiceField(
                required=False, label=str(label), choices=[_NOT_KNOWN, *vocabulary.Answer.choices]
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.entry = self._content(cleaned)
            for name, messages in content_problems(self.entry).items():
                field = name if name in self.fields else "hours_0"
                for message in messages:
                    self.add_error(field, message)
        return cleaned

    def require_publishable(self) -> None:
        """Add an error to each field without which an entry is not published."""
        for name in missing_answers(self.entry):
            if name == "kinds":
                self.add_error(name, _("Say what kind of help it is before it is published."))
            else:
                self.add_error(
                    name, _("Say what is known about this first: nothing is published without it.")
                )

    def text_fields(self, *names: str) -> list[forms.BoundField]:
        """Bound fields by name, for the template."""
        return [self[name] for name in names]

    def sections(self) -> dict[str, list[forms.BoundField]]:
        """The fields in the order and groups of the page."""
        return {
            "what": self.text_fields("name", "organisation", "description", "language"),
            "questions": self.text_fields(*vocabulary.QUESTIONS, "says"),
            "where": self.text_fields(
                *("confidential", "taken", "country", "region", "city", "address", "postal_code")
            ),
            "when": self.text_fields(
                *(f"hours_{day}" for day in WEEKDAYS), "hours_note", "time_zone"
            ),
            "reach": self.text_fields("phone", "email", "website", "source"),
        }

    def _content(self, cleaned: dict[str, Any]) -> EntryContent:
        texts = clean_texts({name: cleaned.get(name, "") for name in TEXTS})
        spans = self._hours(cleaned)
        only = hours.zones(texts["country"])
        if spans and not texts["time_zone"] and len(only) == 1:
            texts["time_zone"] = only[0]
        today = datetime.datetime.now(datetime.UTC).date()
        before = self.now.checked if self.now else None
        return EntryContent(
            texts=texts,
            kinds=ordered_codes(cleaned["kinds"], vocabulary.Kind.values),
            languages=ordered_codes(cleaned["languages"], vocabulary.SPOKEN),
            confidential=cleaned["confidential"],
            hours=spans,
            facts=self._facts(cleaned, today),
            checked=today if cleaned["all_checked"] else before,
        )

    def _hours(self, cleaned: dict[str, Any]) -> tuple[hours.Hours, ...]:
        spans: list[hours.Hours] = []
        for day in WEEKDAYS:
            try:
                spans += hours.read_day(day, cleaned.get(f"hours_{day}", ""))
            except ValueError:
                self.add_error(f"hours_{day}", _("Hours look like 09:00-17:00."))
        return tuple(sorted(spans))

    def _facts(self, cleaned: dict[str, Any], today: datetime.date) -> dict[str, KnownAnswer]:
        """A changed answer is attributed to `says` today; others keep their source and day."""
        before = self.now.facts if self.now else {}
        facts = {}
        for question in sorted(vocabulary.QUESTIONS):
            answer, old = cleaned.get(question, ""), before.get(question)
            if not answer:
                continue
            if old is None or old.answer != answer:
                facts[question] = KnownAnswer(answer, cleaned["says"], today)
            elif cleaned["all_checked"]:
                facts[question] = KnownAnswer(answer, cleaned["says"] or old.says, today)
            else:
                facts[question] = old
        return facts


def _text_field(name: str, shown_in: str, now: EntryContent | None) -> forms.Field:
    label, hint = LABELS[name], HINTS.get(name, "")
    if name == "language":
        codes = [*dict(settings.LANGUAGES), *vocabulary.SPOKEN, *([now.texts[name]] if now else [])]
        choices: Iterable[tuple[str, Any]] = _named(dict.fromkeys(codes), shown_in)
    elif name == "country":
        return _CountryField(shown_in, label=label)
    else:
        longest = cast("Field[Any, Any]", Service._meta.get_field(name)).max_length or 0
        return PlainText(
            longest=longest,
            lines=name in LONG,
            label=label,
            help_text=hint,
            required=name == "name",
        )
    return forms.ChoiceField(label=label, required=False, choices=list(choices))


class _CountryField(PlainText):
    """A country's name, typed, as a list of all of them is as long as the rest of the form."""

    def __init__(self, shown_in: str, **kwargs: Any) -> None:
        super().__init__(longest=80, **kwargs)
        self.shown_in = shown_in
        self.widget.attrs["placeholder"] = _("Not in one country")

    def prepare_value(self, value: Any) -> Any:
        """A stored code as the name in the page's language; anything else as it was typed."""
        return country_name(value, self.shown_in) if is_country(value or "") else value

    def clean(self, value: Any) -> str:
        """The code. Raises ValidationError for what is no country's name."""
        typed = str(super().clean(value))
        code = country_called(typed, self.shown_in)
        if typed and not code:
            message = forms.ChoiceField.default_error_messages["invalid_choice"]
            raise ValidationError(message, "invalid_choice", {"value": typed})
        return code


def _named(codes: Iterable[str], shown_in: str) -> list[tuple[str, str]]:
    return [(code, language_label(code, shown_in)) for code in codes]


def _typed(content: EntryContent) -> dict[str, Any]:
    """The form's initial values for this content."""
    return (
        dict(content.texts)
        | {f"hours_{day}": hours.day_text(content.hours, day) for day in WEEKDAYS}
        | {question: known.answer for question, known in content.facts.items()}
        | {
            "kinds": list(content.kinds),
            "languages": list(content.languages),
            "confidential": content.confidential,
        }
    )
