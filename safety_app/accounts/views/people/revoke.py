"""Ending people's access, and new keys for the desk."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from safety_app.accounts.flows import people
from safety_app.accounts.flows import revoke as revoke_flow
from safety_app.accounts.forms.moderation import RevokeForm
from safety_app.accounts.guards import recent_passphrase_required, role_required
from safety_app.accounts.keys.keyring import remember
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.presentation import code_context
from safety_app.accounts.rotation import desk_rotation
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
    if form.is_valid():
        return _revoke(request, {member_id, *map(int, form.cleaned_data["also"])})
    context = {
        "form": form if admitted else None,
        "id": member_id,
        "name": person.pseudonym,
        "renews_desk": revoke_flow.may_know_desk_keys(request.ring, person.row),
    }
    return render(
        request, "accounts/person_revoke.html", context, status=400 if form.errors else 200
    )


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@recent_passphrase_required()
@own_button("renew")
def renew_desk(request: MemberRequest) -> HttpResponse:
    """New keys for the desk: a moderator left by themselves, or its recovery code is lost."""
    if "renew" not in request.POST:
        return render(request, "accounts/desk_renew.html")
    code = desk_rotation.renew_own_desk(request.ring, request.user)
    return render_once(request, "accounts/desk_code_show.html", code_context(code))


def _revoke(request: MemberRequest, gone: set[int]) -> HttpResponse:
    try:
        done = revoke_flow.revoke_access(request.ring, request.user, gone)
    except revoke_flow.AlreadyDone:
        return person_not_found(request)
    except revoke_flow.NotOneself:
        raise Http404 from None
    request.ring = done.ring
    remember(request.session, done.ring)
    context: dict[str, object] = {"count": done.count, "has_code": bool(done.desk_recovery_code)}
    if done.desk_recovery_code:
        context |= code_context(done.desk_recovery_code)
    return render_once(request, "accounts/access_ended.html", context)
