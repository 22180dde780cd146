"""`/r/edit/`, `/r/new/` and one page's editor: only editors write, moderators may look.

Whoever has no business here gets 404, as if nothing were there. No address, no log and no table
says who wrote what.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from resources.freshness import is_old
from resources.pages.editing import checks
from resources.pages.editing import drafts as drafts_flow
from resources.pages.editing.content import (
    NEVER_CHECKED,
    PageContent,
    content_of,
    needs_second_review,
    newest_content,
    public_titles,
    published_content,
    unpublished_version,
)
from resources.pages.editing.forms import PageForm
from resources.pages.editing.presentation import compare, render_preview
from resources.pages.models import Page, Version
from resources.pages.versions import published
from resources.roles import editors_and_moderators, editors_only
from safety_app import notices
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import today
from safety_app.locales.page_languages import direction, own_name, shown_in
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.ids import parse_id, random_id
from safety_app.privacy.numbers import parse_number

_PUBLISHED = gettext_lazy("It is published. Readers see it now.")
_DRAFT_SAVED = gettext_lazy("The draft is saved. Readers do not see it yet.")


@editors_and_moderators
@require_http_methods(["GET", "HEAD"])
def pages_edit(request: MemberRequest) -> HttpResponse:
    """All pages; those not checked for six months are marked."""
    drafts = {row.page_id: row for row in Version.objects.exclude(state=Version.State.PUBLISHED)}
    titles = public_titles()
    rows = [
        {
            "page": page,
            "title": drafts[page.pk].title if page.pk in drafts else titles.get(page.pk, ""),
            "draft": drafts.get(page.pk),
            "old": page.published and is_old(page.checked, today()),
        }
        for page in Page.objects.order_by("number")
    ]
    context = {"rows": rows, "can_edit": request.user.has_role("editor")}
    return render(request, "pages/pages_edit.html", context)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def page_new(request: MemberRequest) -> HttpResponse:
    """A new page, in the language of the address."""
    language = shown_in()
    typed = request.POST if request.method == "POST" else None
    row = _page_id(typed.get("row", "")) if typed is not None else random_id()
    form = PageForm(typed, language=language, now=None)
    page = Page(pk=row, number=0, source_language=language, checked=NEVER_CHECKED, published=False)
    if (
        typed is not None
        and not is_replayed(request)
        and form.is_valid()
        and "preview" not in typed
    ):
        try:
            page = drafts_flow.create_page(row, language, form.content, request.ring)
        except drafts_flow.DraftChanged:
            form.add_error(None, _("This page was stored already. Open it in the list of pages."))
        except drafts_flow.NoPageNumberLeft:
            form.add_error(None, _("There are too many pages. Remove one first."))
        else:
            return _after_creation(request, page, form.content)
    return _render_form(request, page, form, new=True)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def page_edit(request: MemberRequest, number: int) -> HttpResponse:
    """One page: preview, save as a draft, publish or ask a second person."""
    page = get_object_or_404(Page, number=number)
    typed = request.POST if request.method == "POST" else None
    older = _older_content(page, request.GET.get("from", "")) if typed is None else None
    now = newest_content(page)
    form = PageForm(typed, language=page.source_language, now=older or now)
    conflict: drafts_flow.DraftChanged | None = None
    if (
        typed is not None
        and not is_replayed(request)
        and form.is_valid()
        and "preview" not in typed
    ):
        try:
            return _store(request, page, form.content)
        except drafts_flow.DraftChanged as changed:
            conflict = changed
        except _Blocked:
            pass
    return _render_form(request, page, form, conflict=conflict, restored=older is not None)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def draft_discard(request: MemberRequest, number: int) -> HttpResponse:
    """Ask for confirmation, then discard the draft."""
    page = get_object_or_404(Page, number=number)
    draft = unpublished_version(page)
    if request.method == "POST" and not is_replayed(request):
        try:
            drafts_flow.discard_draft(page, request.POST.get("seen", ""))
        except drafts_flow.DraftChanged:
            draft = unpublished_version(page)
        else:
            notices.add(request, _("The draft is deleted."))
            return HttpResponseRedirect(reverse("pages:edit_list"))
    if draft is None:
        return HttpResponseRedirect(reverse("pages:edit_list"))
    content = content_of(draft)
    context = {
        "page": page,
        "seen": drafts_flow.fingerprint_of(content),
        "rows": compare(published_content(page), content),
        "changed": request.method == "POST" and not is_replayed(request),
        "only": published_content(page) is None,
        "direction": direction(page.source_language),
    }
    return render(request, "pages/draft_discard.html", context)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def page_off(request: MemberRequest, number: int) -> HttpResponse:
    """Take a page off the site, or put it back."""
    page = get_object_or_404(Page, number=number)
    content = published_content(page)
    if content is None:
        raise Http404
    if request.method == "POST" and not is_replayed(request):
        is_on = "on" in request.POST
        drafts_flow.set_on_site(page, is_on)
        words = _("The page is on the site again.") if is_on else _("The page is off the site.")
        notices.add(request, words)
        return HttpResponseRedirect(reverse("pages:edit_list"))
    return render(request, "pages/page_off.html", {"page": page, "title": content.title})


class _Blocked(Exception):
    """The text has problems that prevent publishing."""


def _store(request: MemberRequest, page: Page, content: PageContent) -> HttpResponse:
    """Do what the button says. Raises DraftChanged, _Blocked; the form keeps what was typed."""
    wanted = request.POST
    goes_out = "publish" in wanted or "ask" in wanted
    if goes_out and checks.any_blocking(checks.check_content(content, page)):
        raise _Blocked
    seen = wanted.get("seen", "")
    if "publish" in wanted:
        drafts_flow.publish_own(page, content, request.ring, seen)
        notices.add(request, _PUBLISHED)
    elif "ask" in wanted:
        drafts_flow.request_review(page, content, request.ring, seen)
        notices.add(request, _("A reviewer can read it now, and publish it or send it back."))
    else:
        drafts_flow.save_draft(page, content, request.ring, seen)
        notices.add(request, _DRAFT_SAVED)
    return HttpResponseRedirect(reverse("pages:edit", args=[page.number]))


def _after_creation(request: MemberRequest, page: Page, content: PageContent) -> HttpResponse:
    """After creating a page: publish it if that was asked for and nothing prevents it."""
    wanted = request.POST
    notices.add(request, _DRAFT_SAVED)
    if "publish" in wanted and not checks.any_blocking(checks.check_content(content, page)):
        # Sent twice, with another line of what changed: the first one counts.
        with contextlib.suppress(drafts_flow.DraftChanged):
            drafts_flow.publish_own(
                page, content, request.ring, drafts_flow.fingerprint_of(content)
            )
            notices.add(request, _PUBLISHED)
    address = reverse("pages:edit", args=[page.number])
    return HttpResponseRedirect(address + ("?why=1" if "publish" in wanted else ""))


def _render_form(
    request: MemberRequest,
    page: Page,
    form: PageForm,
    *,
    new: bool = False,
    conflict: drafts_flow.DraftChanged | None = None,
    restored: bool = False,
) -> HttpResponse:
    """The editor's page, with preview and findings once something was typed."""
    there = None if new else page
    now = newest_content(page) if there else None
    draft = unpublished_version(page) if there else None
    typed = form.content if form.is_bound and form.is_valid() else None
    shown = typed or (form.now if "why" in request.GET else None)
    goes_on = typed or now
    wanted = request.POST
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "new": new,
        "row": page.pk,
        "draft": draft,
        "restored": restored,
        "is_asked": draft is not None and draft.state == Version.State.ASKED,
        "is_own": draft is not None and drafts_flow.is_own(request.ring, draft),
        "needs_second": needs_second_review(page, goes_on) if goes_on else False,
        "findings": checks.check_content(shown, there) if shown else [],
        "kept_back": "publish" in wanted or "ask" in wanted or "why" in request.GET,
        "preview": render_preview(page, typed) if typed and "preview" in wanted else "",
        "conflict": conflict,
        "differences": compare(conflict.now, typed) if conflict and typed else [],
        # Whoever comes back from the lock page has seen what she saw before, not what is there now.
        "seen": wanted.get("seen", "")
        if form.is_bound and not conflict
        else drafts_flow.fingerprint_of(now),
        "language": page.source_language,
        "language_name": own_name(page.source_language),
        "direction": direction(page.source_language),
        "was_public": published_content(page) is not None if there else False,
    }
    return render(request, "pages/page_edit.html", context)


def _older_content(page: Page, serial: str) -> PageContent | None:
    """The content of an older version, to continue from."""
    number = parse_number(serial, 9)
    if number is None:
        return None
    version = published(page).filter(serial=number).first()
    return replace(content_of(version), change_note="", correction=False) if version else None


def _page_id(typed: str) -> int:
    """The new page's id that the form carries; a fresh one if it is malformed."""
    return parse_id(typed) or random_id()
