"""`/r/<number>/versions/`: what was published, what changed between any two, and going back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from resources.pages.editing.content import content_of
from resources.pages.editing.presentation import compare
from resources.pages.models import Page, Version
from resources.pages.versions import published
from resources.roles import editors_and_moderators
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.page_languages import direction

# Older ones than these stay stored, and translators still find their texts.
MOST_SHOWN = 100


@editors_and_moderators
@require_http_methods(["GET", "HEAD"])
def page_versions(request: MemberRequest, number: int) -> HttpResponse:
    """The published versions, newest first, and two of them word by word."""
    page = get_object_or_404(Page, number=number)
    versions = list(published(page)[:MOST_SHOWN])
    newer = _chosen(versions, request.GET.get("newer", ""), 0)
    older = _chosen(versions, request.GET.get("older", ""), 1)
    if older and newer and (older.serial or 0) > (newer.serial or 0):
        older, newer = newer, older
    context = {
        "page": page,
        "versions": versions,
        "older": older,
        "newer": newer,
        "rows": compare(content_of(older), content_of(newer)) if older and newer else [],
        "direction": direction(page.source_language),
        "can_edit": request.user.has_role("editor"),
    }
    return render(request, "pages/page_versions.html", context)


def _chosen(versions: list[Version], serial: str, place: int) -> Version | None:
    """The version with this serial; if there is none, the one at that index."""
    for version in versions:
        if str(version.serial) == serial:
            return version
    return versions[place] if place < len(versions) else None
