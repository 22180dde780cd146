"""What was published: which versions came after a serial, and what an original said before."""

from __future__ import annotations

from django.db.models import QuerySet

from resources.models import Page, Segment, Version
from resources.publishing import pieces_of
from resources.segments import digest


def published(page: Page) -> QuerySet[Version]:
    """The published versions of a page, the newest first."""
    return page.versions.filter(state=Version.State.PUBLISHED).order_by("-serial")


def published_after(serial: int) -> list[Version]:
    """Every version published on the site after this serial, oldest first, with its page."""
    later = Version.objects.filter(state=Version.State.PUBLISHED, serial__gt=serial)
    return list(later.select_related("page").order_by("serial"))


def source_with_digest(page: Page, role: str, wanted: str) -> str | None:
    """The text a segment of this role had, by its digest (32 hex digits); None if never published.

    Texts of other roles are looked at last: a paragraph may have become the answer. The newest
    version is searched first.
    """
    if not wanted:
        return None
    otherwise: str | None = None
    for version in published(page).iterator(chunk_size=20):
        for kind, text in pieces_of(version):
            if digest(text) == wanted:
                if kind == role:
                    return text
                otherwise = otherwise or text
    return otherwise


def changed_segments(page: Page, older: Version | None, newer: Version) -> list[Segment]:
    """The segments on the page whose text is in `newer` and was not in `older`, in order.

    None for `older`: all of them. A text that changed again since is not among them.
    """
    before = {(role, digest(text)) for role, text in pieces_of(older)} if older else set()
    new = {(role, digest(text)) for role, text in pieces_of(newer)} - before
    rows = page.segments.filter(
        position__isnull=False, wordings__language=page.source_language
    ).values_list("pk", "role", "wordings__text")
    wanted = [pk for pk, role, text in rows if (role, digest(text)) in new]
    return list(page.segments.filter(pk__in=wanted))
