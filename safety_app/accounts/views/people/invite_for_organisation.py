"""`/desk/invite/elsewhere/`: a code for an organisation that has nobody to invite for it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.accounts import roles
from safety_app.accounts.flows import invite
from safety_app.accounts.forms.moderation import InviteForOrganisationForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.presentation import invitation_context
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.post_redirect_get import render_once
from safety_app.vault.errors import VaultError


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("make")
def invite_for_organisation(request: MemberRequest) -> HttpResponse:
    """Make a member's invitation for an organisation that has no moderator."""
    offered = {str(row.pk): row for row in invite.organisations_without_moderators(request.ring)}
    is_sent = "make" in request.POST
    form = InviteForOrganisationForm(request.POST if is_sent else None, initial=request.POST.dict())
    form.fields["organisation"].choices = [  # type: ignore[attr-defined]
        (pk, row.name) for pk, row in offered.items()
    ]
    if form.is_valid():
        chosen = offered[form.cleaned_data["organisation"]]
        try:
            code = invite.make_invitation_for(request.ring, request.user, chosen)
        except invite.HasModerators:
            form.add_error("organisation", _("It has a moderator again, who can invite people."))
        except VaultError:
            form.add_error("organisation", _("Its moderation keys do not match any more."))
        else:
            context = {
                **invitation_context(request, code),
                "role": roles.LABELS["member"],
                "guest": False,
                "back": reverse("accounts:invite"),
            }
            return render_once(request, "accounts/invitation_show.html", context)
    context = {"form": form, "offered": offered}
    return render(
        request,
        "accounts/invite_for_organisation.html",
        context,
        status=400 if form.errors else 200,
    )
