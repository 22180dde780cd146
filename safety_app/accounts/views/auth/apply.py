"""`/apply/`: ask an organisation for an account; and the page of a waiting applicant."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from safety_app.accounts.budgets import APPLY
from safety_app.accounts.flows import applications, messages
from safety_app.accounts.forms.auth import ApplyForm, SignUpForm
from safety_app.accounts.keys.desk_keys import own_desk
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Application
from safety_app.accounts.views.auth.sign_up import SignUpView
from safety_app.privacy.budgets import EVERYONE, slow_down
from safety_app.vault.errors import VaultError


class ApplyView(SignUpView):
    """Sign-up that also asks for an organisation."""

    vault_form = ApplyForm
    template_name = "accounts/apply.html"
    shown = "applied"

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        """Delays a flood, counted for everyone together."""
        slow_down(APPLY, EVERYONE)
        return super().form_valid(form)


apply = ApplyView.as_view()


def waiting_page(request: MemberRequest) -> HttpResponse:
    """The page of an applicant whose application waits or was declined."""
    member, ring = request.user, request.ring
    application = Application.objects.filter(member=member).first()
    try:
        words = applications.own_comparison_words(ring, member)
        own_desk(ring, member)
        desk_is_same = True
    except VaultError:
        words, desk_is_same = "", False
    context = {
        "pseudonym": ring.pseudonym,
        "organisation": member.organisation.name,
        "declined": application is None or application.state != "waiting",
        "until": applications.expiry_date(application) if application is not None else None,
        "comparison_words": words if desk_is_same else "",
        "messages": messages.messages_for(ring, member),
    }
    return render(request, "accounts/application_waiting.html", context)
