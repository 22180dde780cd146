"""A page as its readers will see it, and what changed between two texts, for editors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from resources.pages.editing.content import NEVER_CHECKED, PageContent, fill_version
from resources.pages.local_notes import notes_for_country
from resources.pages.models import Page, Segment, SegmentText, Topic, Version
from resources.pages.presentation import render_page
from resources.pages.publication import pieces_of, sources_of
from resources.text.segments import split
from resources.text.word_diff import WordChange, diff_words
from safety_app.locales.countries import country_name
from safety_app.locales.dates import today
from safety_app.locales.page_languages import direction, shown_in
from safety_app.locales.phrases import long_date

LABELS: dict[str, str | Promise] = {
    "title": pgettext_lazy("of a page", "Title"),
    "answer": _("Answer in one sentence"),
    "keywords": _("Search words"),
    "sources": _("Sources"),
}


FACTS: dict[str, str | Promise] = {
    "topic": _("Topic"),
    "country": _("Country"),
    "urgent": _("Urgent help"),
    "checked": pgettext_lazy("day", "Checked"),
}


@dataclass(frozen=True)
class ChangedPart:
    """A part of a page with what changed in it; `label` is empty for its text."""

    label: str | Promise
    changes: Sequence[WordChange]


def render_preview(page: Page, content: PageContent) -> SafeString:
    """The page with this content, as somebody sees it who reads its language."""
    language = page.source_language
    shown = Page(
        pk=page.pk,
        number=page.number,
        topic=content.topic,
        country=content.country,
        urgent=content.urgent,
        source_language=language,
        checked=content.checked,
    )
    version = Version(page=shown)
    fill_version(version, content)
    rows = [_unsaved_segment(shown, role, text) for role, text in pieces_of(version)]
    # What `render_page` would otherwise fetch; none of these rows is ever stored.
    shown._prefetched_objects_cache = {"segments": rows}  # type: ignore[attr-defined]
    local = notes_for_country(shown, language, "", today())
    context = {
        "rendered": render_page(shown, language, local.notes),
        "language": language,
        "direction": direction(language),
        "country": country_name(content.country, language) if content.country else "",
        "local": local,
        "is_checked": content.checked != NEVER_CHECKED,
        "sources": sources_of(version),
    }
    with override(language):
        return render_to_string("pages/page_preview.html", context)


def compare(older: PageContent | None, newer: PageContent) -> list[ChangedPart]:
    """Every part that changed, word by word, and the paragraphs of the text beside them."""
    was = older or PageContent(topic=newer.topic)
    facts = [
        ChangedPart(
            label, [WordChange("gone", _fact(name, was)), WordChange("new", _fact(name, newer))]
        )
        for name, label in FACTS.items()
        if older is not None and getattr(was, name) != getattr(newer, name)
    ]
    texts = [
        ChangedPart(label, diff_words(getattr(was, name), getattr(newer, name)))
        for name, label in LABELS.items()
        if getattr(was, name) != getattr(newer, name)
    ]
    return facts + texts + list(_paragraphs(split(was.body), split(newer.body)))


def _fact(name: str, content: PageContent) -> str:
    """A field that is no text, in words."""
    if name == "topic":
        return str(dict(Topic.choices).get(content.topic, content.topic))
    if name == "urgent":
        return gettext("Yes") if content.urgent else gettext("No")
    if name == "checked":
        return gettext("never") if content.checked == NEVER_CHECKED else long_date(content.checked)
    return country_name(content.country, shown_in()) if content.country else gettext("Everywhere")


def _paragraphs(before: list[str], after: list[str]) -> Iterator[ChangedPart]:
    """Paragraph by paragraph: what stayed, and what was put in the place of what."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _tag, i, i_end, j, j_end in matcher.get_opcodes():
        older, newer = before[i:i_end], after[j:j_end]
        if older == newer:
            yield from (ChangedPart("", [WordChange("same", text)]) for text in _neighbours(older))
        elif len(older) == len(newer):
            yield from (
                ChangedPart("", diff_words(old, new)) for old, new in zip(older, newer, strict=True)
            )
        else:
            yield ChangedPart("", diff_words("\n\n".join(older), "\n\n".join(newer)))


def _neighbours(same: list[str]) -> list[str]:
    """Of paragraphs that stayed, those beside a change; the page is too long to read twice."""
    return same if len(same) <= 3 else [same[0], "…", same[-1]]


def _unsaved_segment(page: Page, role: str, text: str) -> Segment:
    segment = Segment(page=page, role=role)
    segment_text = SegmentText(
        segment=segment,
        language=page.source_language,
        text=text,
        state=SegmentText.State.APPROVED,
    )
    segment._prefetched_objects_cache = {"segment_texts": [segment_text]}  # type: ignore[attr-defined]
    return segment
