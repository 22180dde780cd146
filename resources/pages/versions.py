"""The published versions of a page, and earlier texts of an original by their digest."""

from __future__ import annotations

from django.db.models import QuerySet

from resources.pages.models import Page, Version
from resources.pages.publication import pieces_of
from resources.text.segments import digest


def published(page: Page) -> QuerySet[Version]:
    """The published versions of a page, the newest first."""
    return page.versions.filter(state=Version.State.PUBLISHED).order_by("-serial")


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
