"""`/desk/invite/`: codes for newcomers, and the members' monthly quota of vouchings."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from safety_app import notices
from safety_app.accounts import roles
from safety_app.accounts.flows import invite as invite_flow
from safety_app.accounts.flows import vouch
from safety_app.accounts.forms.people import InviteForm, QuotaForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Member
from safety_app.accounts.presentation import invitation_context
from safety_app.locales.dates import today
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.ids import parse_id
from safety_app.privacy.post_redirect_get import render_once
from safety_app.vault.errors import VaultError


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("set")
def invite(request: MemberRequest) -> HttpResponse:
    """Open invitations, a form for a new one, and the quota."""
    if "cancel" in request.POST:
        _cancel(request, request.POST["cancel"])
        notices.add(request, _("The invitation is cancelled. Its code opens nothing."))
        return redirect("accounts:invite")
    if "set" in request.POST:
        return _set_quota(request)
    if "make" in request.POST:
        form = InviteForm(request.POST)
    else:
        # Also prefills a form that came back through the lock page without its button.
        form = InviteForm(initial={"stay": "good", **request.POST.dict()})
    if form.is_valid():
        kind, guest = form.cleaned_data["role"], form.cleaned_data["stay"] == "guest"
        try:
            code = invite_flow.make_invitation(request.ring, request.user, kind, guest=guest)
        except VaultError:
            form.add_error(
                None, _("Your moderation keys do not match any more. Tell whoever runs this site.")
            )
        else:
            return _show_code(request, code, kind, guest=guest)
    return _ask(request, form, QuotaForm(initial=_quota(request)))


def _show_code(request: MemberRequest, code: str, kind: str, *, guest: bool) -> HttpResponse:
    context = {
        **invitation_context(request, code),
        "role": roles.LABELS[kind],
        "guest": guest,
        "back": reverse("accounts:invite"),
    }
    return render_once(request, "accounts/invitation_show.html", context)


def _set_quota(request: MemberRequest) -> HttpResponse:
    quota = QuotaForm(request.POST)
    if not quota.is_valid():
        return _ask(request, InviteForm(initial={"stay": "good"}), quota)
    vouch.set_quota(request.user, quota.cleaned_data["vouchings"])
    notices.add(request, _("The number is changed."))
    return redirect("accounts:invite")


def _quota(request: MemberRequest) -> dict[str, int]:
    return {"vouchings": vouch.quota(request.user.organisation)}


def _ask(request: MemberRequest, form: InviteForm, quota: QuotaForm) -> HttpResponse:
    context = {
        "form": form,
        "quota": quota,
        "organisation": request.user.organisation.name,
        "invitations": _open_invitations(request.user),
    }
    status = 400 if form.errors or quota.errors else 200
    return render(request, "accounts/invite.html", context, status=status)


def _open_invitations(moderator: Member) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row.pk),
            "role": roles.LABELS[roles.kind_of(row.roles)],
            "guest": row.guest,
            "days_left": _days_left((row.expires - today()).days),
        }
        for row in invite_flow.open_invitations(moderator.organisation_id)
    ]


def _days_left(days: int) -> str:
    if days == 0:
        return _("ends today")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def _cancel(request: MemberRequest, typed: str) -> None:
    """Delete an open invitation of the moderator's organisation; 404 for any other."""
    invitation = parse_id(typed)
    if invitation is None or not invite_flow.cancel_invitation(request.user, invitation):
        raise Http404
