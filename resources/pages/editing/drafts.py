"""Storing what editors do: drafts, asking a second person, publishing, taking a page off the site.

Every step looks again at what is stored, under the same lock that it writes with, and does not
act on anything the person has not seen.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from resources.fingerprint import fingerprint
from resources.pages import author_tags
from resources.pages.editing.content import (
    NEVER,
    Content,
    fill,
    needs_second,
    newest,
    of_page,
    of_version,
    unpublished,
)
from resources.pages.models import Page, Version
from resources.pages.publishing import publish
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.dates import today
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.labels import member_tag

# Pages that come with the program have the numbers below; a link to a page has up to four digits.
FIRST_OWN, LAST_NUMBER = 101, 9_999


class Changed(Exception):
    """Somebody stored something else meanwhile: `now` is what there is; None is nothing."""

    def __init__(self, now: Content | None) -> None:
        super().__init__("changed meanwhile")
        self.now = now


class NoNumber(Exception):
    """There is no number left for another page."""


def mark(content: Content | None) -> str:
    """What a form carries so that it is known which text was seen."""
    return fingerprint(content) if content else ""


def own_tag(ring: KeyRing, version: Version) -> bytes:
    """The tag of whoever holds this ring at a version, 16 bytes."""
    return member_tag(ring.seed, "version", version.pk)


def is_own(ring: KeyRing, version: Version) -> bool:
    """Whether whoever holds this ring wrote it, alone or with others."""
    return own_tag(ring, version) in author_tags.read(version.author_tags)


@transaction.atomic
def create(row: int, language: str, content: Content, ring: KeyRing) -> Page:
    """A new page with this draft. `row` is its id, chosen when the form was made: sent twice, it
    is one page. Raises Changed when it exists and says something else, NoNumber."""
    page = Page.objects.filter(pk=row).first()
    if page is not None:
        now = newest(page)
        if now is None or not now.reads_like(content):
            raise Changed(now)
        return page
    highest = (
        Page.objects.filter(number__lte=LAST_NUMBER).aggregate(Max("number"))["number__max"] or 0
    )
    number = max(FIRST_OWN, highest + 1)
    if number > LAST_NUMBER:
        raise NoNumber
    page = Page.objects.create(
        pk=row,
        number=number,
        topic=content.topic,
        source_language=language,
        checked=NEVER,
        published=False,
    )
    _write(page, Version(page=page), content, ring)
    return page


@transaction.atomic
def save(page: Page, content: Content, ring: KeyRing, seen: str) -> Version | None:
    """Store a draft; gives it. None when it says what is published and nobody works on it.

    Raises Changed unless what is there is what was `seen`. What is unchanged stays as it is, with
    those who wrote it; whoever changes it is one of them from then on.
    """
    page = _locked(page)
    draft, now = unpublished(page), newest(page)
    if now is not None and (now == content or (draft is None and now.reads_like(content))):
        return draft
    if mark(now) != seen:
        raise Changed(now)
    return _write(page, draft or Version(page=page), content, ring)


@transaction.atomic
def ask(page: Page, content: Content, ring: KeyRing, seen: str) -> Version | None:
    """Store it, and let it wait for a second person. Raises Changed."""
    version = save(page, content, ring, seen)
    if version is not None and version.state != Version.State.ASKED:
        if not author_tags.read(version.author_tags):
            version.author_tags = own_tag(ring, version)
        version.state, version.rejection_reason = Version.State.ASKED, ""
        version.save()
    return version


@transaction.atomic
def publish_own(page: Page, content: Content, ring: KeyRing, seen: str) -> Version | None:
    """Store and publish it, or ask a second person where the page needs one. Raises Changed."""
    page = _locked(page)
    if needs_second(page, content):
        return ask(page, content, ring, seen)
    version = save(page, content, ring, seen)
    if version is not None:
        _publish(version)
    return version


@transaction.atomic
def publish_asked(page: Page, ring: KeyRing, seen: str) -> bool:
    """Publish what somebody else asked for; False when it is one's own, or nobody's.

    Raises Changed unless it is the text that was `seen`.
    """
    version = _asked(page, seen)
    if is_own(ring, version) or not author_tags.read(version.author_tags):
        return False
    _publish(version)
    return True


@transaction.atomic
def send_back(page: Page, seen: str, why: str) -> bool:
    """Make what was asked a draft again, with a line that says why. Raises Changed."""
    version = _asked(page, seen)
    version.state, version.rejection_reason = Version.State.DRAFT, why
    version.save()
    return True


@transaction.atomic
def throw_away(page: Page, seen: str) -> None:
    """Delete the draft, and the page if it never was more. Raises Changed."""
    page = _locked(page)
    draft = unpublished(page)
    if draft is None:
        return
    if mark(of_version(draft)) != seen:
        raise Changed(of_version(draft))
    draft.delete()
    if of_page(page) is None:
        page.delete()
    checkpoint_wal()


@transaction.atomic
def show(page: Page, on: bool) -> None:
    """Put a page on the site that was there before, or take it off."""
    page = _locked(page)
    if not on or of_page(page) is not None:
        page.published = on
        page.save(update_fields=["published"])


def _write(page: Page, version: Version, content: Content, ring: KeyRing) -> Version:
    fill(version, content)
    version.state, version.day = Version.State.DRAFT, today()
    version.author_tags = author_tags.added(version.author_tags, own_tag(ring, version))
    version.save()
    if of_page(page) is None:
        Page.objects.filter(pk=page.pk).update(topic=content.topic, country=content.country)
    checkpoint_wal()
    return version


def _publish(version: Version) -> None:
    publish(version, today())
    checkpoint_wal()


def _locked(page: Page) -> Page:
    """The row as it is now; nobody else writes until the transaction ends."""
    return Page.objects.select_for_update().get(pk=page.pk)


def _asked(page: Page, seen: str) -> Version:
    """What waits for a second person. Raises Changed when that is not what was `seen`."""
    page = _locked(page)
    version = unpublished(page)
    if version is None or version.state != Version.State.ASKED or mark(of_version(version)) != seen:
        raise Changed(newest(page))
    return version
