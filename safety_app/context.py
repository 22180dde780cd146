"""What the frame of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from safety_app.members.guards import is_signed_in
from safety_app.members.models import Member
from safety_app.privacy.exit import neutral_site


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of `base.html`: name, languages of this same page, and who is looking."""
    signed_in = is_signed_in(request)
    ring = getattr(request, "ring", None)
    member = request.user if ring is not None else None
    return {
        "site_name": settings.SITE_NAME,
        "signed_in": signed_in,
        # Translators and editors hold no network key: there is nothing for them in the bar.
        "reads_alerts": ring is not None and bool(ring.epochs),
        "is_moderator": isinstance(member, Member) and member.has_role("moderator"),
        "languages": [(code, name, _in(code, request)) for code, name in settings.LANGUAGES],
        "exit_to": neutral_site(get_language() or settings.LANGUAGE_CODE),
        "lock_seconds": settings.SESSION_IDLE_SECONDS,
    }


def _in(language: str, request: HttpRequest) -> str:
    """This page in another language; the first page where there is none.

    An address that is none of ours may be anything: browsers read `//host/` as another site.
    """
    known = request.resolver_match is not None
    return translate_url(request.path, language) if known else f"/{language}/"
