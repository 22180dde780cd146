"""`/translate/<language>/<number>/<segment>/`: one text, beside its original."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from resources.pages.models import HEALTH_TOPICS, Segment
from resources.pages.versions import source_with_digest
from resources.roles import translators_only
from resources.text.segments import digest
from resources.text.word_diff import WordChange, diff_words
from resources.translation import desk, remarks, review, submissions
from resources.translation.checks import tidy_translation, translation_problems
from resources.translation.desk import PageWork, SegmentWork
from resources.translation.forms import LevelForm, TextForm
from resources.translation.glossary import matches
from resources.translation.submissions import Submission
from resources.translation.views import language_labels, notice_of, own_waiting, page_work_or_404
from safety_app import notices
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import today
from safety_app.locales.translation_states import HOW_FAR, review_levels
from safety_app.privacy import errors
from safety_app.privacy.form_replay import is_replayed

# Something else is there than what she saw: the page shows both.
CONFLICTS = {
    submissions.SourceChanged: gettext_lazy(
        "The original changed while you were writing. Your text is still here. Look at what "
        "changed, then save again."
    ),
    submissions.SavedMeanwhile: gettext_lazy(
        "Someone else changed this text meanwhile. Nothing was overwritten: both are here. "
        "If you save again, yours takes the place of theirs."
    ),
}
REFUSALS = {
    review.NotReady: gettext_lazy(
        "It cannot be marked as reviewed yet: it is a draft, or the original changed after "
        "it was translated."
    ),
    review.OwnText: gettext_lazy(
        "You wrote this text. On a page about health or the law, someone else reviews it."
    ),
    review.UnsavedEdit: gettext_lazy(
        "You changed the text. Save it first; then someone else reviews it."
    ),
}
_BUTTONS = ("next", "save", "approve", "back")


@translators_only
@require_http_methods(["GET", "HEAD", "POST"])
def segment_show(
    request: MemberRequest, language: str, number: int, segment_id: int
) -> HttpResponse:
    """Translate, review or send back one text."""
    work = page_work_or_404(language, number)
    if request.method == "POST" and _is_removed(work, segment_id):
        return _segment_removed(request)
    piece = _find_piece(work, segment_id)
    button = next((name for name in _BUTTONS if name in request.POST), "")
    if request.method != "POST":
        return _show(request, work, piece, language, _form(piece, language))
    form = _form(piece, language, request.POST)
    if is_replayed(request) or not button or not form.is_valid():
        return _show(request, work, piece, language, form, kept=True)
    typed = Submission(
        text=tidy_translation(piece.segment.role, form.cleaned_data["text"]),
        fuzzy=form.cleaned_data["fuzzy"],
        source_digest=request.POST.get("source_digest", ""),
        base=request.POST.get("base", ""),
    )
    try:
        notice = _press_button(request, button, work, piece, language, form, typed)
    except submissions.SegmentRemoved:
        return _segment_removed(request)
    except tuple(CONFLICTS) as conflict:
        form.add_error(None, CONFLICTS[type(conflict)])
        return _conflict(request, number, segment_id, language, form)
    except tuple(REFUSALS) as refusal:
        form.add_error("text", REFUSALS[type(refusal)])
    if form.errors:
        return _show(request, work, piece, language, form, kept=True)
    return _go_on(request, button, notice, number, segment_id, language)


def _press_button(
    request: MemberRequest,
    button: str,
    work: PageWork,
    piece: SegmentWork,
    language: str,
    form: TextForm,
    typed: Submission,
) -> str:
    """Do what the button says. Returns a key of NOTICES; problems become errors of the form."""
    segment, ring = piece.segment, request.ring
    if button == "back":
        return _send_back(request, piece, language, form, typed)
    source = piece.texts.source.text
    if digest(source) == typed.source_digest and _has_errors(piece, form, typed):
        return ""
    if button == "approve":
        level = LevelForm(request.POST, review_levels(work.page.topic in HEALTH_TOPICS)).chosen
        review.approve(work.page, segment, language, ring, typed, level)
        return "approved"
    if not submissions.save_submission(segment, language, ring, typed):
        return "same"
    return "look" if _warnings(work, piece, language, typed.text) else "saved"


def _send_back(
    request: MemberRequest, piece: SegmentWork, language: str, form: TextForm, typed: Submission
) -> str:
    reason = form.cleaned_data["reason"]
    if not reason:
        form.add_error("reason", _("Say in a few words what should change."))
        return ""
    segment, ring = piece.segment, request.ring
    try:
        review.send_back_translation(segment, language, ring, typed.base, reason, today())
    except remarks.TooManyRemarks:
        form.add_error("reason", _("There are 50 open remarks here. Settle some of them first."))
    return "back"


def _has_errors(piece: SegmentWork, form: TextForm, typed: Submission) -> bool:
    """Add the text's errors to the form. Returns whether there are any."""
    for problem in translation_problems(piece.segment.role, piece.texts.source.text, typed.text):
        if problem.blocks:
            form.add_error("text", problem.message)
    return bool(form.errors)


