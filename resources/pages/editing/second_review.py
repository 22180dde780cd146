"""`/r/<number>/asked/`: a second person reads what changes on a page, then publishes it.

Pages about health and the law: an editor, or a moderator of any organisation, who did not write
it. What was asked is bound to what was read: changed meanwhile, it has to be read again.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from resources.pages import author_tags
from resources.pages.editing import checks, drafts
from resources.pages.editing.content import content_of, published_content, unpublished_version
from resources.pages.editing.forms import SendBackForm
from resources.pages.editing.presentation import compare, render_preview
from resources.pages.models import Page, Version
from resources.roles import editors_and_moderators
from safety_app import notices
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.page_languages import direction
from safety_app.privacy.fields import LONG_AGO
from safety_app.privacy.form_replay import is_replayed


def review_queue_items(ring: KeyRing, _member: Member) -> list[QueueItem]:
    """What somebody else wrote and nobody has published, for the desk."""
    asked = Version.objects.filter(state=Version.State.ASKED).select_related("page")
    return [
        QueueItem(
            _("A page to read: %(title)s") % {"title": version.title},
            reverse("pages:second_review", args=[version.page.number]),
            version.day or LONG_AGO,
            version.correction,
        )
        for version in asked
        if not drafts.is_own(ring, version)
    ]


@editors_and_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def page_second_review(request: MemberRequest, number: int) -> HttpResponse:
    """Read what is asked, then publish it or send it back."""
    page = get_object_or_404(Page, number=number)
    sent = request.POST if request.method == "POST" else None
    form = SendBackForm(sent)
    acts = sent is not None and not is_replayed(request)
    changed = False
    if acts and form.is_valid():
        try:
            if _decide(request, page, form):
                return HttpResponseRedirect(reverse("pages:second_review", args=[number]))
        except drafts.DraftChanged:
            changed = True
    draft = unpublished_version(page)
    asked = draft if draft and draft.state == Version.State.ASKED else None
    context: dict[str, Any] = {
        "page": page,
        "asked": asked,
        "form": form,
        "changed": changed,
        "can_edit": request.user.has_role("editor"),
    }
    if asked is not None:
        content = content_of(asked)
        context |= {
            "content": content,
            "seen": drafts.fingerprint_of(content),
            "is_own": drafts.is_own(request.ring, asked),
            "is_whole": bool(author_tags.split_tags(asked.author_tags)),
            "rows": compare(published_content(page), content),
            "before": published_content(page),
            "preview": render_preview(page, content),
            "findings": checks.check_content(content, page),
            "direction": direction(page.source_language),
        }
    return render(request, "pages/page_second_review.html", context)


def _decide(request: MemberRequest, page: Page, form: SendBackForm) -> bool:
    """What the button says; False when the page has to be shown again. Raises DraftChanged."""
    seen = request.POST.get("seen", "")
    if "back" in request.POST:
        if not form.cleaned_data["why"]:
            form.add_error("why", _("Say what has to change."))
            return False
        sent_back = drafts.send_back_draft(page, seen, form.cleaned_data["why"])
        if sent_back:
            notices.add(request, _("Sent back, with your reason."))
        return sent_back
    published = "publish" in request.POST and drafts.publish_reviewed(page, request.ring, seen)
    if published:
        notices.add(request, _("It is published. Readers see it now."))
    return published
