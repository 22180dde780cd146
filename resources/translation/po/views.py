"""`/translate/<language>/<number>/po/`: a page as a file for other programs, and back again."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from resources.pages.models import Page
from resources.roles import TRANSLATORS, translators_only
from resources.translation.desk import PageWork
from resources.translation.po import exchange, file_format
from resources.translation.po.file_format import PoFileError, PoProblem
from resources.translation.views import language_labels, page_work_or_404
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import today
from safety_app.privacy.backends.uploads import takes_file
from safety_app.privacy.form_replay import is_replayed

_MOST_SHOWN = 20


@takes_file(*TRANSLATORS)
@translators_only
@require_http_methods(["GET", "HEAD", "POST"])
def po_show(request: MemberRequest, language: str, number: int) -> HttpResponse:
    """Download and upload of the file. A malformed file changes nothing."""
    work = page_work_or_404(language, number)
    page = work.page
    if request.method != "POST" or is_replayed(request):
        return _show(request, work, language)
    file = request.FILES.get("file")
    if file is None:
        return _show(request, work, language, [PoProblem(0, "", _("Choose a file."))])
    file.seek(0)
    try:
        read = file_format.parse_po(file.read())
        _require_same_page(read, page, language)
    except PoFileError as error:
        return _show(request, work, language, error.problems)
    summary = exchange.import_page(page, language, read.entries, request.ring, read.obsolete)
    context = _frame(work, language) | {"summary": summary}
    return render(request, "translation/po_imported.html", context)


@translators_only
@require_safe
def po_file(request: MemberRequest, language: str, number: int) -> HttpResponse:
    """The file: with the translation, or with `?empty` the originals alone."""
    page = page_work_or_404(language, number).page
    originals_only = "empty" in request.GET
    entries = exchange.export_page(page, language, originals_only=originals_only)
    text = file_format.format_po(number, language, entries, today())
    name = f"page-{number}.pot" if originals_only else f"page-{number}-{language}.po"
    response = HttpResponse(text, content_type="text/x-gettext-translation; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _require_same_page(read: file_format.PoFile, page: Page, language: str) -> None:
    """Raises PoFileError when the head names another page or language."""
    if read.page != str(page.number):
        raise PoFileError(PoProblem(0, "X-Page", _("This file is of another page.")))
    if read.language != language:
        raise PoFileError(PoProblem(0, "X-Language", _("This file is of another language.")))


def _frame(work: PageWork, language: str) -> dict[str, object]:
    return {"page": work.page, "title": work.title, "language": language_labels(language)}


def _show(
    request: MemberRequest, work: PageWork, language: str, problems: Sequence[PoProblem] = ()
) -> HttpResponse:
    context = _frame(work, language) | {
        "problems": problems[:_MOST_SHOWN],
        "more": max(0, len(problems) - _MOST_SHOWN),
    }
    return render(request, "translation/po_show.html", context, status=400 if problems else 200)
