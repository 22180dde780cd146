"""Small pages to translate, and their publications."""

from __future__ import annotations

from resources.pages.models import Page, Segment, SegmentText, Version
from resources.pages.publication import publish
from resources.text.segments import digest
from resources.translation.submissions import text_tags
from safety_app.locales.dates import today
from tests.cast import Person

BODY = "Get help within 72 hours.\n\nSee [the list](page:9).\n\n::: local care\nWhere?\n:::"
# What a translator wrote of the first paragraph, and what is wrong with a number.
RIGHT, WRONG = "Busca ayuda en 72 horas.", "Busca ayuda en 27 horas."


def make_page(number: int = 8, *, topic: str = "work", urgent: bool = False, **more: str) -> Page:
    """A page in English with title, answer and three paragraphs, published once."""
    page = Page.objects.create(
        number=number, topic=topic, urgent=urgent, source_language="en", checked=today()
    )
    change(page, **({"body": BODY} | more))
    return page


def change(page: Page, *, correction: bool = False, change_note: str = "", **texts: str) -> Version:
    """Publish the page anew with these texts; what is not given stays."""
    last = page.versions.order_by("-serial").first()
    whole = {"title": "After work", "answer": "Rest first.", "keywords": "", "body": BODY}
    if last is not None:
        whole = {name: getattr(last, name) for name in whole}
    version = Version(
        page=page, day=today(), topic=page.topic, urgent=page.urgent, checked=today(),
        correction=correction, change_note=change_note, **(whole | texts),
    )  # fmt: skip
    publish(version, today())
    page.refresh_from_db()
    return version


def first(page: Page) -> Segment:
    """The first paragraph: the one with a number."""
    found = page.segments.filter(role="body", position__isnull=False).order_by("position").first()
    assert found is not None
    return found


def source_of(segment: Segment) -> str:
    return segment.segment_texts.get(language="en").text


def write(
    segment: Segment,
    text: str,
    state: str = "waiting",
    *,
    by: Person | None = None,
    language: str = "es",
    **more: object,
) -> SegmentText:
    """A translation of the original as it is now."""
    mark = text_tags(by.ring, segment.pk, language)[0] if by else b""
    values = {"source_digest": digest(source_of(segment)), "author_tags": mark} | more
    return SegmentText.objects.create(
        segment=segment, language=language, text=text, state=state, **values
    )


def address(page: Page, segment: Segment | None = None, language: str = "es") -> str:
    """Where the page, or one of its texts, is translated."""
    end = f"{segment.pk}/" if segment else ""
    return f"/en/translate/{language}/{page.number}/{end}"


def typed(segment: Segment, text: str, base: str = "", **more: str) -> dict[str, str]:
    """What the form of a text sends, `base` being the translation it showed."""
    return {
        "text": text,
        "source_digest": digest(source_of(segment)),
        "base": digest(base) if base else "",
        **more,
    }