def _warnings(work: PageWork, piece: SegmentWork, language: str, text: str) -> list[str]:
    """Possible problems of a text, for a person to judge."""
    source = piece.texts.source.text
    messages = [
        problem.message
        for problem in translation_problems(piece.segment.role, source, text)
        if not problem.blocks
    ]
    return messages + matches.glossary_warnings(source, text, work.page.source_language, language)


def _go_on(
    request: MemberRequest, button: str, notice: str, number: int, segment_id: int, language: str
) -> HttpResponse:
    """Redirect to the same text, or to the next one on the page, which says what was done."""
    notices.add(request, notice_of(notice, language))
    name, to = "translation:segment", segment_id
    if button != "save" and notice != "look":
        work = page_work_or_404(language, number)
        places = [
            place for place, piece in enumerate(work.pieces) if piece.segment.pk == segment_id
        ]
        place = places[0] if places else -1
        following = desk.next_segment(work, own_waiting(work, request.ring), place)
        if following is None:
            address = reverse("translation:page", args=[language, number])
            return HttpResponseRedirect(address)
        to = following.segment.pk
    return HttpResponseRedirect(reverse(name, args=[language, number, to]))


def _conflict(
    request: MemberRequest, number: int, segment_id: int, language: str, form: TextForm
) -> HttpResponse:
    """The form with what is stored now; what was typed is kept."""
    work = page_work_or_404(language, number)
    piece = _find_piece(work, segment_id)
    newest = piece.texts.newest
    seen = request.POST.get("source_digest", "")
    theirs = (
        newest.text
        if newest and submissions.base_of(piece.texts) != request.POST.get("base")
        else ""
    )
    extra: dict[str, Any] = {
        "theirs": theirs,
        "their_changes": diff_words(theirs, form.cleaned_data["text"]) if theirs else [],
        "original_changes": _original_changes(work, piece, seen),
    }
    return _show(request, work, piece, language, form, **extra)


def _original_changes(work: PageWork, piece: SegmentWork, source_digest: str) -> list[WordChange]:
    """Changes of the original since the text with this digest; empty if that is unknown."""
    source = piece.texts.source.text
    if not source_digest or source_digest == digest(source):
        return []
    older = source_with_digest(work.page, piece.segment.role, source_digest)
    return diff_words(older, source) if older is not None else []


def _find_piece(work: PageWork, segment_id: int) -> SegmentWork:
    piece = next((piece for piece in work.pieces if piece.segment.pk == segment_id), None)
    if piece is None:
        raise Http404
    return piece


def _is_removed(work: PageWork, segment_id: int) -> bool:
    return Segment.objects.filter(pk=segment_id, page=work.page, position__isnull=True).exists()


def _segment_removed(request: MemberRequest) -> HttpResponse:
    """An editor removed the paragraph meanwhile: show her text, so that it is not lost."""
    words = _("It was removed from the page while you were writing. This is what you wrote:")
    text = tidy_translation("body", request.POST.get("text", ""))
    return errors.page(request, 409, _("This paragraph is no longer needed"), f"{words} {text}")


def _form(piece: SegmentWork, language: str, typed: Any = None) -> TextForm:
    newest = piece.texts.newest
    initial = {"text": newest.text, "fuzzy": newest.fuzzy} if newest else {}
    return TextForm(typed, language=language, source=piece.texts.source.text, initial=initial)


def _show(
    request: MemberRequest,
    work: PageWork,
    piece: SegmentWork,
    language: str,
    form: TextForm,
    *,
    kept: bool = False,
    **extra: Any,
) -> HttpResponse:
    """Render the page. With `kept`, the form carries the digests of what she saw at first."""
    texts, page = piece.texts, work.page
    newest, ring = texts.newest, request.ring
    standing = texts.standing if texts.waiting is not None else None
    order = [each.segment.pk for each in work.pieces]
    context = {
        "language": language_labels(language),
        "source": language_labels(page.source_language),
        "work": work,
        "piece": piece,
        "place": order.index(piece.segment.pk) + 1,
        "form": form,
        "source_digest": request.POST.get("source_digest", "")
        if kept
        else digest(texts.source.text),
        "base": request.POST.get("base", "") if kept else submissions.base_of(texts),
        "original_changes": _original_changes(work, piece, newest.source_digest) if newest else [],
        "outdated": newest is not None and not texts.is_current(newest),
        "standing": standing,
        "own_changes": diff_words(standing.text, newest.text) if standing and newest else [],
        "own": texts.waiting is not None and submissions.is_own(ring, texts.waiting),
        "may_approve": review.may_approve(page, texts, ring),
        "levels": LevelForm(None, review_levels(page.topic in HEALTH_TOPICS)),
        "how_far": HOW_FAR,
        "may_send_back": review.may_send_back(texts, ring),
        "warnings": _warnings(work, piece, language, newest.text) if newest else [],
        "words": matches.advice_in_text(texts.source.text, page.source_language, language),
        "remarks": remarks.remarks_on([piece.segment.pk], language, ring).get(piece.segment.pk, []),
    } | extra
    return render(request, "translation/translation_write.html", context)
