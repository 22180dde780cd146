"""The starter pages: Markdown files with front matter, `starter_pages/<language>/NN-slug.md`.

The file in the page's source language carries everything; a translation carries its number, the
digest of the source it was made from, title, answer and text. `docs/translating.md` shows both.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from resources.pages.models import Page, Segment, SegmentText, Topic
from resources.text.segments import digest, joined_digest, split

FOLDER = Path(__file__).with_name("starter_pages")
_FENCE = "---\n"
T = TypeVar("T")


class StarterError(Exception):
    """A starter file that cannot be loaded; the message names the file and says why."""


@dataclass(frozen=True)
class StarterText:
    """A segment's text in one language, with the digest of the source it was made from."""

    role: str
    text: str
    source_digest: str
    state: str


@dataclass(frozen=True)
class StarterPage:
    """A page as files describe it: what is true of it, its sources, its texts by language."""

    number: int
    topic: str
    country: str
    urgent: bool
    source_language: str
    checked: date
    sources: tuple[tuple[str, str, str], ...]
    texts: dict[str, tuple[StarterText, ...]] = field(default_factory=dict)


def read_starter_pages(folder: Path = FOLDER) -> list[StarterPage]:
    """All starter pages, by number. Raises StarterError on the first file that is not right."""
    pages: dict[int, StarterPage] = {}
    translations: list[tuple[Path, str, dict[str, Any], list[str]]] = []
    for path in sorted(folder.glob("*/*.md")):
        matter, body = _read_file(path)
        language = path.parent.name
        if "source_digest" in matter:
            translations.append((path, language, matter, split(body)))
            continue
        page = _source_page(path, language, matter, split(body))
        if page.number in pages:
            raise StarterError(f"{path}: page {page.number} has two source files")
        pages[page.number] = page
    for path, language, matter, body_segments in translations:
        number = _required(path, matter, "number", int)
        if number not in pages:
            raise StarterError(f"{path}: no source file has this number")
        page = pages[number]
        page.texts[language] = _translated(path, matter, body_segments, page)
    return [pages[number] for number in sorted(pages)]


def source_digest(page: StarterPage) -> str:
    """What a translation's front matter names as `source_digest`, 32 hex digits."""
    return joined_digest(piece.text for piece in page.texts[page.source_language])


def stored_page(page: Page) -> StarterPage:
    """A page in the database, described as a starter file would."""
    texts: dict[str, list[StarterText]] = {}
    for segment in page.segments.prefetch_related("segment_texts"):
        for segment_text in segment.segment_texts.all():
            texts.setdefault(segment_text.language, []).append(
                StarterText(
                    segment.role, segment_text.text, segment_text.source_digest, segment_text.state
                )
            )
    return StarterPage(
        number=page.number,
        topic=page.topic,
        country=page.country,
        urgent=page.urgent,
        source_language=page.source_language,
        checked=page.checked,
        sources=tuple((source.title, source.url, source.dated) for source in page.sources.all()),
        texts={language: tuple(pieces) for language, pieces in texts.items()},
    )


def _read_file(path: Path) -> tuple[dict[str, Any], str]:
    text = path.read_text(encoding="utf-8")
    parts = text.split(_FENCE, 2)
    if len(parts) != 3 or parts[0]:
        raise StarterError(f"{path}: front matter between two lines of --- is missing")
    try:
        matter = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        raise StarterError(f"{path}: the front matter is not YAML ({error})") from error
    if not isinstance(matter, dict):
        raise StarterError(f"{path}: the front matter has no fields")
    return matter, parts[2]


def _required(path: Path, matter: dict[str, Any], name: str, kind: type[T]) -> T:
    value = matter.get(name)
    if not isinstance(value, kind):
        raise StarterError(f"{path}: {name} is missing or is not {kind.__name__}")
    return value


def _source_page(
    path: Path, language: str, matter: dict[str, Any], segments: list[str]
) -> StarterPage:
    topic = _required(path, matter, "topic", str)
    if topic not in Topic.values:
        raise StarterError(f"{path}: topic {topic} is not one of {', '.join(Topic.values)}")
    page = StarterPage(
        number=_required(path, matter, "number", int),
        topic=topic,
        country=str(matter.get("country") or ""),
        urgent=_required(path, matter, "urgent", bool),
        source_language=language,
        checked=_required(path, matter, "checked", date),
        sources=tuple(
            (str(source["title"]), str(source.get("url") or ""), str(source.get("dated") or ""))
            for source in _required(path, matter, "sources", list)
        ),
    )
    page.texts[language] = tuple(
        StarterText(role, text, "", SegmentText.State.APPROVED.value)
        for role, text in _with_roles(path, matter, segments)
    )
    return page


def _translated(
    path: Path, matter: dict[str, Any], segments: list[str], page: StarterPage
) -> tuple[StarterText, ...]:
    """The texts of a translation. If it was made from an older source, none counts as current."""
    source = page.texts[page.source_language]
    texts = _with_roles(path, matter, segments)
    if len(texts) != len(source):
        raise StarterError(f"{path}: {len(texts)} segments, the source has {len(source)}")
    current = _required(path, matter, "source_digest", str) == source_digest(page)
    return tuple(
        StarterText(
            role,
            text,
            digest(piece.text) if current else "",
            SegmentText.State.STARTER.value,
        )
        for (role, text), piece in zip(texts, source, strict=True)
    )


def _with_roles(path: Path, matter: dict[str, Any], segments: list[str]) -> list[tuple[str, str]]:
    keywords = str(matter.get("keywords") or "").strip()
    return [
        (Segment.Role.TITLE.value, _required(path, matter, "title", str)),
        (Segment.Role.ANSWER.value, _required(path, matter, "answer", str)),
        *([(Segment.Role.KEYWORDS.value, keywords)] if keywords else []),
        *((Segment.Role.BODY.value, text) for text in segments),
    ]
