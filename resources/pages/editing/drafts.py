"""Drafts: saving, requesting a review, publishing, discarding; taking a page off the site.

Each step reads again what is stored, under the lock it writes with, and refuses to act on
anything the person has not seen.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from resources.fingerprint import fingerprint
from resources.pages import author_tags
from resources.pages.editing.content import (
    NEVER_CHECKED,
    PageContent,
    content_of,
    fill_version,
    needs_second_review,
    newest_content,
    published_content,
    unpublished_version,
)
from resources.pages.models import Page, Version
from resources.pages.publication import publish
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.tags import own_tags
from safety_app.locales.dates import today
from safety_app.privacy.storage import checkpoint_wal

# Pages that come with the program have the numbers below; a link to a page has up to four digits.
FIRST_OWN, LAST_NUMBER = 101, 9_999


class DraftChanged(Exception):
    """Somebody else saved meanwhile. `now` is what is stored; None if nothing is."""

    def __init__(self, now: PageContent | None) -> None:
        super().__init__("changed meanwhile")
        self.now = now


class NoPageNumberLeft(Exception):
    """There is no number left for another page."""


def fingerprint_of(content: PageContent | None) -> str:
    """What a form carries to say which text was seen; empty for none."""
    return fingerprint(content) if content else ""


def version_tags(ring: KeyRing, version: Version) -> list[bytes]:
    """The tags (16 bytes) of the ring's owner for a version; a new one is the first."""
    return own_tags(ring, "version", version.pk)


def is_own(ring: KeyRing, version: Version) -> bool:
    """Whether the ring's owner is one of its writers."""
    written_by = author_tags.split_tags(version.author_tags)
    return not written_by.isdisjoint(version_tags(ring, version))


@transaction.atomic
def create_page(row: int, language: str, content: PageContent, ring: KeyRing) -> Page:
    """A new page with this draft. `row` is its id, chosen when the form was made: sent twice, it
    is one page. Raises DraftChanged when it exists and says something else, NoPageNumberLeft."""
    page = Page.objects.filter(pk=row).first()
    if page is not None:
        now = newest_content(page)
        if now is None or not now.reads_like(content):
            raise DraftChanged(now)
        return page
    highest = (
        Page.objects.filter(number__lte=LAST_NUMBER).aggregate(Max("number"))["number__max"] or 0
    )
    number = max(FIRST_OWN, highest + 1)
    if number > LAST_NUMBER:
        raise NoPageNumberLeft
    page = Page.objects.create(
        pk=row,
        number=number,
        topic=content.topic,
        source_language=language,
        checked=NEVER_CHECKED,
        published=False,
    )
    _write(page, Version(page=page), content, ring)
    return page


@transaction.atomic
def save_draft(page: Page, content: PageContent, ring: KeyRing, seen: str) -> Version | None:
    """Store a draft and return it; None if it equals what is published and there is no draft.

    Raises DraftChanged unless what is there is what was `seen`. An unchanged draft keeps
    its writers; whoever changes it becomes one of them.
    """
    page = _locked(page)
    draft, now = unpublished_version(page), newest_content(page)
    if now is not None and (now == content or (draft is None and now.reads_like(content))):
        return draft
    if fingerprint_of(now) != seen:
        raise DraftChanged(now)
    return _write(page, draft or Version(page=page), content, ring)


@transaction.atomic
def request_review(page: Page, content: PageContent, ring: KeyRing, seen: str) -> Version | None:
    """Store it, and let it wait for a second person. Raises DraftChanged."""
    version = save_draft(page, content, ring, seen)
    if version is not None and version.state != Version.State.ASKED:
        if not author_tags.split_tags(version.author_tags):
            version.author_tags = version_tags(ring, version)[0]
        version.state, version.rejection_reason = Version.State.ASKED, ""
        version.save()
    return version


@transaction.atomic
def publish_own(page: Page, content: PageContent, ring: KeyRing, seen: str) -> Version | None:
    """Save and publish, or request a review where the page needs one. Raises DraftChanged."""
    page = _locked(page)
    if needs_second_review(page, content):
        return request_review(page, content, ring, seen)
    version = save_draft(page, content, ring, seen)
    if version is not None:
        _publish(version)
    return version


@transaction.atomic
def publish_reviewed(page: Page, ring: KeyRing, seen: str) -> bool:
    """Publish what somebody else wants reviewed; False if it is her own or has no writers.

    Raises DraftChanged unless it is the text that was `seen`.
    """
    version = _locked_for_review(page, seen)
    if is_own(ring, version) or not author_tags.split_tags(version.author_tags):
        return False
    _publish(version)
    return True


@transaction.atomic
def send_back_draft(page: Page, seen: str, why: str) -> bool:
    """Turn a version in review back into a draft, with a reason. Raises DraftChanged."""
    version = _locked_for_review(page, seen)
    version.state, version.rejection_reason = Version.State.DRAFT, why
    version.save()
    return True


@transaction.atomic
def discard_draft(page: Page, seen: str) -> None:
    """Delete the draft, and the page if it was never published. Raises DraftChanged."""
    page = _locked(page)
    draft = unpublished_version(page)
    if draft is None:
        return
    if fingerprint_of(content_of(draft)) != seen:
        raise DraftChanged(content_of(draft))
    draft.delete()
    if published_content(page) is None:
        page.delete()
    checkpoint_wal()


@transaction.atomic
def set_on_site(page: Page, on: bool) -> None:
    """Take a page off the site, or put one back that was published before."""
    page = _locked(page)
    if not on or published_content(page) is not None:
        page.published = on
        page.save(update_fields=["published"])


def _write(page: Page, version: Version, content: PageContent, ring: KeyRing) -> Version:
    fill_version(version, content)
    version.state, version.day = Version.State.DRAFT, today()
    own = version_tags(ring, version)
    version.author_tags = author_tags.with_writer(version.author_tags, own)
    version.save()
    if published_content(page) is None:
        Page.objects.filter(pk=page.pk).update(topic=content.topic, country=content.country)
    checkpoint_wal()
    return version


def _publish(version: Version) -> None:
    publish(version, today())
    checkpoint_wal()


def _locked(page: Page) -> Page:
    """The page's row, locked until the transaction ends."""
    return Page.objects.select_for_update().get(pk=page.pk)


def _locked_for_review(page: Page, seen: str) -> Version:
    """The version in review. Raises DraftChanged unless it is what was `seen`."""
    page = _locked(page)
    version = unpublished_version(page)
    if (
        version is None
        or version.state != Version.State.ASKED
        or fingerprint_of(content_of(version)) != seen
    ):
        raise DraftChanged(newest_content(page))
    return version
