"""`/translate/remarks/`: what translators ask and tell one another about a text."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from resources.pages.models import Segment, SegmentText
from resources.roles import translators_only
from resources.translation import remarks
from resources.translation.desk import excerpt
from resources.translation.forms import RemarkForm
from resources.translation.models import Remark
from resources.translation.views import language_labels
from safety_app import notices
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import today
from safety_app.locales.page_languages import for_pages
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.paging import part_of


@translators_only
@require_safe
def remarks_list(request: MemberRequest) -> HttpResponse:
    """All open remarks, or only those about originals, which editors can act on."""
    originals_only = request.GET.get("about") == "originals"
    placed = remarks.all_remarks(request.ring, originals_only=originals_only)
    part = part_of(placed, request.GET.get("page", ""))
    context = {
        "originals_only": originals_only,
        "rows": [_row(place) for place in part.rows],
        "part": part,
    }
    return render(request, "translation/remarks_list.html", context)


@translators_only
@require_http_methods(["GET", "HEAD", "POST"])
def remark_new(request: MemberRequest, segment_id: int) -> HttpResponse:
    """Add a remark to a text. `at` is the language she is working in."""
    segment = get_object_or_404(
        Segment.objects.select_related("page"),
        pk=segment_id,
        position__isnull=False,
        page__published=True,
    )
    at = _at(request, segment.page.source_language)
    typed = request.POST if request.method == "POST" else None
    form = RemarkForm(typed, segment.page.source_language, at)
    if typed is not None and not is_replayed(request) and form.is_valid():
        cleaned = form.cleaned_data
        try:
            remarks.add_remark(segment, cleaned["language"], cleaned["text"], request.ring, today())
        except remarks.TooManyRemarks:
            form.add_error("text", _("There are 50 open remarks here. Settle some of them first."))
        else:
            notices.add(request, _("The remark is added."))
            return _back(at, segment)
    source = SegmentText.objects.filter(
        segment=segment, language=segment.page.source_language
    ).first()
    context = {
        "form": form,
        "at": at,
        "back": _back(at, segment)["Location"],
        "page": segment.page,
        "source": excerpt(source.text) if source else "",
    }
    return render(request, "translation/remark_write.html", context)


@translators_only
@require_http_methods(["GET", "HEAD", "POST"])
def remark_settle(request: MemberRequest, remark_id: int) -> HttpResponse:
    """Ask for confirmation, then erase it. The second to confirm finds it settled."""
    remark = Remark.objects.select_related("segment__page").filter(pk=remark_id).first()
    if remark is None:
        if request.method != "POST":
            raise Http404
        notices.add(request, _("Someone else had settled it already."))
        return HttpResponseRedirect(reverse("translation:remarks"))
    at = _at(request, remark.segment.page.source_language)
    if request.method == "POST" and not is_replayed(request):
        remarks.settle_remark(remark.pk)
        notices.add(request, _("The remark is settled, and deleted."))
        return _back(at, remark.segment)
    context = {"remark": remark, "at": at, "back": _back(at, remark.segment)["Location"]}
    return render(request, "translation/remark_settle.html", context)


def _at(request: MemberRequest, source_language: str) -> str:
    """The language she came from, if the page is translated into it; else empty."""
    asked = request.POST if request.method == "POST" else request.GET
    code = asked.get("at", "")
    return code if code in for_pages() and code != source_language else ""


def _back(at: str, segment: Segment) -> HttpResponseRedirect:
    """Redirect to the text she was working on, else to the list."""
    if not at or segment.position is None or not segment.page.published:
        return HttpResponseRedirect(reverse("translation:remarks"))
    where = [at, segment.page.number, segment.pk]
    return HttpResponseRedirect(reverse("translation:segment", args=where))


def _row(place: remarks.PlacedRemark) -> dict[str, Any]:
    """For the template. A remark about a language leads to the text in that language."""
    code = place.remark.language
    is_here = place.segment.position is not None and code in for_pages()
    where = [code, place.page.number, place.segment.pk]
    return {
        "remark": place.remark,
        "page": place.page,
        "title": place.title,
        "source": excerpt(place.source),
        "gone": place.segment.position is None,
        "about": language_labels(code) if code in for_pages() else {"code": code, "name": code},
        "address": reverse("translation:segment", args=where)
        if is_here and code != place.page.source_language
        else reverse("pages:page", args=[place.page.number]),
    }
