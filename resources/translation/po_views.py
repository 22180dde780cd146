"""`/translate/<language>/<number>/po/`: a page as a file for other programs, and back again."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from resources.pages.models import Page
from resources.pages.roles import TRANSLATORS, translators_only
from resources.translation import po_files, po_import
from resources.translation.desk import Work
from resources.translation.po_files import FileError, Problem
from resources.translation.views import named, page_work
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import today
from safety_app.privacy.backends.uploads import takes_file
from safety_app.privacy.form_replay import is_replayed

_MOST_SAID = 20


@takes_file(*TRANSLATORS)
@translators_only
@require_http_methods(["GET", "HEAD", "POST"])
def po(request: MemberRequest, language: str, number: int) -> HttpResponse:
    """Where the file is fetched and brought back. All that is sound in it is taken, or nothing."""
    work = page_work(language, number)
    page = work.page
    if request.method != "POST" or is_replayed(request):
        return _show(request, work, language)
    file = request.FILES.get("file")
    if file is None:
        return _show(request, work, language, [Problem(0, "", _("Choose a file."))])
    file.seek(0)
    try:
        read = po_files.read(file.read())
        _check_it_is(read, page, language)
    except FileError as error:
        return _show(request, work, language, error.problems)
    summary = po_import.take_in(page, language, read.entries, request.ring, read.obsolete)
    context = _frame(work, language) | {"summary": summary}
    return render(request, "translation/po_imported.html", context)


@translators_only
@require_safe
def po_file(request: MemberRequest, language: str, number: int) -> HttpResponse:
    """The file: with the translation, or with `?empty` the originals alone."""
    page = page_work(language, number).page
    originals_only = "empty" in request.GET
    entries = po_import.entries_of(page, language, originals_only=originals_only)
    text = po_files.written(number, language, entries, today())
    name = f"page-{number}.pot" if originals_only else f"page-{number}-{language}.po"
    response = HttpResponse(text, content_type="text/x-gettext-translation; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _check_it_is(read: po_files.File, page: Page, language: str) -> None:
    """Raises FileError when the head names another page or language."""
    if read.page != str(page.number):
        raise FileError(Problem(0, "X-Page", _("This file is of another page.")))
    if read.language != language:
        raise FileError(Problem(0, "X-Language", _("This file is of another language.")))


def _frame(work: Work, language: str) -> dict[str, object]:
    return {"page": work.page, "title": work.title, "language": named(language)}


def _show(
    request: MemberRequest, work: Work, language: str, problems: Sequence[Problem] = ()
) -> HttpResponse:
    context = _frame(work, language) | {
        "problems": problems[:_MOST_SAID],
        "more": max(0, len(problems) - _MOST_SAID),
    }
    return render(request, "translation/po_show.html", context, status=400 if problems else 200)
