"""The form. Every field is optional, and all of them take free words: no date has to be right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resources.booking.steps import STEPS
from safety_app.privacy.text_fields import PlainText

# Characters of each text.
LIMITS = {
    "when": 100,
    "where": 200,
    "until": 100,
    "person": 120,
    "other": 200,
    "word": 60,
    "more": 300,
}
# Of what was typed, what at most comes back to be corrected: the page stays within its one size.
LONGEST_BACK = 400
# The field of the message's page that carries everything ticked, back to the form.
CARRIED = "ticked"


class BookingForm(forms.Form):
    """What she writes for the person who watches over a booking."""

    use_required_attribute = False

    when = PlainText(
        longest=LIMITS["when"],
        label=gettext_lazy("When it is"),
        help_text=gettext_lazy("For example: today, 9 in the evening."),
    )
    where = PlainText(
        longest=LIMITS["where"],
        label=gettext_lazy("Where it is"),
        help_text=gettext_lazy("Address, floor, name at the bell, room. Or whose car."),
    )
    until = PlainText(
        longest=LIMITS["until"],
        label=gettext_lazy("When you will get in touch at the latest"),
    )
    steps = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("What they do if they do not hear from you"),
        choices=list(STEPS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    person = PlainText(
        longest=LIMITS["person"],
        label=gettext_lazy("Someone else they call"),
        help_text=gettext_lazy(
            "A friend, a colleague or your organisation: who it is and the number."
        ),
    )
    other = PlainText(longest=LIMITS["other"], label=gettext_lazy("Something else they do"))
    word = PlainText(
        longest=LIMITS["word"],
        label=gettext_lazy("A code word"),
        help_text=gettext_lazy(
            "An everyday word. When you say or write it, they know that you need help."
        ),
    )
    more = PlainText(
        longest=LIMITS["more"], lines=True, label=gettext_lazy("Anything else they should know")
    )
    language = forms.ChoiceField(required=False, label=gettext_lazy("Language of the message"))

    def __init__(
        self, typed: dict[str, Any] | None, own: str, before: dict[str, Any] | None = None
    ) -> None:
        """`own` is the language of the page, `before` what comes back to be changed."""
        self.own = own
        super().__init__(typed, initial=before or {"language": own})
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in ("steps", *LIMITS)):
            raise ValidationError(_("Nothing is filled in yet. One line is enough."))
        return cleaned

    def carried(self) -> dict[str, str]:
        """Names and values that bring this form back: one for all ticks, one for each text."""
        texts = {name: self.cleaned_data[name] for name in LIMITS if self.cleaned_data[name]}
        return {
            CARRIED: " ".join(self.cleaned_data["steps"]),
            "language": self.message_language(),
            **texts,
        }

    def message_language(self) -> str:
        """The language of the message."""
        chosen: str = self.cleaned_data["language"]
        return chosen or self.own


def typed_fields(post: QueryDict) -> dict[str, Any]:
    """What was sent, from the form or from the message's page, as form data.

    Ticks and languages that are not offered are left out: there is nothing to correct in them.
    """
    data: dict[str, Any] = {name: post.get(name, "")[:LONGEST_BACK] for name in LIMITS}
    ticked = {*post.getlist("steps"), *post.get(CARRIED, "").split()}
    language = post.get("language", "")
    return data | {
        "steps": [key for key in STEPS if key in ticked],
        "language": language if language in dict(settings.LANGUAGES) else "",
    }
