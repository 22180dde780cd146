"""Other networks: their pending notes, the networks themselves, and our own identity."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alerts.flows import put_back
from alerts.forms.partner import PartnerForm
from alerts.models import Partner
from alerts.presentation import place_words, what_words
from alerts.sealing.keys import AlertKeys
from alerts.sharing import incoming, partners
from alerts.views import undo as undo_views
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import age_words, today
from safety_app.locales.phrases import long_date
from safety_app.privacy.form_replay import own_button
from safety_app.vault import sharing

_MOST_SHOWN = 60
_NOT_ADDED = {
    "own": ("identity", gettext_lazy("This is your own network's identity. Paste the other's.")),
    "known": ("identity", gettext_lazy("You know this network already.")),
    "name": ("name", gettext_lazy("You know a network of this name already.")),
    "many": (None, gettext_lazy("20 networks are known. Remove one first.")),
}


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def shared(request: MemberRequest) -> HttpResponse:
    """The pending notes, and links to everything else."""
    return show_list(request)


def show_list(request: MemberRequest, notice: str = "", status: int = 200) -> HttpResponse:
    """The list of pending notes, with what just happened, if that was an error."""
    pending = incoming.list_pending(request.ring, request.user)
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "notice": notice,
        "pending": [_note_context(note, language) for note in pending[:_MOST_SHOWN]],
        "count": len(pending),
        "more": max(0, len(pending) - _MOST_SHOWN),
    }
    return render(request, "alerts/shared_list.html", context, status=status)


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def own_identity(request: MemberRequest) -> HttpResponse:
    """Our own network's identity to copy, and its words."""
    identity, text, is_lost = partners.own_text(request.ring, request.user)
    context = {"text": text, "words": identity.words, "damaged": int(is_lost)}
    return render(request, "alerts/shared_own.html", context)


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def own_identity_file(request: MemberRequest) -> HttpResponse:
    """The same text as a file."""
    text = partners.own_text(request.ring, request.user)[1]
    return attachment(text.encode(), "notes.txt", "text/plain; charset=utf-8")


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("compared")
def networks(request: MemberRequest) -> HttpResponse:
    """The networks we know. A new one is added once its words have been compared by voice."""
    if request.method != "POST":
        return _show_networks(request, PartnerForm(label_suffix=""))
    form = PartnerForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _show_networks(request, form)
    identity = cast(sharing.Identity, form.cleaned_data["identity"])
    # The tick is for these words only: it does not count for another identity in the box.
    if request.POST.get("compared") != identity.words:
        return _show_networks(request, form, identity.words)
    try:
        name = form.cleaned_data["name"]
        partners.add(request.ring, request.user, name, identity, form.retired)
    except partners.NotAdded as refused:
        field, why = _NOT_ADDED[str(refused)]
        form.add_error(field, str(why))
        return _show_networks(request, form)
    notices.add(request, _("The network is added."))
    return HttpResponseRedirect(reverse("alerts:shared_networks"))


@role_required("moderator")
@require_POST
def remove(request: MemberRequest, partner_id: int) -> HttpResponse:
    """Remove a network: its files are not accepted any more."""
    kept = put_back.kept_row(request.ring, Partner, partner_id)
    if not partners.remove(request.user, partner_id):
        raise Http404
    back = reverse("alerts:shared_networks")
    button = undo_views.button(request, undo_views.ROW, kept, back)
    notices.add(request, _("The network is removed. Its files are not accepted any more."), button)
    return HttpResponseRedirect(back)


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to save, under a neutral name."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _show_networks(request: MemberRequest, form: PartnerForm, words: str = "") -> HttpResponse:
    not_compared = "words_shown" in request.POST and bool(words)
    keys = AlertKeys(request.ring)
    known = partners.list_partners(keys)
    name = form.cleaned_data.get("name", "") if words else ""
    context = {
        "replaced": partners.replaced_by(known, name, form.retired) if words else (),
        "form": form,
        "words": words,
        "not_compared": not_compared,
        "damaged": partners.count_unopened(keys),
        "networks": [
            {
                "id": partner.pk,
                "name": partner.name,
                "words": partner.identity.words,
                "is_over": partner.is_over,
                "ends": long_date(partner.ends),
            }
            for partner in known
        ],
    }
    status = 400 if form.errors or not_compared else 200
    return render(request, "alerts/shared_networks.html", context, status=status)


def _note_context(note: incoming.PendingNote, language: str) -> dict[str, Any]:
    context: dict[str, Any] = {
        "url": reverse("alerts:incoming", args=[note.row.pk]),
        "name": note.name,
        "age": age_words(note.row.day, today()),
    }
    if note.shared is not None:
        report = note.shared.report
        context |= {
            "opened": True,
            "level": report.level,
            "what": what_words(report.what),
            "place": place_words(report, language),
        }
    return context
