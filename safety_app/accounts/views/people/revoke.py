"""Ending people's access, and new keys for the desk."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app import notices
from safety_app.accounts.flows import people
from safety_app.accounts.flows import revoke as revoke_flow
from safety_app.accounts.forms.moderation import RevokeForm, WitnessForm
from safety_app.accounts.guards import recent_passphrase_required, role_required
from safety_app.accounts.keys.keyring import remember
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.rotation import countersigning
from safety_app.accounts.views.desk import witness
from safety_app.accounts.views.people.people import person_not_found
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.post_redirect_get import render_once


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("revoke")
def revoke(request: MemberRequest, member_id: int) -> HttpResponse:
    """Say what happens, list whom the person admitted, and do it."""
    person = people.find_person(request.ring, request.user, member_id)
    if person is None:
        return person_not_found(request)
    if member_id == request.user.pk:
        raise Http404  # moderators leave by erasing their account
    is_sent = "revoke" in request.POST
    form = RevokeForm(
        request.POST if is_sent else None, initial={"also": request.POST.getlist("also")}
    )
    admitted = people.others_admitted_by(request.ring, request.user, member_id)
    form.fields["also"].choices = [  # type: ignore[attr-defined]
        (str(match.row.pk), match.pseudonym or "?") for match in admitted
    ]
    code_form = witness.renewal_form(request, "revoke")
    if form.is_valid():
        code_seed = witness.typed_seed(request, code_form)
        if code_seed is not None:
            return _revoke(request, {member_id, *map(int, form.cleaned_data["also"])}, code_seed)
    context = {
        "form": form if admitted else None,
        "code_form": code_form,
        "id": member_id,
        "name": person.pseudonym,
    }
    has_errors = form.errors or (code_form and code_form.errors)
    return render(
        request, "accounts/person_revoke.html", context, status=400 if has_errors else 200
    )


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@recent_passphrase_required()
@own_button("renew", "witness")
def renew_desk(request: MemberRequest) -> HttpResponse:
    """New keys for the desk: a moderator left by themselves, or its recovery code is lost."""
    form = witness.renewal_form(request, "renew")
    waiting = WitnessForm(request.POST if "witness" in request.POST else None, prefix="before")
    if "renew" in request.POST:
        code_seed = witness.typed_seed(request, form)
        if code_seed is not None:
            renewed = revoke_flow.renew_desk(request.ring, request.user, code_seed)
            request.ring = renewed.ring
            remember(request.session, renewed.ring)
            context = witness.desk_code_context(request, renewed.desk_recovery_code)
            return render_once(request, "accounts/desk_code_show.html", context)
    elif "witness" in request.POST and witness.countersign(request, waiting):
        notices.add(request, _("It is changed."))
        return redirect("accounts:desk")
    context = {
        "form": form,
        "code_form": waiting if countersigning.waits_for_code(request.ring) else None,
        "is_pending": countersigning.is_pending(request.ring),
    }
    has_errors = (form and form.errors) or waiting.errors
    return render(request, "accounts/desk_renew.html", context, status=400 if has_errors else 200)


def _revoke(request: MemberRequest, gone: set[int], code_seed: bytes) -> HttpResponse:
    try:
        done = revoke_flow.revoke_access(request.ring, request.user, gone, code_seed)
    except revoke_flow.AlreadyDone:
        return person_not_found(request)
    except revoke_flow.NotOneself:
        raise Http404 from None
    request.ring = done.ring
    remember(request.session, done.ring)
    code = witness.desk_code_context(request, done.desk_recovery_code)
    context = {"count": done.count, **code}
    return render_once(request, "accounts/access_ended.html", context)
