"""The form of a text of the interface: one box, or one for each plural form."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from babel.messages.catalog import Catalog
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, to_locale

from resources.translation.interface.catalogue import CatalogueText
from safety_app.locales.catalogue_checks import LONGEST_IN_BAR, Fault, plural_count
from safety_app.locales.page_languages import direction
from safety_app.locales.phrases import join_facts, join_signs, label_value
from safety_app.privacy.text_fields import PlainText

# Numbers beside the box of a plural form, and up to where they are looked for.
_EXAMPLES, _LARGEST = 3, 130
# A text may become longer than what it replaces by half, and by a word; else pages grow too large.
_HALF_AS_LONG, _A_WORD = 1.5, 15


class InterfaceTextForm(forms.Form):
    """The forms of a text in one language, named `form_0`, `form_1`, …"""

    def __init__(
        self, typed: Any, *, language: str, text: CatalogueText, forms: Sequence[str]
    ) -> None:
        count = plural_count(language) if text.text.plural else 1
        names = [f"form_{number}" for number in range(count)]
        super().__init__(typed, initial=dict(zip(names, forms, strict=False)))
        longest = max(map(len, (*text.text.sources, *text.forms)))
        for number, name in enumerate(names):
            label = _("Translation")
            if count > 1:
                label = label_value(label, join_facts(map(str, examples(language)[number])) + " …")
            field = PlainText(
                label=label, longest=int(longest * _HALF_AS_LONG) + _A_WORD, lines=True
            )
            field.widget.attrs |= {
                "lang": language,
                "dir": direction(language),
                "class": "line",
                "rows": 2 + longest // 40,
            }
            self.fields[name] = field

    @property
    def typed_forms(self) -> list[str]:
        """What was typed, in the order of the plural forms."""
        return [self.cleaned_data[name] for name in self.fields]

    def add_faults(self, faults: Sequence[Fault]) -> None:
        """Say what the machine checks found."""
        for message in dict.fromkeys(one for fault in faults for one in fault_messages(fault)):
            self.add_error("form_0", message)


def fault_messages(fault: Fault) -> Iterator[str]:
    """What is wrong, for whoever typed it."""
    lost, added = join_signs(fault.lost), join_signs(fault.added)
    # One at a time: a list of signs would need a comma, which may be what is wrong.
    word = " ".join(fault.added)
    if fault.kind in ("placeholders", "tags"):
        if lost:
            yield _("Copy these from the original exactly as they are: %(names)s.") % {
                "names": lost
            }
        if added:
            yield _removed(added)
    elif fault.kind == "numbers":
        if lost:
            yield _(
                "Numbers of the original that are missing here: %(numbers)s. Write them in digits."
            ) % {"numbers": lost}
        if added:
            yield _("Numbers here that are not in the original: %(numbers)s.") % {"numbers": added}
    elif fault.kind in ("signs", "exclamation", "day"):
        yield _removed(word)
    elif fault.kind == "scripts":
        yield _("Letters of two alphabets in one word: %(word)s.") % {"word": word}
    elif fault.kind == "avoided":
        yield _("“%(word)s” is a word to avoid.") % {"word": word}
    elif fault.kind == "wanted":
        yield _("In this language it has to be “%(word)s” here.") % {"word": word}
    elif fault.kind == "bar":
        yield _bar_message(int(word))
    elif fault.kind == "english":
        yield _("It is the same as the original.")
    else:
        yield _("There is no text yet.")


@cache
def examples(language: str) -> list[list[int]]:
    """For each plural form of a language, a few numbers that take it."""
    form_of = gettext.c2py(str(Catalog(locale=to_locale(language)).plural_expr))
    found: list[list[int]] = [[] for _form in range(plural_count(language))]
    for number in range(_LARGEST):
        taken = found[form_of(number)]
        if len(taken) < _EXAMPLES:
            taken.append(number)
    return found


def _removed(signs: str) -> str:
    return _("These are not in the original, remove them: %(names)s.") % {"names": signs}


def _bar_message(over: int) -> str:
    return ngettext(
        "%(longest)s characters at most. Remove %(over)s.",
        "%(longest)s characters at most. Remove %(over)s.",
        over,
    ) % {"longest": LONGEST_IN_BAR, "over": over}
