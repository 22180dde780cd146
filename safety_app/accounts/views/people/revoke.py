"""Ending people's access, and new keys for the desk."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from safety_app.accounts.flows import people
from safety_app.accounts.flows import revoke as revoke_flow
from safety_app.accounts.flows.people import Person
from safety_app.accounts.forms.moderation import RevokeForm
from safety_app.accounts.guards import recent_passphrase, role_required
from safety_app.accounts.keys import admissions
from safety_app.accounts.keys.keyring import remember
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.presentation import code_context
from safety_app.accounts.rotation import desk_rotation
from safety_app.accounts.views.people.people import nobody
from safety_app.privacy.form_replay import own_button


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("revoke")
def revoke(request: MemberRequest, member_id: int) -> HttpResponse:
    """Say in plain words what happens, list whom she let in, and do it."""
    someone = people.find_person(request.ring, request.user, member_id)
    if someone is None:
        return nobody(request)
    if member_id == request.user.pk:
        raise Http404  # to leave, she erases her account
    is_sent = "revoke" in request.POST
    form = RevokeForm(
        request.POST if is_sent else None, initial={"also": request.POST.getlist("also")}
    )
    hers = _let_in_by(request, member_id)
    form.fields["also"].choices = [  # type: ignore[attr-defined]
        (str(one.row.pk), one.pseudonym or "?") for one in hers
    ]
    if form.is_valid():
        return _revoke(request, {member_id, *map(int, form.cleaned_data["also"])})
    context = {
        "form": form if hers else None,
        "id": member_id,
        "name": someone.pseudonym,
        "renews_desk": revoke_flow.opens_desks(request.ring, someone.row),
    }
    return render(
        request, "accounts/person_revoke.html", context, status=400 if form.errors else 200
    )


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@recent_passphrase
@own_button("renew")
def renew_desk(request: MemberRequest) -> HttpResponse:
    """New keys for the desk: a moderator left by herself, or its recovery code is lost."""
    if "renew" not in request.POST:
        return render(request, "accounts/desk_renew.html")
    with moderator_decision(request.user, request.ring) as moderator:
        code = desk_rotation.renew(request.ring, moderator)
    desk_rotation.reencrypt_soon(request.ring, request.user)
    return render(request, "accounts/desk_code_show.html", code_context(code))


def _let_in_by(request: MemberRequest, person: int) -> list[Person]:
    seed = people.desk_seed(request.ring, request.user)
    found = admissions.admitted_by(request.ring, seed, request.user.organisation_id)
    hers = found[person].members if person in found else []
    others = [one for one in hers if one not in (person, request.user.pk)]
    return people.find_several(request.ring, request.user, others)


def _revoke(request: MemberRequest, gone: set[int]) -> HttpResponse:
    try:
        done = revoke_flow.revoke(request.ring, request.user, gone)
    except revoke_flow.AlreadyDone:
        return nobody(request)
    except revoke_flow.NotOneself:
        raise Http404 from None
    request.ring = done.ring
    remember(request.session, done.ring)
    context: dict[str, object] = {"count": done.count, "has_code": bool(done.desk_recovery_code)}
    if done.desk_recovery_code:
        context |= code_context(done.desk_recovery_code)
    return render(request, "accounts/revoked_show.html", context)
