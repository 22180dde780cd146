"""The message, in the language she chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from resources.booking.forms import BookingForm
from resources.booking.steps import LAST, STEPS
from safety_app.locales.page_languages import direction

# Around what was typed, in a message from right to left: it keeps its own direction.
_ISOLATE, _END = "\u2068", "\u2069"


@dataclass(frozen=True)
class Message:
    """A text to copy, its language and direction, and whether it says what to do."""

    text: str
    language: str
    direction: str
    has_steps: bool


def make_message(form: BookingForm) -> Message:
    """The message of a valid form. Nothing of it is kept."""
    language = form.message_language()
    with override(language):
        steps = _steps(form)
        parts = [
            _("Please look out for me."),
            "\n".join(_facts(form)),
            "\n".join([_("If you do not hear from me:"), *steps] if steps else []),
            _code_word(form),
            _("Please delete this when I am back."),
        ]
    text = "\n\n".join(filter(None, parts))
    return Message(text, language, direction(language), bool(steps))


def _facts(form: BookingForm) -> list[str]:
    typed = _typed(form)
    sentences = {
        "when": _("When: %(text)s"),
        "where": _("Where: %(text)s"),
        "until": _("I will get in touch with you by: %(text)s"),
    }
    lines = [words % {"text": typed(name)} for name, words in sentences.items() if typed(name)]
    return [*lines, *filter(None, [typed("more")])]


def _steps(form: BookingForm) -> list[str]:
    """Numbered lines: first calls, then somebody sets out."""
    typed = _typed(form)
    ticked = [key for key in STEPS if key in form.cleaned_data["steps"]]
    lines = [str(STEPS[key]) for key in ticked if key != LAST]
    if typed("person"):
        lines.append(_("Call %(person)s") % {"person": typed("person")})
    lines += [str(STEPS[key]) for key in ticked if key == LAST]
    lines += filter(None, [typed("other")])
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]


def _code_word(form: BookingForm) -> str:
    word = _typed(form)("word")
    sentence = _("If I say or write “%(word)s”, I need help, whatever else I say.")
    return sentence % {"word": word} if word else ""


def _typed(form: BookingForm) -> Callable[[str], str]:
    """What was typed into a field, isolated where the message's direction is another."""
    turned = direction(form.message_language()) == "rtl"

    def typed(name: str) -> str:
        text: str = form.cleaned_data[name]
        return f"{_ISOLATE}{text}{_END}" if turned and text else text

    return typed
