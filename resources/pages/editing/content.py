"""A page's original as one value, to be edited, stored, compared and published."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields, replace

from django.db.models import F

from resources.pages.models import SECOND_PERSON_TOPICS, Page, Segment, SegmentText, Version
from resources.pages.versions import published
from safety_app.privacy.fields import LONG_AGO

# The day a page was checked that nobody has checked.
NEVER_CHECKED = LONG_AGO


@dataclass(frozen=True)
class PageContent:
    """A page's whole original. `change_note` and `correction` describe one change of it."""

    topic: str
    country: str = ""
    urgent: bool = False
    checked: datetime.date = NEVER_CHECKED
    title: str = ""
    answer: str = ""
    keywords: str = ""
    body: str = ""
    sources: str = ""
    change_note: str = ""
    correction: bool = False

    def reads_like(self, other: PageContent) -> bool:
        """Whether both make the same page, apart from what describes the change."""
        return replace(self, change_note="", correction=False) == replace(
            other, change_note="", correction=False
        )


FIELD_NAMES = tuple(field.name for field in fields(PageContent))


def content_of(version: Version) -> PageContent:
    """A version's content. A day that SQLite cannot read counts as never."""
    values = {name: getattr(version, name) for name in FIELD_NAMES}
    return PageContent(**values | {"checked": version.checked or NEVER_CHECKED})


def fill_version(version: Version, content: PageContent) -> None:
    """Copy the content into an unpublished version."""
    for name in FIELD_NAMES:
        setattr(version, name, getattr(content, name))


def unpublished_version(page: Page) -> Version | None:
    """The draft of a page, or what waits for a second person."""
    return page.versions.exclude(state=Version.State.PUBLISHED).first()


def published_content(page: Page) -> PageContent | None:
    """What readers see, or last saw; None if it was never published."""
    newest = published(page).first()
    if newest is None:
        return None
    return replace(content_of(newest), change_note="", correction=False)


def public_titles() -> dict[int, str]:
    """The title of every page as it was published last, by the page's id."""
    rows = SegmentText.objects.filter(
        segment__role=Segment.Role.TITLE,
        segment__position__isnull=False,
        language=F("segment__page__source_language"),
    ).exclude(state=SegmentText.State.WAITING)
    return dict(rows.values_list("segment__page_id", "text"))


def newest_content(page: Page) -> PageContent | None:
    """The draft's content, or else the published one."""
    draft = unpublished_version(page)
    return content_of(draft) if draft else published_content(page)


def needs_second_review(page: Page, content: PageContent) -> bool:
    """Whether somebody else has to publish it: the page is about health or the law, or will be."""
    was_public = page.published or published_content(page) is not None
    return content.topic in SECOND_PERSON_TOPICS or (was_public and page.needs_second_person)
