"""`/desk/people/`: the people of one's own organisation, and what is changed about one of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from safety_app.accounts import roles
from safety_app.accounts.flows import invite, people, revoke
from safety_app.accounts.flows.people import Person
from safety_app.accounts.forms.moderation import FindPersonForm, RolesForm, StayForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys import admissions
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.presentation import code_context
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.paging import page_number

PAGE = 50
_SAVED = "person saved"


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def everyone(request: MemberRequest) -> HttpResponse:
    """Who belongs to the moderator's organisation, 50 on a page, found by a part of a name."""
    form = FindPersonForm(request.POST if request.method == "POST" else None)
    typed = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    found = people.matching_pseudonym(people.people_of(request.ring, request.user), typed)
    last = max(1, -(-len(found) // PAGE))
    page = page_number(request.POST.get("page", ""), last)
    context = {
        "form": form,
        "people": [_row(one) for one in found[(page - 1) * PAGE : page * PAGE]],
        "count": len(found),
        "typed": typed,
        "page": page,
        "before": page - 1,
        "after": page + 1 if page < last else 0,
    }
    return render(request, "accounts/people_list.html", context, status=400 if form.errors else 200)


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("stay", "sure")
def person(request: MemberRequest, member_id: int) -> HttpResponse:
    """One of them: roles, stay, who let her in and whom she let in."""
    someone = people.find_person(request.ring, request.user, member_id)
    if someone is None:
        return nobody(request)
    try:
        if "roles" in request.POST.getlist("save"):
            return _save_roles(request, someone)
        if "stay" in request.POST:
            return _save_stay(request, someone)
    except people.ChangedMeanwhile:
        return _show(request, someone, changed=True)
    except revoke.AlreadyDone:
        return _show(request, someone, changed=True)
    return _show(request, someone)


def nobody(request: MemberRequest) -> HttpResponse:
    """For someone who is not there, not there any more, or in another organisation: one answer."""
    return render(request, "accounts/person_gone.html", status=404)


def _row(one: Person) -> dict[str, Any]:
    return {
        "id": one.row.pk,
        "name": one.pseudonym,
        "words": one.words,
        "stay_until": one.row.stay_until,
        "ends_soon": one.ends_soon,
        "genuine": one.genuine,
    }


def _show(request: MemberRequest, someone: Person, *, changed: bool = False) -> HttpResponse:
    row = someone.row
    if changed:
        now = people.find_person(request.ring, request.user, row.pk)
        if now is None:
            return nobody(request)
        someone, row = now, now.row
    held = [role for role in roles.known(row.roles) if role != "member"]
    let_in, let_in_by = _ways_in(request, row.pk)
    context = {
        **_row(someone),
        "is_herself": row.pk == request.user.pk,
        "holds_network_key": someone.holds_network_key,
        "form": RolesForm(initial={"seen": row.roles, "roles": held}),
        "stay": StayForm(initial={"seen": row.stay_until}) if row.stay_until else None,
        "let_in": let_in,
        "let_in_by": let_in_by,
        "changed": changed,
        "saved": _SAVED in request.session and request.session.pop(_SAVED),
    }
    return render(request, "accounts/person_show.html", context, status=409 if changed else 200)


def _ways_in(request: MemberRequest, person: int) -> tuple[list[Person], list[Person]]:
    """Whom this person let in during the last 30 days, and who let her in."""
    seed = people.desk_seed(request.ring, request.user)
    found = admissions.admitted_by(request.ring, seed, request.user.organisation_id)
    hers = found[person].members if person in found else []
    by = [voucher for voucher, one in found.items() if person in one.members]
    return (
        people.find_several(request.ring, request.user, hers),
        people.find_several(request.ring, request.user, by),
    )


def _save_roles(request: MemberRequest, someone: Person) -> HttpResponse:
    """The tick boxes. Giving or taking "moderator" is asked once more."""
    form = RolesForm(request.POST)
    if not form.is_valid():
        raise people.ChangedMeanwhile
    row, ring, given = someone.row, request.ring, set(form.cleaned_data["roles"])
    was, shall = someone.is_moderator, "moderator" in given
    if was != shall:
        if row.pk == request.user.pk:
            raise people.ChangedMeanwhile
        if "sure" not in request.POST:
            context = {**_row(someone), "form": form, "gives": shall}
            return render(request, "accounts/person_moderator.html", context)
    people.give_roles(ring, request.user, row.pk, seen=form.cleaned_data["seen"], given=given)
    if was == shall:
        request.session[_SAVED] = True
        return redirect("accounts:person", row.pk)
    if shall:
        code = invite.make_invitation(ring, request.user, "moderator")
        context = {**_row(someone), **code_context(code)}
        return render(request, "accounts/moderator_code_show.html", context)
    code = revoke.demote(ring, request.user, row.pk)
    return render(request, "accounts/desk_code_show.html", code_context(code))


def _save_stay(request: MemberRequest, someone: Person) -> HttpResponse:
    form = StayForm(request.POST)
    if not form.is_valid():
        raise people.ChangedMeanwhile
    seen: datetime.date = form.cleaned_data["seen"]
    for_good = request.POST["stay"] == "good"
    people.lengthen_stay(request.ring, request.user, someone.row.pk, seen=seen, for_good=for_good)
    request.session[_SAVED] = True
    return redirect("accounts:person", someone.row.pk)
