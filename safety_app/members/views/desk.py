"""`/desk/`: what a moderator does for her organisation."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from safety_app.members import inviting, panels, roles
from safety_app.members.forms import InviteForm
from safety_app.members.guards import MemberRequest, role_required
from safety_app.members.models import Invitation, Member
from safety_app.members.retention import today
from safety_app.members.showing import code_context
from safety_app.privacy.storage import forget
from safety_app.vault.errors import VaultError


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: MemberRequest) -> HttpResponse:
    """Open invitations, a form for a new one, how many people there are."""
    if "cancel" in request.POST:
        _cancel(request, request.POST["cancel"])
        return redirect("members:desk")
    if "make" in request.POST:
        form = InviteForm(request.POST)
    else:
        # Also what came back through the lock page, where nobody pressed the button.
        form = InviteForm(initial={"stay": "good", **request.POST.dict()})
    if form.is_valid():
        kind, guest = form.cleaned_data["role"], form.cleaned_data["stay"] == "guest"
        try:
            code = inviting.make_invitation(request.ring, request.user, kind, guest=guest)
        except VaultError:
            form.add_error(
                None, _("The keys of your desk do not fit any more. Tell who runs this site.")
            )
        else:
            context = {**code_context(code), "role": roles.WORDS[kind], "guest": guest}
            return render(request, "members/invitation_show.html", context)
    context = {
        "form": form,
        "organisation": request.user.organisation.name,
        "invitations": _open_invitations(request.user),
        "people": _people(request.user),
        "panels": panels.shown_to(request.user),
    }
    return render(request, "members/desk_show.html", context, status=400 if form.errors else 200)


def _open_invitations(moderator: Member) -> list[dict[str, Any]]:
    open_ones = Invitation.objects.filter(
        organisation=moderator.organisation_id, expires__gte=today()
    ).order_by("expires", "pk")
    return [
        {
            "id": str(row.pk),
            "role": roles.WORDS[roles.kind_of(row.roles)],
            "guest": row.guest,
            "left": _days_left((row.expires - today()).days),
        }
        for row in open_ones
    ]


def _days_left(days: int) -> str:
    if days == 0:
        return _("ends today")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def _people(moderator: Member) -> list[tuple[Any, int]]:
    rows = Member.objects.filter(organisation=moderator.organisation_id)
    counts = Counter(roles.kind_of(row) for row in rows.values_list("roles", flat=True))
    return [(words, counts[kind]) for kind, words in roles.WORDS.items() if counts[kind]]


def _cancel(request: MemberRequest, typed: str) -> None:
    """Delete an open invitation of her own organisation; 404 for any other."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 19):
        raise Http404
    hers = Invitation.objects.filter(organisation=request.user.organisation_id)
    if not hers.filter(pk=int(typed)).delete()[0]:
        raise Http404
    forget()
