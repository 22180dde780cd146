"""The template context of every page's frame."""

from functools import partial
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from safety_app import notices
from safety_app.accounts import moderation_queue
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing
from safety_app.accounts.keys.preconditions import NotModerator
from safety_app.accounts.member_request import ring_of
from safety_app.accounts.models import Member
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.privacy.page_state import page_state
from safety_app.privacy.views.exit import neutral_site


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of `base.html`: the site's name, this page in other languages, and who is looking."""
    ring = ring_of(request)
    # The bar leads to what needs the network key, which translators and editors do not hold.
    member = cast(Member, request.user) if ring is not None and ring.epochs else None
    return {
        "site_name": settings.SITE_NAME,
        "signed_in": ring is not None,
        "reads_alerts": member is not None,
        "is_moderator": member is not None and member.has_role("moderator"),
        "translates": _works_as(request, "translator", "editor"),
        "edits_pages": _works_as(request, "editor"),
        "path_rest": _path_rest(request),
        "exit_to": neutral_site(get_language() or settings.LANGUAGE_CODE),
        "lock_seconds": settings.SESSION_IDLE_SECONDS,
        "waiting": partial(_waiting, ring, member),
        "take_notice": partial(notices.take, request),
    }


def _waiting(ring: KeyRing | None, member: Member | None) -> int:
    """How many things wait for a moderator; 0 for everyone else."""
    if ring is None or member is None or not member.has_role("moderator"):
        return 0
    try:
        return moderation_queue.waiting_count(ring, member)
    except (
        EpochMoved,
        EpochNotPinned,
        NotModerator,
    ):  # a page that says so is drawn outside of any view
        return 0


def _works_as(request: HttpRequest, *roles: str) -> bool:
    """Whether the person signed in has one of these roles, with a network key or without."""
    if ring_of(request) is None:
        return False
    member = cast(Member, request.user)
    return member.state != "waiting" and member.has_role(*roles)


def _path_rest(request: HttpRequest) -> str:
    """What follows the language in this page's address, with what is kept for the page, quoted.

    Empty where there is no such page in other languages: then links lead to the first page. An
    address that is none of ours may be anything: browsers read `//host/` as another site.
    """
    if request.resolver_match is None:
        return ""
    # Only the prefix of an address differs between languages. `translate_url` would resolve the
    # whole of it and put it together again, once a language and page.
    prefix, _slash, rest = request.path[1:].partition("/")
    if prefix not in dict(settings.LANGUAGES):
        return ""
    return quote(rest) + page_state(request).entry_query
