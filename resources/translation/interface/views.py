"""`/translate/<language>/texts/`: the site's own texts, and other words for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from resources.roles import translators_only
from resources.text.word_diff import diff_words
from resources.translation.budgets import SUGGESTIONS
from resources.translation.forms import LevelForm
from resources.translation.glossary import matches
from resources.translation.interface import catalogue, overrides
from resources.translation.interface.catalogue import CatalogueText
from resources.translation.interface.forms import InterfaceTextForm
from resources.translation.interface.overrides import Faulty, NotAllowed, Overrides
from resources.translation.interface.stored_forms import forms_of
from resources.translation.models import InterfaceOverride
from resources.translation.review import UnsavedEdit
from resources.translation.segment_views import CONFLICTS, REFUSALS
from resources.translation.submissions import SavedMeanwhile
from resources.translation.views import language_labels, language_or_404
from safety_app import notices
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales import catalogue_files
from safety_app.locales.catalogue_checks import PLACEHOLDER
from safety_app.locales.dates import today
from safety_app.locales.page_languages import direction
from safety_app.locales.translation_states import HOW_FAR, review_levels
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.paging import part_of

LONGEST_QUERY = 80
MOST_FOUND = 30
SECOND_PERSON = gettext_lazy(
    "Someone other than the writer reviews it. If it is about health, that is an editor."
)
NOTICES = {
    "save": gettext_lazy("Saved. Now waiting for review."),
    "approve": gettext_lazy("Reviewed. Readers see it now."),
    "take_back": gettext_lazy("Readers see the program's own words again."),
    "delete": gettext_lazy("The translation is deleted."),
}
State = InterfaceOverride.State


@translators_only
@require_safe
def texts_list(request: MemberRequest, language: str) -> HttpResponse:
    """Find a text; else those that wait, those in use, or those whose English has changed."""
    shown = _language_or_404(language)
    query = " ".join(request.GET.get("q", "")[:LONGEST_QUERY].split())
    show = request.GET.get("show", "")
    if query:
        rows = [_found_row(text) for text in catalogue.find(language, query, MOST_FOUND)]
    else:
        rows = [_stored_row(language, row) for row in _stored(language, show)]
    part = part_of(rows, request.GET.get("page", ""))
    context = {"language": shown, "query": query, "show": show, "part": part}
    return render(request, "translation/texts_list.html", context)


@translators_only
@require_http_methods(["GET", "HEAD", "POST"])
def text_show(request: MemberRequest, language: str, key: str) -> HttpResponse:
    """One text: suggest another, review it, take it back."""
    _language_or_404(language)
    text = catalogue.texts(language).get(key)
    there = overrides.stored(language, key)
    if text is None:
        return _show_outdated(request, language, there)
    if request.method != "POST":
        return _show(request, language, text, there, _form(language, text, there))
    form = _form(language, text, there, request.POST)
    button = next((name for name in NOTICES if name in request.POST), "")
    if is_replayed(request) or not button or not form.is_valid():
        return _show(request, language, text, there, form, kept=True)
    _spend(request)
    try:
        changed = _press(request, button, language, text, there, form)
    except Faulty as faulty:
        form.add_faults(faulty.faults)
    except SavedMeanwhile:
        form.add_error(None, CONFLICTS[SavedMeanwhile])
        return _show(request, language, text, overrides.stored(language, key), form, conflict=True)
    except NotAllowed:
        form.add_error("form_0", SECOND_PERSON)
    except UnsavedEdit:
        form.add_error("form_0", REFUSALS[UnsavedEdit])
    if form.errors:
        return _show(request, language, text, there, form, kept=True)
    notices.add(request, NOTICES[button] if changed else _("Nothing was changed."))
    return HttpResponseRedirect(reverse("translation:text", args=[language, key]))


def _press(
    request: MemberRequest,
    button: str,
    language: str,
    text: CatalogueText,
    there: Overrides,
    form: InterfaceTextForm,
) -> bool:
    """Do what the button says. Returns whether anything changed."""
    ring, base = request.ring, request.POST.get("base", "")
    if button == "take_back":
        overrides.take_back(language, text, base, ring, today())
        return True
    if button == "delete":
        overrides.delete_suggestion(language, text.key, base)
        return True
    forms = overrides.tidied(language, text, form.typed_forms)
    if not all(forms):
        form.add_error("form_0", _("There is no text yet."))
        return False
    if button == "save":
        return overrides.suggest(language, text, forms, base, ring, today())
    if there.waiting is not None and there.base == base and forms_of(there.waiting) != forms:
        raise UnsavedEdit
    level = LevelForm(request.POST, review_levels(text.is_about_health)).chosen
    overrides.approve(language, text, base, request.user, ring, today(), level)
    return True


def _spend(request: MemberRequest) -> None:
    """Count one. Raises BudgetSpent."""
    spend(SUGGESTIONS, request.user.pk)


def _language_or_404(language: str) -> dict[str, str]:
    shown = language_or_404(language)
    if language not in catalogue_files.languages():
        raise Http404
    return shown


def _stored(language: str, show: str) -> list[InterfaceOverride]:
    rows = InterfaceOverride.objects.filter(language=language).order_by("day", "pk")
    if show == "changed":
        return [row for row in rows if row.key not in catalogue.texts(language)]
    state = State.APPROVED if show == "reviewed" else State.WAITING
    known = catalogue.texts(language)
    return [row for row in rows if row.state == state and row.key in known]


def _found_row(text: CatalogueText) -> dict[str, Any]:
    return {"key": text.key, "english": text.text.english, "forms": text.forms}


def _stored_row(language: str, row: InterfaceOverride) -> dict[str, Any]:
    return {
        "key": row.key,
        "english": row.english,
        "forms": forms_of(row),
        "day": row.day,
    }


def _form(
    language: str, text: CatalogueText, there: Overrides, typed: Any = None
) -> InterfaceTextForm:
    newest = forms_of(there.waiting) if there.waiting else overrides.shown_forms(text, there)
    return InterfaceTextForm(typed, language=language, text=text, forms=newest)


def _show(
    request: MemberRequest,
    language: str,
    text: CatalogueText,
    there: Overrides,
    form: InterfaceTextForm,
    *,
    kept: bool = False,
    conflict: bool = False,
) -> HttpResponse:
    """Render the page. With `kept`, the form carries the digest of what she saw at first."""
    waiting, shown = there.waiting, overrides.shown_forms(text, there)
    waits = forms_of(waiting) if waiting else ()
    own = waiting is not None and overrides.is_own(request.ring, waiting)
    context = {
        "language": language_labels(language),
        "english": language_labels("en"),
        "text": text,
        "there": there,
        "form": form,
        "base": request.POST.get("base", "") if kept else there.base,
        "theirs": waits if conflict else (),
        "shown": shown,
        "changes": diff_words(_lines(language, shown), _lines(language, waits)) if waits else [],
        "own": own,
        "may_approve": overrides.may_approve(request.user, request.ring, text, there),
        "levels": LevelForm(None, review_levels(text.is_about_health)),
        "state": overrides.shown_state(language, text, there),
        "how_far": HOW_FAR,
        "second_person": SECOND_PERSON,
        "words": matches.advice_in_text(" ".join(text.text.sources), "en", language),
    }
    return render(request, "translation/text_write.html", context, status=409 if conflict else 200)


def _show_outdated(request: MemberRequest, language: str, there: Overrides) -> HttpResponse:
    """What is left of a text that the program has not any more, to read and to delete."""
    row = there.approved or there.waiting
    if row is None:
        raise Http404
    if request.method == "POST" and "delete" in request.POST and not is_replayed(request):
        _spend(request)
        overrides.delete_outdated(language, row.key)
        notices.add(request, NOTICES["delete"])
        return HttpResponseRedirect(reverse("translation:texts", args=[language]))
    context = {
        "language": language_labels(language),
        "english": language_labels("en"),
        "row": row,
        "forms": forms_of(row),
    }
    return render(request, "translation/text_outdated.html", context)


def _lines(language: str, forms: Sequence[str]) -> str:
    """Forms to read, one below the other; among words from right to left, signs kept apart."""
    lines = "\n".join(forms)
    turned = direction(language) == "rtl"
    return PLACEHOLDER.sub("\u2066\\g<0>\u2069", lines) if turned else lines
