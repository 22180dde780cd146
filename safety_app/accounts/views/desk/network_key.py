"""`/desk/keys/`: the network key in use, the progress of its renewal, and a manual renewal."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from safety_app import notices
from safety_app.accounts.budgets import KEY_RENEWALS
from safety_app.accounts.guards import recent_passphrase_required, role_required
from safety_app.accounts.keys.keyring import remember
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.rotation import desk_upkeep, network_rotation, reencrypt
from safety_app.accounts.rotation.database_keys import words_of
from safety_app.privacy.budgets import spend
from safety_app.privacy.numbers import parse_number
from safety_app.vault.errors import VaultError

REFRESH_SECONDS = 3
# A page that refreshes itself keeps the session alive: for five minutes at most.
MAX_REFRESHES = 100


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def network_key(request: MemberRequest) -> HttpResponse:
    """The network key's state; refreshes itself while alerts are being re-encrypted."""
    counts = reencrypt.count_rows(request.ring)
    under_way = reencrypt.is_under_way(request.ring)
    context = {
        "number": request.ring.current,
        # They are others when all has moved, and nobody should write these down.
        "words": "" if under_way else words_of(request.ring),
        "under_way": under_way,
        "reencrypted": counts.newest,
        "total": counts.newest + counts.older,
        "closed": counts.closed,
    }
    response = render(request, "accounts/network_key_show.html", context)
    refreshes = _refresh_count(request.GET.get("again", ""))
    if under_way and refreshes < MAX_REFRESHES:
        address = f"{reverse('accounts:network_key')}?again={refreshes + 1}"
        response["Refresh"] = f"{REFRESH_SECONDS}; url={address}"
    return response


@role_required("moderator")
@require_POST
def delete_closed(request: MemberRequest) -> HttpResponse:
    """Delete the alerts under closed keys, which nobody can open."""
    deleted = reencrypt.delete_closed(request.ring, request.user)
    words = ngettext(
        "%(number)s note that nobody could open is deleted.",
        "%(number)s notes that nobody could open are deleted.",
        deleted,
    )
    notices.add(request, words % {"number": deleted})
    return redirect("accounts:network_key")


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@recent_passphrase_required()
def renew_network_key(request: MemberRequest) -> HttpResponse:
    """Confirm, then create a new key for everyone. A repeated submission changes nothing."""
    ring = request.ring
    if request.method == "POST" and request.POST.get("number") == str(ring.current):
        spend(KEY_RENEWALS, request.user.pk)
        renewed = network_rotation.renew_network_key(ring)
        with suppress(VaultError):  # then another moderator signs it
            desk_upkeep.sign_network_key(renewed, request.user)
        remember(request.session, renewed)
        request.ring = renewed
        notices.add(request, _("There is a new key. Notes are being locked with it."))
    elif request.method == "POST":
        notices.add(request, _("The key was new already. Nothing more happened now."))
    if request.method == "POST":
        return redirect("accounts:network_key")
    return render(request, "accounts/network_key_renew.html", {"number": ring.current})


def _refresh_count(typed: str) -> int:
    """How often the page has refreshed itself."""
    return parse_number(typed, 3) or 0
