"""`/desk/people/`: the people of one's own organisation, and changes to one of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app import notices
from safety_app.accounts import roles
from safety_app.accounts.flows import invite, people, revoke
from safety_app.accounts.flows.people import Person
from safety_app.accounts.forms.moderation import FindPersonForm, RolesForm, StayForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys.keyring import remember
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.presentation import code_context
from safety_app.accounts.views.desk import witness
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.paging import page_number, pager
from safety_app.privacy.post_redirect_get import render_once, shown_by_get

PAGE_SIZE = 50


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@shown_by_get
def people_list(request: MemberRequest) -> HttpResponse:
    """The people of the moderator's organisation, 50 a page, searched by part of a pseudonym."""
    form = FindPersonForm(request.POST if request.method == "POST" else None)
    typed = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    matches = people.people_matching(request.ring, request.user, typed)
    last = max(1, -(-len(matches) // PAGE_SIZE))
    page = page_number(request.POST.get("page", ""), last)
    shown = matches[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    context = {
        "form": form,
        "people": [
            _person_context(found)
            for found in people.find_several(request.ring, request.user, shown)
        ],
        "count": len(matches),
        "typed": typed,
        "pager": pager(page, more=page < last),
    }
    return render(request, "accounts/people_list.html", context, status=400 if form.errors else 200)


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("stay", "sure")
def person(request: MemberRequest, member_id: int) -> HttpResponse:
    """One person: roles, stay, who admitted them and whom they admitted."""
    member = people.find_person(request.ring, request.user, member_id)
    if member is None:
        return person_not_found(request)
    try:
        if "roles" in request.POST.getlist("save"):
            return _save_roles(request, member)
        if "stay" in request.POST:
            return _save_stay(request, member)
    except people.ChangedMeanwhile:
        return _show(request, member, changed=True)
    except revoke.AlreadyDone:
        return _show(request, member, changed=True)
    return _show(request, member)


def person_not_found(request: MemberRequest) -> HttpResponse:
    """One answer for anyone who never was there, is gone, or is in another organisation."""
    return render(request, "accounts/person_not_found.html", status=404)


def _person_context(person: Person) -> dict[str, Any]:
    return {
        "id": person.row.pk,
        "name": person.pseudonym,
        "role_labels": person.role_labels,
        "stay_until": person.row.stay_until,
        "ends_soon": person.ends_soon,
        "genuine": person.genuine,
    }


def _show(request: MemberRequest, member: Person, *, changed: bool = False) -> HttpResponse:
    row = member.row
    if changed:
        now = people.find_person(request.ring, request.user, row.pk)
        if now is None:
            return person_not_found(request)
        member, row = now, now.row
    held = [role for role in roles.known_roles(row.roles) if role != "member"]
    admitted, admitted_by = people.admissions_of(request.ring, request.user, row.pk)
    context = {
        **_person_context(member),
        "is_herself": row.pk == request.user.pk,
        "holds_network_key": member.holds_network_key,
        "form": RolesForm(initial={"seen": row.roles, "roles": held}),
        "stay": StayForm(initial={"seen": row.stay_until}) if row.stay_until else None,
        "admitted": admitted,
        "admitted_by": admitted_by,
        "damaged": people.damaged_admissions_of(request.ring, request.user, row.pk),
        "changed": changed,
        "comparison_words": people.words_to_read(request.ring, request.user, member),
    }
    return render(request, "accounts/person_show.html", context, status=409 if changed else 200)


def _save_roles(request: MemberRequest, member: Person) -> HttpResponse:
    """The checkboxes. Granting or revoking "moderator" asks again."""
    form = RolesForm(request.POST)
    if not form.is_valid():
        raise people.ChangedMeanwhile
    row, ring, granted = member.row, request.ring, set(form.cleaned_data["roles"])
    is_moderator, becomes_moderator = member.is_moderator, "moderator" in granted
    code_seed: bytes | None = b""
    if is_moderator != becomes_moderator:
        if row.pk == request.user.pk:
            raise people.ChangedMeanwhile
        code_form = None if becomes_moderator else witness.renewal_form(request, "sure")
        code_seed = witness.typed_seed(request, code_form) if "sure" in request.POST else None
        if code_seed is None:
            context = {**_person_context(member), "form": form, "grants": becomes_moderator}
            context["code_form"] = code_form
            status = 400 if code_form and code_form.errors else 200
            return render(request, "accounts/person_moderator_confirm.html", context, status=status)
    people.set_roles(ring, request.user, row.pk, seen=form.cleaned_data["seen"], granted=granted)
    if is_moderator == becomes_moderator:
        notices.add(request, _("It is changed."))
        return redirect("accounts:person", row.pk)
    if becomes_moderator:
        code = invite.make_invitation(ring, request.user, "moderator")
        context = {**_person_context(member), **code_context(code)}
        return render_once(request, "accounts/moderator_code_show.html", context)
    revoked = revoke.remove_moderator_role(ring, request.user, row.pk, code_seed or b"")
    remember(request.session, revoked.ring)
    request.ring = revoked.ring
    context = witness.desk_code_context(request, revoked.desk_recovery_code)
    return render_once(request, "accounts/desk_code_show.html", context)


def _save_stay(request: MemberRequest, member: Person) -> HttpResponse:
    form = StayForm(request.POST)
    if not form.is_valid():
        raise people.ChangedMeanwhile
    seen: datetime.date = form.cleaned_data["seen"]
    for_good = request.POST["stay"] == "good"
    people.extend_stay(request.ring, request.user, member.row.pk, seen=seen, for_good=for_good)
    notices.add(request, _("It is changed."))
    return redirect("accounts:person", member.row.pk)
