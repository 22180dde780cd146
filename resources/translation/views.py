"""`/translate/`: the languages, a language's desk, a page's texts. For translators and editors."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from resources.roles import translators_only
from resources.translation import bookmarks, desk, page_preview, remarks
from resources.translation.progress import progress_of, progress_together
from resources.translation.submissions import is_own
from safety_app import notices
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales import catalogue_files
from safety_app.locales.dates import today
from safety_app.locales.page_languages import direction, for_pages, is_spoken, own_name, shown_in
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.numbers import parse_number

# What the page after a button says.
NOTICES = {
    "saved": gettext_lazy("Saved. Now waiting for review."),
    "look": gettext_lazy("Saved. Please look at the hints below again."),
    "same": gettext_lazy("Nothing was changed."),
    "approved": gettext_lazy("Reviewed. Readers see it now."),
    "back": gettext_lazy("Sent back, with your reason."),
}
NOT_SPOKEN = gettext_lazy("Readers see these pages once the site itself speaks this language.")


@translators_only
@require_safe
def choose(request: MemberRequest) -> HttpResponse:
    """All languages with their progress; first the site's and those she has a bookmark in."""
    at_work = bookmarks.last_seen(request.ring)
    first: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for code, name, percent, pages in desk.language_progress():
        spoken = is_spoken(code)
        # Of the other languages only what somebody began: the page stays one for a phone.
        begun = [page for page in pages if spoken or page[1]]
        row = {"code": code, "name": name, "percent": percent, "pages": begun, "spoken": spoken}
        (first if spoken or code in at_work else others).append(row)
    context = {"first": first, "others": others, "not_spoken": NOT_SPOKEN}
    return render(request, "translation/languages_list.html", context)


@translators_only
@require_safe
def desk_show(request: MemberRequest, language: str) -> HttpResponse:
    """What changed since her last visit, and the work left."""
    shown = language_or_404(language)
    pages = desk.find_work(language)
    seen = bookmarks.last_seen(request.ring).get(language)
    context = {
        "language": shown,
        "not_spoken": "" if is_spoken(language) else NOT_SPOKEN,
        "has_texts": language in catalogue_files.languages(),
        "changes": desk.changed_pages(pages, seen, today()),
        "first_time": seen is None,
        "serial": desk.last_serial(),
        "rows": [work_row(work) for work in pages],
        "progress": progress_together([work.counts for work in pages]),
    }
    return render(request, "translation/language_show.html", context)


@translators_only
@require_POST
def seen(request: MemberRequest, language: str) -> HttpResponse:
    """Move her bookmark to what the page showed; after a lock the button is pressed again."""
    language_or_404(language)
    serial = parse_number(request.POST.get("serial", ""), 9)
    words = _("Nothing was changed.")
    if serial is not None and not is_replayed(request):
        bookmarks.mark_seen(request.ring, language, min(serial, desk.last_serial()), today())
        words = _("Marked as read.")
    notices.add(request, words)
    return HttpResponseRedirect(reverse("translation:desk", args=[language]))


@translators_only
@require_safe
def page_show(request: MemberRequest, language: str, number: int) -> HttpResponse:
    """Every text of a page in order, and what to do next."""
    work = page_work_or_404(language, number)
    context = {
        "language": language_labels(language),
        "row": work_row(work),
        "remarked": remarks.remarks_on(
            [piece.segment.pk for piece in work.pieces], language, request.ring
        ),
        "next": desk.next_segment(work, own_waiting(work, request.ring)),
    }
    return render(request, "translation/translation_list.html", context)


@translators_only
@require_safe
def preview(request: MemberRequest, language: str, number: int) -> HttpResponse:
    """The page at a phone's width, after approval of everything waiting or as it is now."""
    original = page_work_or_404(language, number).page.source_language
    as_now, mirrored = "now" in request.GET, "mirror" in request.GET
    shown = language_labels(language)
    frame = "rtl" if (shown["direction"] == "rtl") != mirrored else "ltr"
    context = {
        "language": shown,
        # The words of the frame; where the site does not speak the language, in hers.
        "shown_in": language if is_spoken(language) else shown_in(),
        "source": language_labels(original),
        "source_address": translate_url(reverse("pages:page", args=[number]), original),
        "number": number,
        "rendered": page_preview.render_translated(number, language, as_now=as_now),
        "as_now": as_now,
        "mirrored": mirrored,
        "frame": frame,
    }
    return render(request, "translation/translation_preview.html", context)


def notice_of(done: str, language: str) -> str | Promise:
    """What the page after a button says about it; `done` is a key of NOTICES."""
    return NOT_SPOKEN if done == "approved" and not is_spoken(language) else NOTICES[done]


def language_labels(language: str) -> dict[str, str]:
    """A language's code, own name and direction."""
    return {"code": language, "name": own_name(language), "direction": direction(language)}


def language_or_404(language: str) -> dict[str, str]:
    """The same. Raises Http404 for a language that pages are not translated into."""
    if language not in for_pages():
        raise Http404
    return language_labels(language)


def page_work_or_404(language: str, number: int) -> desk.PageWork:
    """The work on a published page in a language. Raises Http404 if there is none."""
    language_or_404(language)
    pages = desk.find_work(language, number)
    if not pages:
        raise Http404
    return pages[0]


def work_row(work: desk.PageWork) -> dict[str, Any]:
    """A page with how far it is, most urgent state first."""
    return {
        "work": work,
        "source": language_labels(work.page.source_language),
        "progress": progress_of(work.counts),
    }


def own_waiting(work: desk.PageWork, ring: KeyRing) -> set[int]:
    """Ids of segments with a waiting text of hers that somebody else has to approve."""
    if not work.page.needs_second_person:
        return set()
    return {
        piece.segment.pk
        for piece in work.pieces
        if piece.texts.waiting is not None and is_own(ring, piece.texts.waiting)
    }
