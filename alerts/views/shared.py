"""Other networks: what came from them, who they are, and who we are to them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alerts.presentation import place_words, what_words
from alerts.sealing import AlertKeys
from alerts.sharing import incoming, partners
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import age_words, today
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.text_fields import PlainText
from safety_app.vault import sharing

_MOST_SHOWN = 60
_NOT_ADDED = {
    "own": ("identity", gettext_lazy("This is your own network's identity. Paste the other's.")),
    "known": ("identity", gettext_lazy("You know this network already.")),
    "name": ("name", gettext_lazy("You know a network of this name already.")),
    "many": (None, gettext_lazy("20 networks are known. Remove one first.")),
}


class PartnerForm(forms.Form):
    """Another network's name, and its identity as text."""

    use_required_attribute = False
    name = PlainText(
        label=gettext_lazy("Name of the network"),
        longest=partners.NAME_LIMIT,
        required=True,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
    identity = forms.CharField(
        label=gettext_lazy("Its identity"),
        widget=forms.Textarea(
            attrs={"rows": 5, "cols": False, "dir": "ltr", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Paste the text that the other network sent.")},
    )

    def clean_identity(self) -> sharing.Identity:
        """The identity. Raises ValidationError when something of it is missing."""
        try:
            return sharing.from_text(self.cleaned_data["identity"])
        except sharing.BadIdentity:
            raise forms.ValidationError(
                _(
                    "This is no network's identity, or something was lost in copying. Copy all of "
                    "it, from “nightjar network 1” to the end."
                )
            ) from None


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def shared(request: MemberRequest) -> HttpResponse:
    """What came and waits, and what else can be done."""
    return show_list(request)


def show_list(request: MemberRequest, notice: str = "", status: int = 200) -> HttpResponse:
    """The same, with a word about what just happened."""
    waiting = incoming.list_pending(request.ring, request.user)
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "notice": notice,
        "waiting": [_row(one, language) for one in waiting[:_MOST_SHOWN]],
        "count": len(waiting),
        "more": max(0, len(waiting) - _MOST_SHOWN),
    }
    return render(request, "alerts/shared_list.html", context, status=status)


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def own_identity(request: MemberRequest) -> HttpResponse:
    """Our own identity, to copy, and its words."""
    identity = sharing.own_identity(partners.desk_seed(request.ring, request.user))
    context = {"text": sharing.to_text(identity), "words": identity.words}
    return render(request, "alerts/shared_own.html", context)


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def own_identity_file(request: MemberRequest) -> HttpResponse:
    """The same text as a file."""
    identity = sharing.own_identity(partners.desk_seed(request.ring, request.user))
    return attachment(sharing.to_text(identity).encode(), "notes.txt", "text/plain; charset=utf-8")


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def networks(request: MemberRequest) -> HttpResponse:
    """The networks we know; a new one counts once its words were compared by voice."""
    if request.method != "POST":
        return _show_networks(request, PartnerForm(label_suffix=""))
    form = PartnerForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _show_networks(request, form)
    identity = cast(sharing.Identity, form.cleaned_data["identity"])
    # The tick is for these words: with another identity in the box it counts for nothing.
    if request.POST.get("compared") != identity.words or is_replayed(request):
        return _show_networks(request, form, identity.words)
    try:
        partners.add(request.ring, request.user, form.cleaned_data["name"], identity)
    except partners.NotAdded as refused:
        field, why = _NOT_ADDED[str(refused)]
        form.add_error(field, str(why))
        return _show_networks(request, form)
    return HttpResponseRedirect(reverse("alerts:shared_networks"))


@role_required("moderator")
@require_POST
def remove(request: MemberRequest, partner_id: int) -> HttpResponse:
    """Forget a network: its files are not taken any more."""
    if not partners.remove(request.user, partner_id):
        raise Http404
    return HttpResponseRedirect(reverse("alerts:shared_networks"))


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep, under a name that says nothing."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _show_networks(request: MemberRequest, form: PartnerForm, words: str = "") -> HttpResponse:
    asked_again = "words_shown" in request.POST and bool(words)
    context = {
        "form": form,
        "words": words,
        "not_compared": asked_again,
        "networks": [
            {"id": one.pk, "name": one.name, "words": one.identity.words}
            for one in partners.list_partners(AlertKeys(request.ring))
        ],
    }
    status = 400 if form.errors or asked_again else 200
    return render(request, "alerts/shared_networks.html", context, status=status)


def _row(one: incoming.PendingNote, language: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "url": reverse("alerts:incoming", args=[one.row.pk]),
        "name": one.name,
        "age": age_words(one.row.day, today()),
    }
    if one.shared is not None:
        report = one.shared.report
        shown |= {
            "opened": True,
            "level": report.level,
            "what": what_words(report.what),
            "place": place_words(report, language),
        }
    return shown
