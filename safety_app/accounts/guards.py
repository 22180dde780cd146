"""Access control: the sign-in page for anonymous visitors, 404 for everyone without the role."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safety_app.accounts.keys.desk_keys import ModerationDeskUnavailable
from safety_app.accounts.keys.preconditions import NotModerator, Refused
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import MEMBER_ROLES
from safety_app.accounts.moderation_queue import forget_count
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.privacy import errors
from safety_app.privacy.form_replay import ask_to_sign_in, carried
from safety_app.privacy.page_privacy import is_signed_in
from safety_app.privacy.page_state import page_state

View = Callable[..., HttpResponse]

MODERATION_DESK_UNAVAILABLE = gettext_lazy(
    "For now, objections and what is wrong with notes cannot be read here: the shared "
    "moderation keys do not open. Renew the keys first if Moderation asks for it. They open "
    "again once a moderator of another organisation has opened Moderation."
)


def database_in_doubt(request: HttpRequest) -> HttpResponse:
    """503 when no key can be trusted until an operator has looked at the database."""
    fields = carried(request) if request.method == "POST" else ()
    return errors.page(request, 503, _("Please wait a little"), str(EpochNotPinned.words), fields)


def role_required(*roles: str, waiting: bool = False) -> Callable[[View], View]:
    """Admit accounts with one of these roles; without roles, everyone who is signed in.

    Applicants get 404 except on the few pages marked `waiting`.

    A POST whose session has ended is held in the sign-in form, so that nothing typed is lost.
    Whoever lacks the role gets 404, as if nothing were there, including those who lose it
    during the request.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if page_state(request).own_row_changed:
                return errors.own_row_changed(request)
            if page_state(request).pin_unreadable:
                return database_in_doubt(request)
            if not is_signed_in(request):
                return ask_to_sign_in(request)
            member_request = cast(MemberRequest, request)
            if member_request.user.state != "active" and not waiting:
                raise Http404
            if roles and not member_request.user.has_role(*roles):
                raise Http404
            if not MEMBER_ROLES.isdisjoint(roles) and not member_request.ring.epochs:
                raise Http404
            try:
                response = view(request, *args, **kwargs)
                if request.method == "POST" and "moderator" in roles:
                    forget_count(member_request.user)
                return response
            except NotModerator:
                raise Http404 from None
            except Refused as refusal:
                heading = _("Nothing was changed")
                return errors.page(request, 409, heading, str(refusal.words))
            except ModerationDeskUnavailable:
                heading = _("The shared moderation keys do not open here for now")
                return errors.page(request, 409, heading, str(MODERATION_DESK_UNAVAILABLE))

        return guarded

    return decorate


def account_role_required(*roles: str) -> Callable[[View], View]:
    """Admit accounts with one of these roles, with a network key or without; others get 404."""

    def decorate(view: View) -> View:
        @role_required()
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not cast(MemberRequest, request).user.has_role(*roles):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def recent_passphrase_required(back_to: str = "") -> Callable[[View], View]:
    """Ask for the passphrase again unless it was entered in the last five minutes.

    Use it inside `role_required`, on everything by which whoever takes an unlocked phone could
    take over the account. allauth would store the whole interrupted request in the session,
    with form, address and browser; here a page is opened by GET afterwards: the one named
    `back_to`, which views without a GET must give, or else the same one.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return cast(HttpResponse, reauthentication_required(view)(request, *args, **kwargs))
            except ReauthenticationRequired:
                page = reverse(back_to) if back_to else request.path
                address = f"{reverse('accounts:reauthenticate')}?{urlencode({'next': page})}"
                return HttpResponseRedirect(address)

        return confirmed

    return decorate
