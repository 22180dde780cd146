"""`/translate/glossary/`: the words translators agreed on, for everybody at the desk to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from resources.roles import translators_only
from resources.translation.glossary import entries
from resources.translation.glossary.entries import DuplicateTerm, TermChanged
from resources.translation.glossary.forms import TermForm
from resources.translation.glossary.matches import fold, says_something, split_list
from resources.translation.models import Term
from safety_app import notices
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.page_languages import for_pages
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.paging import part_of

LONGEST_QUERY = 80


@translators_only
@require_safe
def terms_list(request: MemberRequest, language: str = "") -> HttpResponse:
    """All words, or those for one language; filtered by a query.

    The form of the list itself gives the language as a field.
    """
    language = language or request.GET.get("language", "")
    if language and language not in for_pages():
        raise Http404
    query = " ".join(request.GET.get("q", "")[:LONGEST_QUERY].split())
    rows = [
        row
        for row in entries.all_terms()
        if _counts_for(row, language) and fold(query) in _all_words(row)
    ]
    part = part_of(rows, request.GET.get("page", ""))
    context = {
        "query": query,
        "language": language,
        "into": for_pages(),
        "count": len(rows),
        "rows": [_term_row(row) for row in part.rows],
        "part": part,
    }
    return render(request, "translation/glossary_list.html", context)


@translators_only
@require_http_methods(["GET", "HEAD", "POST"])
def term_new(request: MemberRequest) -> HttpResponse:
    """A new word; its languages may be given in the address."""
    initial = {name: request.GET.get(name, "") for name in ("source_language", "language")}
    if initial["source_language"] not in dict(settings.LANGUAGES):
        del initial["source_language"]
    if initial["language"] not in for_pages():
        del initial["language"]
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial)
    if (
        _is_submitted(request)
        and form.is_valid()
        and _saved(form, lambda: entries.add_term(form.entry))
    ):
        notices.add(request, _("The word is added."))
        return _back(form.entry.language)
    return render(request, "translation/term_edit.html", {"form": form, "new": True})


@translators_only
@require_http_methods(["GET", "HEAD", "POST"])
def term_edit(request: MemberRequest, term_id: int) -> HttpResponse:
    """Change a word. If somebody else changed it meanwhile, both versions are shown."""
    row = _find_row(term_id)
    if row is None:
        return _term_removed(request)
    before = entries.entry_of(row)
    initial = {name: getattr(before, name) for name in entries.COLUMNS}
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial)
    was = request.POST.get("was", "")
    changed = False
    if _is_submitted(request) and form.is_valid():
        try:
            if _saved(form, lambda: entries.change_term(row.pk, form.entry, was)):
                notices.add(request, _("The word is changed."))
                return _back(form.entry.language)
        except TermChanged:
            changed = True
        except Term.DoesNotExist:
            raise Http404 from None
    context = {
        "form": form,
        "row": row,
        "was": was if request.method == "POST" and not changed else entries.entry_digest(row),
        "now": _term_row(row) if changed else None,
    }
    status = 409 if changed else 200
    return render(request, "translation/term_edit.html", context, status=status)


@translators_only
@require_http_methods(["GET", "HEAD", "POST"])
def term_delete(request: MemberRequest, term_id: int) -> HttpResponse:
    """Ask for confirmation, then remove it."""
    row = _find_row(term_id)
    if row is None:
        raise Http404
    if _is_submitted(request):
        entries.remove_term(row.pk)
        notices.add(request, _("The word is deleted."))
        return _back(row.language)
    return render(request, "translation/term_delete.html", {"row": row})


def _find_row(pk: int) -> Term | None:
    row = Term.objects.filter(pk=pk).first()
    return row if row is not None and says_something(row) else None


def _term_removed(request: MemberRequest) -> HttpResponse:
    """Somebody removed the word meanwhile: what she typed can be added as a new one."""
    if request.method != "POST":
        raise Http404
    context = {"form": TermForm(request.POST), "new": True, "gone": True}
    return render(request, "translation/term_edit.html", context, status=409)


def _is_submitted(request: MemberRequest) -> bool:
    return request.method == "POST" and not is_replayed(request)


def _saved(form: TermForm, keep: Callable[[], object]) -> bool:
    """Save the entry; a duplicate word becomes an error of the form."""
    try:
        keep()
    except DuplicateTerm:
        form.add_error("term", _("This word is in the glossary already, for the same language."))
        return False
    return True


def _back(language: str) -> HttpResponse:
    shown = [language] if language in for_pages() else []
    return HttpResponseRedirect(reverse("translation:glossary", args=shown))


def _counts_for(row: Term, language: str) -> bool:
    return not language or row.language in ("", language)


def _all_words(row: Term) -> str:
    return fold(f"{row.term}\n{row.preferred}\n{row.avoided}\n{row.note}")


def _term_row(row: Term) -> dict[str, Any]:
    return {
        "row": row,
        "language": for_pages().get(row.language, row.language),
        "preferred": split_list(row.preferred),
        "avoided": split_list(row.avoided),
    }
