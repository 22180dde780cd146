"""`/r/<number>/asked/`: a second person reads what changes on a page, then publishes it.

Pages about health and the law: an editor, or a moderator of any organisation, who did not write
it. What was asked is bound to what was read: changed meanwhile, it has to be read again.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from resources import writers
from resources.changing import checks, storing
from resources.changing.content import of_page, of_version, unpublished
from resources.changing.showing import compare, preview
from resources.languages import direction
from resources.models import Page, Version
from resources.roles import editors_and_moderators
from safety_app.members.guards import MemberRequest
from safety_app.members.hooks import Waiting
from safety_app.members.keys import KeyRing
from safety_app.members.models import Member
from safety_app.privacy.carry import came_back
from safety_app.privacy.columns import LONG_AGO
from safety_app.privacy.words import PlainText


class WhyForm(forms.Form):
    """Why something goes back."""

    why = PlainText(
        longest=200,
        label=gettext_lazy("What has to change, in one line"),
        help_text=gettext_lazy("For whoever wrote it. Editors and moderators can read it."),
    )


def waiting(ring: KeyRing, _member: Member) -> list[Waiting]:
    """What somebody else wrote and nobody has published, for the desk."""
    asked = Version.objects.filter(state=Version.State.ASKED).select_related("page")
    return [
        Waiting(
            _("A page to read: %(title)s") % {"title": version.title},
            reverse("resources:page_asked", args=[version.page.number]),
            version.day or LONG_AGO,
            version.correction,
        )
        for version in asked
        if not storing.is_own(ring, version)
    ]


@editors_and_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def page_asked(request: MemberRequest, number: int) -> HttpResponse:
    """Read what is asked, then publish it or send it back."""
    page = get_object_or_404(Page, number=number)
    sent = request.POST if request.method == "POST" else None
    form = WhyForm(sent)
    acts = sent is not None and not came_back(request)
    changed = False
    if acts and form.is_valid():
        try:
            if _decide(request, page, form):
                return HttpResponseRedirect(reverse("resources:page_asked", args=[number]))
        except storing.Changed:
            changed = True
    draft = unpublished(page)
    asked = draft if draft and draft.state == Version.State.ASKED else None
    context: dict[str, Any] = {
        "page": page,
        "asked": asked,
        "form": form,
        "changed": changed,
        "can_edit": request.user.has_role("editor"),
    }
    if asked is not None:
        content = of_version(asked)
        context |= {
            "content": content,
            "seen": storing.mark(content),
            "is_own": storing.is_own(request.ring, asked),
            "is_whole": bool(writers.read(asked.by)),
            "rows": compare(of_page(page), content),
            "before": of_page(page),
            "preview": preview(page, content),
            "findings": checks.of_content(content, page),
            "direction": direction(page.source_language),
        }
    return render(request, "resources/page_asked.html", context)


def _decide(request: MemberRequest, page: Page, form: WhyForm) -> bool:
    """What the button says; False when the page has to be shown again. Raises Changed."""
    seen = request.POST.get("seen", "")
    if "back" in request.POST:
        if not form.cleaned_data["why"]:
            form.add_error("why", _("Say what has to change."))
            return False
        return storing.send_back(page, seen, form.cleaned_data["why"])
    return "publish" in request.POST and storing.publish_asked(page, request.ring, seen)
