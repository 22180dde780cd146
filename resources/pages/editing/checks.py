"""Problems in a page's text, by line, shown before anybody else reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resources.pages.editing.content import NEVER_CHECKED, PageContent
from resources.pages.models import Page
from resources.text.markdown import complaints, link_addresses, too_deep
from resources.text.segments import (
    LONGEST,
    line_beyond_most,
    misplaced_marks,
    parse,
    split_with_lines,
)


@dataclass(frozen=True)
class Finding:
    """A problem in a text. One that `blocks` prevents publishing, never saving a draft.

    `line` counts from 1; 0 is the page as a whole.
    """

    line: int
    words: str
    blocks: bool = False


def check_content(content: PageContent, page: Page | None) -> list[Finding]:
    """Everything about a page before it is published: first what blocks, then by line."""
    findings = [
        *_check_whole(content),
        *check_text(content.body),
        *_check_places(content.body, page),
    ]
    return sorted(findings, key=lambda finding: (not finding.blocks, finding.line))


def check_text(body: str) -> list[Finding]:
    """What a Markdown text would not show as it was typed."""
    deep = too_deep(body)
    blocking = {line for line, _kind in misplaced_marks(body)} | {deep, line_beyond_most(body)}
    findings = [
        Finding(complaint.line, complaint.words, complaint.line in blocking)
        for complaint in complaints(body)
    ]
    if not deep:
        findings += _check_links(body)
    return findings


def any_blocking(findings: list[Finding]) -> bool:
    """Whether it cannot be published like this."""
    return any(finding.blocks for finding in findings)


def local_keys(body: str) -> list[tuple[int, str]]:
    """Each LOCAL block of a text: the line it begins in, and its key."""
    parsed = ((line, parse(piece)) for line, piece in split_with_lines(body))
    return [(line, segment.label) for line, segment in parsed if segment.kind == "local"]


def _check_whole(content: PageContent) -> Iterator[Finding]:
    if not content.title:
        yield Finding(0, _("A page needs a title."), True)
    if not content.answer:
        yield Finding(0, _("A page needs an answer in one sentence."), True)
    if not content.body:
        yield Finding(0, _("A page needs a text."), True)
    if content.checked == NEVER_CHECKED:
        yield Finding(0, _("Check that all of it is true, then tick that you have."), True)
    if not content.sources:
        yield Finding(0, _("There are no sources: readers cannot see who says so."))
    if content.correction:
        yield Finding(
            0,
            _(
                "Urgent correction: what you changed is shown in the original to everyone, "
                "until it is translated again."
            ),
        )
    yield from _check_lengths(content.body)


def _check_lengths(body: str) -> Iterator[Finding]:
    for line, piece in split_with_lines(body):
        if len(piece) > LONGEST:
            words = ngettext(
                "This paragraph is too long: at most %(most)s character.",
                "This paragraph is too long: at most %(most)s characters.",
                LONGEST,
            )
            yield Finding(line, words % {"most": LONGEST}, True)


def _check_places(body: str, page: Page | None) -> Iterator[Finding]:
    """Open places: each key occurs once, and none that organisations filled in is lost."""
    seen: set[str] = set()
    for line, key in local_keys(body):
        if key in seen:
            words = _("Two local boxes have the key “%(key)s”. Each needs its own.")
            yield Finding(line, words % {"key": key}, True)
        seen.add(key)
    filled = set(page.local_notes.values_list("key", flat=True)) if page else set()
    for key in sorted(filled - seen):
        words = _(
            "Organisations have filled in “%(key)s”. Nobody sees what they wrote while the "
            "text has no local box with this key."
        )
        yield Finding(0, words % {"key": key})


def _check_links(body: str) -> Iterator[Finding]:
    public = {f"page:{number}" for number in _public_numbers()}
    for line, piece in split_with_lines(body):
        for address in link_addresses(parse(piece).markdown):
            if address.startswith("page:") and address not in public:
                words = _("“%(address)s”: there is no such page on the site.")
                yield Finding(line, words % {"address": address[:20]})
            if address.lower().startswith("tel:") and parse(piece).kind != "local":
                yield Finding(
                    line,
                    _("A telephone number is true in one country only: put it in a local box."),
                )


def _public_numbers() -> list[int]:
    return list(Page.objects.filter(published=True).values_list("number", flat=True))
