"""Messages from the organisation: writing them, and erasing one's own."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from safety_app import notices
from safety_app.accounts.budgets import MESSAGES
from safety_app.accounts.flows import messages
from safety_app.accounts.forms.moderation import MessageForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys import application_seals
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, open_pseudonym
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Application, Member
from safety_app.accounts.periods import MESSAGE_DAYS
from safety_app.accounts.presentation import MESSAGE_SENT
from safety_app.locales.dates import today
from safety_app.privacy.budgets import spend
from safety_app.privacy.ids import parse_id
from safety_app.vault.errors import VaultError


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def to_member(request: MemberRequest, member_id: int) -> HttpResponse:
    """A message for a person of one's own organisation; 404 for others."""
    own = Member.objects.filter(organisation=request.user.organisation_id)
    person = get_object_or_404(own.exclude(state="waiting"), pk=member_id)
    try:
        name = open_pseudonym(_desk_seed(request), person, request.ring)
    except VaultError:
        name = ""

    def write(text: str) -> None:
        messages.write_message(request.ring, request.user, text, to=person)

    back = reverse("accounts:person", args=[person.pk])
    return _write_page(request, write, name=name, back=back, can_read=person.epoch > 0)


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def to_applicant(request: MemberRequest, application_id: int) -> HttpResponse:
    """A message for someone who asks one's own organisation for an account."""
    own = Application.objects.filter(organisation=request.user.organisation_id)
    application = get_object_or_404(own, pk=application_id)
    seed = _desk_seed(request)
    name = application_seals.open_application(application, seed).pseudonym

    def write(text: str) -> None:
        messages.write_to_applicant(
            request.ring, request.user, text, desk_seed=seed, to=application
        )

    back = reverse("accounts:application", args=[application.pk])
    return _write_page(request, write, name=name, back=back)


@role_required(waiting=True)
@require_POST
def erase(request: MemberRequest) -> HttpResponse:
    """Erase a message one has read; 404 for anyone else's."""
    message = parse_id(request.POST.get("message", ""))
    if message is None or not messages.erase_message(request.ring, request.user, message):
        raise Http404
    notices.add(request, _("The message is deleted."))
    return redirect("accounts:me")


def _write_page(
    request: MemberRequest,
    write: Callable[[str], None],
    *,
    name: str,
    back: str,
    can_read: bool = True,
) -> HttpResponse:
    """The page for writing a message; `write` takes the text and stores it."""
    is_posted = "send" in request.POST
    form = MessageForm(request.POST if is_posted else None, initial=request.POST.dict())
    if is_posted and can_read and form.is_valid():
        spend(MESSAGES, request.user.pk)
        try:
            write(form.cleaned_data["text"])
        except messages.MessageTooLong:
            form.add_error("text", _("These signs take more room than others: write less."))
        except messages.NoSuchPerson:
            raise Http404 from None
        else:
            notices.add(request, MESSAGE_SENT)
            return redirect(request.path)
    context = {
        "form": form,
        "name": name,
        "can_read": can_read,
        "until": today() + datetime.timedelta(days=MESSAGE_DAYS),
        "back": back,
    }
    return render(
        request, "accounts/message_write.html", context, status=400 if form.errors else 200
    )


def _desk_seed(request: MemberRequest) -> bytes:
    """The seed (32 bytes) of the moderator's own desk. Raises VaultError."""
    desk = desk_of(request.ring, request.user.organisation_id)
    return open_desk(request.ring, request.user, desk)
