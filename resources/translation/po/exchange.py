"""Export a page to PO entries and import them again; nothing newer is ever overwritten.

Every entry is imported as waiting for review, imported as a rough draft, or skipped and named with
the reason. Nothing is imported as approved. An import is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from resources.pages.models import Page, Segment, SegmentText
from resources.pages.segment_texts import State, TextsOfSegment
from resources.pages.versions import source_with_digest
from resources.text.markdown import link_addresses
from resources.text.segments import LONGEST, digest, parse
from resources.translation import submissions
from resources.translation.checks import tidy_translation, translation_problems
from resources.translation.desk import excerpt, find_work
from resources.translation.numbers import find_numbers
from resources.translation.po.file_format import NO_TEXT, PoEntry, entry_mark
from safety_app.accounts.keys.keyring import KeyRing


@dataclass(frozen=True)
class PlacedSegment:
    """A segment of the page with its texts and a name for messages."""

    segment: Segment
    texts: TextsOfSegment
    name: str


@dataclass(frozen=True)
class SkippedEntry:
    """An entry that was not imported: its name, and details of the reason."""

    name: str
    details: Sequence[str] = ()


@dataclass
class ImportSummary:
    """The result of an import: names of imported entries, and skipped ones by reason."""

    waiting: list[str] = field(default_factory=list)
    fuzzy: list[str] = field(default_factory=list)
    left_out: dict[str, list[SkippedEntry]] = field(default_factory=dict)
    empty: int = 0
    same: int = 0
    obsolete: int = 0

    def leave(self, reason: str, name: str, details: Sequence[str] = ()) -> None:
        """Record why an entry was skipped."""
        self.left_out.setdefault(reason, []).append(SkippedEntry(name, details))


def export_page(page: Page, language: str, *, originals_only: bool = False) -> list[PoEntry]:
    """The page as PO entries, in order; with `originals_only` without its translations."""
    entries = []
    for context, place in _places(page, language).items():
        texts = place.texts
        newest = None if originals_only else texts.newest
        fuzzy = newest is not None and texts.state == State.EDITING
        is_older = fuzzy and newest is not None and not texts.is_current(newest)
        role = place.segment.role
        entries.append(
            PoEntry(
                context=context,
                source=texts.source.text,
                text=newest.text if newest else "",
                fuzzy=fuzzy,
                mark="" if originals_only else _mark(newest),
                previous=source_with_digest(page, role, newest.source_digest)
                if newest and is_older
                else None,
                comment=_instructions(place),
            )
        )
    return entries


@transaction.atomic
def import_page(
    page: Page, language: str, entries: Sequence[PoEntry], ring: KeyRing, obsolete: int = 0
) -> ImportSummary:
    """Import what may be imported, attributed to the ring's owner; report the rest."""
    # Locked, so that of two files imported at once the second sees the first one's texts.
    Page.objects.select_for_update().get(pk=page.pk)
    places = _places(page, language)
    summary = ImportSummary(obsolete=obsolete)
    for entry in entries:
        place = places.get(entry.context)
        if place is None:
            summary.leave(_("No longer on the page"), excerpt(entry.source))
        else:
            _import_entry(place, entry, language, ring, summary)
    return summary


def _import_entry(
    place: PlacedSegment, entry: PoEntry, language: str, ring: KeyRing, summary: ImportSummary
) -> None:
    texts, role = place.texts, place.segment.role
    newest = texts.newest
    now = newest.text if newest else ""
    text = tidy_translation(role, entry.text)
    is_finished = newest is not None and texts.is_current(newest) and not newest.fuzzy
    if entry.source != texts.source.text:
        summary.leave(_("The original has changed since the file was made"), place.name)
    elif not text:
        summary.empty += 1
    elif now in (entry.text, text) and (entry.fuzzy or is_finished):
        summary.same += 1
    elif newest is not None and not entry.mark:
        # Translators: “mark: …” stands in the file in just these letters; do not translate it.
        reason = _("The comment “mark: …” is missing; some programs drop it")
        summary.leave(reason, place.name)
    elif entry.mark and entry.mark != _mark(newest):
        summary.leave(_("Someone has worked on it here since the file was made"), place.name)
    elif entry.fuzzy and is_finished:
        summary.leave(_("A draft, marked “fuzzy”, and a finished translation is here"), place.name)
    elif entry.fuzzy and len(text) <= LONGEST:
        _save(place, text, language, ring, fuzzy=True)
        summary.fuzzy.append(place.name)
    elif wrong := [
        problem.message
        for problem in translation_problems(role, texts.source.text, text)
        if problem.blocks
    ]:
        summary.leave(_("Something in it is not right"), place.name, wrong)
    else:
        _save(place, text, language, ring, fuzzy=False)
        summary.waiting.append(place.name)


def _mark(segment_text: SegmentText | None) -> str:
    """Never empty, so that a mark that is missing in a file was dropped by a program."""
    return entry_mark(segment_text.text, segment_text.source_digest) if segment_text else NO_TEXT


def _save(place: PlacedSegment, text: str, language: str, ring: KeyRing, *, fuzzy: bool) -> None:
    """Save `text` as waiting for review. Its segment was read in this same transaction."""
    texts = place.texts
    typed = submissions.Submission(
        text, fuzzy, digest(texts.source.text), submissions.base_of(texts)
    )
    submissions.save_submission(place.segment, language, ring, typed)


def _places(page: Page, language: str) -> dict[str, PlacedSegment]:
    """The page's segments by what `msgctxt` calls them, in their order."""
    places: dict[str, PlacedSegment] = {}
    paragraphs = 0
    for piece in (one for work in find_work(language, page.number) for one in work.pieces):
        segment, texts = piece.segment, piece.texts
        paragraphs += segment.role == Segment.Role.BODY
        if texts.source.text:
            name = f"{_segment_name(segment, paragraphs)}: {excerpt(texts.source.text)}"
            places[f"{segment.role}-{segment.pk:x}"] = PlacedSegment(segment, texts, name)
    return places


def _segment_name(segment: Segment, paragraphs: int) -> str:
    if segment.role == Segment.Role.BODY:
        return _("Paragraph %(number)s") % {"number": paragraphs}
    return str(segment.get_role_display()).capitalize()


def _instructions(place: PlacedSegment) -> str:
    """One line for a translator who uses another program: what the text is, what must stay."""
    source = place.texts.source.text
    block = parse(source)
    comment = str(place.segment.get_role_display())
    if place.segment.role == Segment.Role.KEYWORDS:
        return f"{comment}. " + _("Write what people type in your language; nobody sees it.")
    keep = [*sorted(set(find_numbers(source))), *link_addresses(block.markdown)]
    if block.kind != "text":
        keep.append(f"::: {block.kind} {block.label}" if block.kind == "local" else "::: fact")
    if keep:
        comment += ". " + _("Stays as it is: %(what)s") % {"what": "; ".join(dict.fromkeys(keep))}
    return " ".join(comment.split())
