"""A member's translation of what an alert says in free text."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import OPENED, TRANSLATED
from alerts.flows import translation_edits, translations
from alerts.flows.lifecycle import is_author
from alerts.flows.translations import TranslatedText
from alerts.models import Alert
from alerts.report.forms import StepForm
from alerts.report.streets import looks_like_street
from alerts.report.vocabulary import DESCRIPTION
from alerts.sealing import HELPED_LIMIT, MARKS_LIMIT, TEXT_LIMIT, AlertKeys
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.languages import language_name
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.ids import parse_id
from safety_app.privacy.text_fields import PlainText

_TEXTS = ("text", "helped", "marks")
_STREET = _("This looks like a street address. Take it out, or tick below that it is not one.")


class TranslationForm(StepForm):
    """Language and texts; only those are asked that the original has."""

    written_in = forms.ChoiceField(
        label=_("Language of your translation"),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )
    text = PlainText(label=_("What they wrote"), longest=TEXT_LIMIT, lines=True)
    helped = PlainText(label=_("What helped"), longest=HELPED_LIMIT, lines=True)
    marks = PlainText(label=_("Marks"), longest=MARKS_LIMIT)
    street_ok = forms.BooleanField(label=_("This is not a street address"), required=False)
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2**31, required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        original: TranslatedText,
        language: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        for name in _TEXTS:
            if not getattr(original, name):
                del self.fields[name]
        choices = languages(language, original.language)
        base = language.partition("-")[0]
        field = cast(forms.ChoiceField, self.fields["written_in"])
        field.choices = choices
        field.initial = base if base in dict(choices) else ""

    def clean(self) -> dict[str, Any]:
        """Something has to be written; what looks like a street is pointed out once."""
        cleaned = super().clean()
        asked = [name for name in _TEXTS if name in self.fields]
        if not self.errors and not any(cleaned.get(name) for name in asked):
            self.add_error(asked[0], _("Write your translation here."))
        for name in asked:
            if not cleaned.get("street_ok") and looks_like_street(cleaned.get(name, "")):
                self.add_error(name, forms.ValidationError(_STREET, "street"))
        return cleaned

    @property
    def street_tick(self) -> forms.BoundField | None:
        """The box to tick when a text looks like a street address and is none."""
        found = any(self.has_error(name, "street") for name in _TEXTS if name in self.fields)
        return self["street_ok"] if found else None

    @property
    def texts(self) -> list[forms.BoundField]:
        """The boxes for what the original has."""
        return [self[name] for name in _TEXTS if name in self.fields]


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
def translate(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Write one, change one's own (`change`, a language) or erase it (`erase`).

    A moderator can erase anyone's (`take_away`, its row's number).
    """
    member_request = cast(MemberRequest, request)
    ring = member_request.ring
    try:
        alert, original = translation_edits.read_original(ring, alert_id)
    except translation_edits.NotThere:
        raise Http404 from None
    if request.method == "POST" and "erase" in request.POST:
        if not is_replayed(request):
            translation_edits.erase(ring, alert.pk, request.POST["erase"])
        return HttpResponseRedirect(reverse("alerts:alert", args=[alert.pk]))
    if request.method == "POST" and "take_away" in request.POST:
        return _take_away(member_request, alert)
    if request.method != "POST" or "change" in request.POST:
        return _show(member_request, alert, original, _filled(request, ring, alert, original))
    form = TranslationForm(request.POST, original=original, language=_language())
    if form.is_valid() and _saved(member_request, alert, form):
        return HttpResponseRedirect(reverse("alerts:alert", args=[alert.pk]))
    return _show(member_request, alert, original, form)


def translations_of(
    ring: KeyRing, keys: AlertKeys, alert: Alert, language: str
) -> list[dict[str, Any]]:
    """What the alert's page shows of its translations."""
    return [
        {
            "id": one.pk,
            "said": one.said,
            "hers": one.hers,
            "language_name": language_name(one.said.language, language),
        }
        for one in translations.list_translations(ring, keys, alert, language)
    ]


def languages(shown_in: str, left_out: str) -> list[tuple[str, str]]:
    """(code, name) of what can be translated into: the site's languages, then all others."""
    known = next(one.choices for one in DESCRIPTION if one.key == "languages")
    site = [code.partition("-")[0] for code, _name in settings.LANGUAGES]
    others = sorted((term.key for term in known), key=lambda code: language_name(code, shown_in))
    codes = dict.fromkeys([*site, *others])
    named = [(code, language_name(code, shown_in)) for code in codes if code != left_out]
    return [(code, name[:1].upper() + name[1:]) for code, name in named]


def _filled(
    request: HttpRequest, ring: KeyRing, alert: Alert, original: TranslatedText
) -> TranslationForm:
    """An empty form, or one with what she wrote before."""
    initial: dict[str, Any] = {"version": alert.version}
    language = request.POST.get("change", "")
    said = translation_edits.own_translation(ring, alert, language) if language else None
    if said is not None:
        initial |= {name: getattr(said, name) for name in _TEXTS}
        initial["written_in"] = said.language
    return TranslationForm(original=original, language=_language(), initial=initial)


def _saved(request: MemberRequest, alert: Alert, form: TranslationForm) -> bool:
    """Save what the form says; otherwise the form says why not."""
    typed = form.cleaned_data
    said = TranslatedText(typed["written_in"], *(typed.get(name, "") for name in _TEXTS))
    try:
        spend(TRANSLATED, request.user.pk)
        translation_edits.save(request.ring, alert.pk, typed["version"] or 0, said)
    except translation_edits.NotThere:
        raise Http404 from None
    except translation_edits.AlertCorrected:
        form.add_error(
            None,
            _("The note was changed while you wrote. Compare your words with it, and send again."),
        )
    except BudgetSpent as error:
        form.add_error(None, forms.ValidationError(error.message, "spent"))
    return not form.errors


def _take_away(request: MemberRequest, alert: Alert) -> HttpResponse:
    """Erase one that should not stand there; a second time there is nothing left to do."""
    translation = parse_id(request.POST["take_away"])
    if not request.user.has_role("moderator"):
        raise Http404
    if translation is not None and not is_replayed(request):
        translation_edits.delete_any(alert.pk, translation)
    return HttpResponseRedirect(reverse("alerts:alert", args=[alert.pk]))


def _show(
    request: MemberRequest, alert: Alert, original: TranslatedText, form: TranslationForm
) -> HttpResponse:
    if not is_author(request.ring, alert):
        # The page shows what was written: it is a way of reading.
        spend(OPENED, request.user.pk)
    context = {
        "alert_id": alert.pk,
        "original": original,
        "language_name": _named(original.language),
        "version": alert.version,
        "form": form,
    }
    status = 400 if form.errors else 200
    if form.has_error(NON_FIELD_ERRORS, "spent"):
        status = 429
    return render(request, "alerts/translation_write.html", context, status=status)


def _named(code: str) -> str:
    return language_name(code, _language()) if code else ""


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
