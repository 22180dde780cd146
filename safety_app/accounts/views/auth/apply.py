"""`/apply/`: ask an organisation for an account; and the page of a waiting applicant."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from safety_app import notices
from safety_app.accounts.budgets import APPLY, ARRIVAL
from safety_app.accounts.flows import applications, messages, sign_in
from safety_app.accounts.forms.auth import ApplyForm, ArrivalForm, SignUpForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys import arrival_words
from safety_app.accounts.keys.desk_keys import own_desk
from safety_app.accounts.keys.keyring import KeyRing, recall, remember
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Application
from safety_app.accounts.start_pages import start_page_of
from safety_app.accounts.views.auth.sign_up import SignUpView
from safety_app.privacy.budgets import EVERYONE, slow_down
from safety_app.privacy.form_replay import own_button
from safety_app.vault.errors import VaultError

WRONG_WORDS = gettext_lazy(
    "These are not the words. Listen and type them again. If they stay different, someone may "
    "have changed the keys in between: stop your request, and tell your organisation."
)


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


def waiting_page(
    request: MemberRequest, form: ArrivalForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of an applicant who waits, was declined, or was accepted and is not in yet."""
    member, ring = request.user, request.ring
    application = Application.objects.filter(member=member).first()
    is_accepted = member.state == "approved"
    context = {
        "form": form or ArrivalForm(),
        "pseudonym": ring.pseudonym,
        "organisation": member.organisation.name,
        "accepted": is_accepted,
        "declined": not is_accepted and (application is None or application.state != "waiting"),
        "until": applications.expiry_date(application) if application is not None else None,
        "desk_is_same": _desk_is_same(request),
        "words_typed": arrival_words.are_typed(ring, member),
        "messages": messages.messages_for(ring, member),
    }
    return render(request, "accounts/application_waiting.html", context, status=status)


def _desk_is_same(request: MemberRequest) -> bool:
    """Whether the organisation's desk is the one she applied to."""
    try:
        if request.user.state == "approved":
            arrival_words.check_arrival(keys_in_session(request), request.user)
        else:
            own_desk(request.ring, request.user)
    except VaultError:
        return False
    return True


def keys_in_session(request: MemberRequest) -> KeyRing:
    """The ring with the network keys, which no other view of hers gets before she is in."""
    return recall(request.session) or request.ring


@role_required(waiting=True)
@require_POST
@own_button("words")
def arrival(request: MemberRequest) -> HttpResponse:
    """Type the four words that the moderator reads out; whoever was accepted is in then."""
    if request.user.state == "active":
        raise Http404
    form = ArrivalForm(request.POST)
    if form.is_valid():
        slow_down(ARRIVAL, request.user.pk)
        try:
            if arrival_words.type_words(request.ring, request.user, form.cleaned_data["words"]):
                return _come_in(request)
        except VaultError:  # her settings were written over: the words cannot be right
            pass
        form.add_error("words", WRONG_WORDS)
    return waiting_page(request, form, status=400)


def _come_in(request: MemberRequest) -> HttpResponse:
    if request.user.state != "approved":
        notices.add(request, _("The words are right. Tell the person you speak with."))
        return redirect("accounts:me")
    member, ring = sign_in.activate_approved(request.user.pk, keys_in_session(request))
    if member.state == "approved":  # the desk is not the one she knows: the page says so
        return redirect("accounts:me")
    remember(request.session, ring)
    notices.add(request, _("The words are right. You are in."))
    return redirect(start_page_of(member, ring))
