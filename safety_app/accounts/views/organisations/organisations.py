"""`/desk/organisations/`: the list; proposing, confirming and creating organisations."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app import notices
from safety_app.accounts.flows import departures, proposals
from safety_app.accounts.forms.organisations import ProposeForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Member, Organisation, Proposal
from safety_app.accounts.presentation import code_context, invitation_context
from safety_app.privacy.ids import LOWEST, parse_id
from safety_app.privacy.post_redirect_get import render_once


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: MemberRequest) -> HttpResponse:
    """The list. Buttons "confirm", "make" and "drop" carry a proposal's id, "propose" a name."""
    form = ProposeForm(
        request.POST if "propose" in request.POST else None, initial=request.POST.dict()
    )
    try:
        if form.is_bound and form.is_valid():
            proposals.propose(request.ring, request.user, form.cleaned_data["name"])
            return redirect_with_message(request, _("It is proposed, for 30 days."))
        for action in ("confirm", "make", "drop"):
            if action in request.POST:
                return _act_on_proposal(request, action, request.POST[action])
    except proposals.OrganisationNameTaken:
        form.add_error("name", _("There is one of this name, or of one that reads like it."))
    except proposals.ProposalNotPossible:
        return redirect_with_message(
            request,
            _("Nothing was changed. This proposal is already done, stopped, or too old."),
        )
    context = {
        "form": form,
        "organisations": _organisation_rows(request.user),
        "proposals": _proposal_rows(request.ring, request.user),
        "damaged": proposals.count_damaged(request.ring),
        "needs_confirmation": proposals.needs_confirmation(),
    }
    status = 400 if form.errors else 200
    return render(request, "accounts/organisations_list.html", context, status=status)


def _act_on_proposal(request: MemberRequest, action: str, typed: str) -> HttpResponse:
    """Perform one of the buttons' actions. Raises ProposalNotPossible."""
    proposal = parse_id(typed)
    if proposal is None:
        raise proposals.ProposalNotPossible
    if action == "confirm":
        proposals.confirm(request.ring, request.user, proposal)
        return redirect_with_message(
            request, _("It is confirmed. The organisation that proposed it can make it.")
        )
    if action == "drop":
        proposals.withdraw(request.user, proposal)
        return redirect_with_message(request, _("The proposal is stopped."))
    founding = proposals.create_organisation(request.ring, request.user, proposal)
    context = {
        "name": founding.organisation.name,
        "first": invitation_context(request, founding.invitation_code),
        "recovery": code_context(founding.desk_recovery_code),
    }
    return render_once(request, "accounts/organisation_created.html", context)


def redirect_with_message(request: MemberRequest, message: str) -> HttpResponse:
    """Back to the list, which says this."""
    notices.add(request, message)
    return redirect("accounts:organisations")


def _organisation_rows(moderator: Member) -> list[dict[str, Any]]:
    people = Member.objects.filter(organisation=moderator.organisation_id)
    count = people.exclude(state="waiting").count()
    closable = set(departures.closable_organisations(moderator).values_list("pk", flat=True))
    return [
        {
            "id": row.pk,
            "name": row.name,
            "own": row.pk == moderator.organisation_id,
            "people": count,
            "leaves": row.leaves,
            "closable": row.pk in closable,
        }
        for row in Organisation.objects.filter(pk__gte=LOWEST).order_by("name")
    ]


def _proposal_rows(ring: KeyRing, moderator: Member) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "name": row.name,
            "proposed_by": row.organisation.name,
            "confirmed_by": _confirmed_by(row),
            "own": row.organisation_id == moderator.organisation_id,
            "can_create": proposals.can_create(row),
            "until": proposals.expiry_date(row),
        }
        for row in proposals.open_proposals(ring)
    ]


def _confirmed_by(row: Proposal) -> str:
    return row.confirmed_by.name if row.confirmed_by is not None else ""
