"""A member's translation of an alert's free text."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import OPENED, TRANSLATED
from alerts.flows import put_back, translation_edits, translations
from alerts.flows.lifecycle import is_author
from alerts.flows.translations import TranslatedText
from alerts.forms.translation import TEXTS, TranslationForm
from alerts.models import Alert, Translation
from alerts.sealing.keys import AlertKeys
from alerts.views import undo as undo_views
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.languages import language_name
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.ids import parse_id


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
def translate(request: MemberRequest, alert_id: int) -> HttpResponse:
    """Add a translation, change one's own (`change`, a language) or erase it (`erase`).

    A moderator can erase any (`take_away`, its row's id).
    """
    ring = request.ring
    try:
        alert, original = translation_edits.read_original(ring, alert_id)
    except translation_edits.NotThere:
        raise Http404 from None
    if request.method == "POST" and "erase" in request.POST:
        words = _("Nothing was changed.")
        if not is_replayed(request):
            translation_edits.erase(ring, alert.pk, request.POST["erase"])
            words = _("The translation is deleted.")
        notices.add(request, words)
        return HttpResponseRedirect(reverse("alerts:alert", args=[alert.pk]))
    if request.method == "POST" and "take_away" in request.POST:
        return _delete_any(request, alert)
    if request.method != "POST" or "change" in request.POST:
        return _form_page(request, alert, original, _initial_form(request, alert, original))
    form = TranslationForm(request.POST, original=original, language=_language())
    if form.is_valid() and _save(request, alert, form):
        notices.add(request, _("The translation is saved. It is shown below the note."))
        return HttpResponseRedirect(reverse("alerts:alert", args=[alert.pk]))
    return _form_page(request, alert, original, form)


def translations_of(
    ring: KeyRing, keys: AlertKeys, alert: Alert, language: str
) -> list[dict[str, Any]]:
    """The context of the translations on the alert's page."""
    return [
        {
            "id": item.pk,
            "content": item.content,
            "is_own": item.is_own,
            "language_name": language_name(item.content.language, language),
        }
        for item in translations.list_translations(ring, keys, alert, language)
    ]


def _initial_form(
    request: MemberRequest, alert: Alert, original: TranslatedText
) -> TranslationForm:
    """An empty form, or one with the translation that she wants to change."""
    initial: dict[str, Any] = {"version": alert.version}
    language = request.POST.get("change", "")
    if language:
        content = translation_edits.own_translation(request.ring, alert, language)
        if content is not None:
            initial |= {name: getattr(content, name) for name in TEXTS}
            initial["written_in"] = content.language
    return TranslationForm(original=original, language=_language(), initial=initial)


def _save(request: MemberRequest, alert: Alert, form: TranslationForm) -> bool:
    """Returns whether the translation was saved; otherwise the form says why not."""
    typed = form.cleaned_data
    content = TranslatedText(typed["written_in"], *(typed.get(name, "") for name in TEXTS))
    try:
        spend(TRANSLATED, request.user.pk)
        translation_edits.save(request.ring, alert.pk, typed["version"] or 0, content)
    except translation_edits.NotThere:
        raise Http404 from None
    except translation_edits.AlertCorrected:
        form.add_error(
            None,
            _("The note was changed while you wrote. Compare your words with it, and send again."),
        )
    except BudgetSpent as error:
        form.add_error(None, ValidationError(error.message, "spent"))
    return not form.errors


def _delete_any(request: MemberRequest, alert: Alert) -> HttpResponse:
    """Erase a translation as a moderator; one that is gone already changes nothing."""
    if not request.user.has_role("moderator"):
        raise Http404
    translation = parse_id(request.POST["take_away"])
    back, button = reverse("alerts:alert", args=[alert.pk]), None
    words = _("Nothing was changed.")
    if translation is not None and not is_replayed(request):
        kept = put_back.kept_row(request.ring, Translation, translation)
        if translation_edits.delete_any(alert.pk, translation):
            button = undo_views.button(request, undo_views.ROW, kept, back)
            words = _("The translation is deleted.")
    notices.add(request, words, button)
    return HttpResponseRedirect(back)


def _form_page(
    request: MemberRequest, alert: Alert, original: TranslatedText, form: TranslationForm
) -> HttpResponse:
    if not is_author(request.ring, alert):
        # The page shows the original, so it counts as opening the alert.
        spend(OPENED, request.user.pk)
    context = {
        "alert_id": alert.pk,
        "original": original,
        "language_name": _language_name(original.language),
        "version": alert.version,
        "form": form,
    }
    status = 400 if form.errors else 200
    if form.has_error(NON_FIELD_ERRORS, "spent"):
        status = 429
    return render(request, "alerts/translation_write.html", context, status=status)


def _language_name(code: str) -> str:
    return language_name(code, _language()) if code else ""


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
