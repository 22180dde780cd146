"""gettext's own tools read what is written here, and merging with them loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from pathlib import Path

import polib
import pytest

from resources.pages.models import Page, SegmentText
from resources.translation.po import exchange, file_format
from safety_app.accounts.keys.keyring import KeyRing
from tests.resources.translation.paper import FIRST, TITLE, TODAY, page_of, translated

pytestmark = pytest.mark.django_db
RING = KeyRing(b"s" * 32, "Somebody")
OLDER = 'You can rest now, and sleep. "Here", if you like: C:\\rest.\n\n'.strip()
NEWER = 'You can rest now, and sleep well. "Here", if you like: C:\\rest.'


@pytest.fixture(autouse=True)
def _tools() -> None:
    if shutil.which("msgfmt") and shutil.which("msgmerge"):
        return
    if os.environ.get("CI") == "true":
        pytest.fail("gettext's tools are missing")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        pytest.skip("GETTEXT'S TOOLS ARE MISSING: apt install gettext")


def written(page: Page, folder: Path, *, originals_only: bool = False) -> Path:
    entries = exchange.export_page(page, "fr", originals_only=originals_only)
    path = folder / ("new.pot" if originals_only else "old.po")
    path.write_text(file_format.format_po(808, "fr", entries, TODAY), encoding="utf-8")
    return path


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr


def merged(old: Path, new: Path) -> Path:
    whole = old.with_name("merged.po")
    run("msgmerge", "--quiet", "--previous", "-o", whole, old, new)
    run("msgfmt", "--check", "-o", os.devnull, whole)
    return whole


@pytest.fixture
def page(db: None) -> Page:
    """A page in every state: nothing, draft, outdated, waiting, approved; two equal paragraphs."""
    page = page_of(FIRST, OLDER, "Same.", "Same.", "Long " * 300 + "end.")
    translated(page, TITLE, "Après « la nuit » 🫶")
    translated(page, OLDER, 'Repose-toi. "Ici", si tu veux : C:\\repos.', SegmentText.State.WAITING)
    first, second = page.segments.filter(segment_texts__text="Same.").order_by("position")
    for segment, text in ((first, "Pareil."), (second, "Idem.")):
        SegmentText.objects.create(
            segment=segment, language="fr", text=text, source_digest="x" * 32
        )
    translated(page, FIRST, "Appelle [la clinique](page:9).", SegmentText.State.WAITING, fuzzy=True)
    return page


def test_msgfmt_accepts_it(page: Page, tmp_path: Path) -> None:
    run("msgfmt", "--check", "-o", os.devnull, written(page, tmp_path))
    run("msgfmt", "--check", "-o", os.devnull, written(page, tmp_path, originals_only=True))


@pytest.mark.thorough
def test_merging_with_the_same_originals_loses_nothing(page: Page, tmp_path: Path) -> None:
    old = written(page, tmp_path)
    whole = merged(old, written(page, tmp_path, originals_only=True))
    before, after = polib.pofile(str(old)), polib.pofile(str(whole))
    kept = ("msgctxt", "msgid", "msgstr", "flags", "tcomment", "comment", "occurrences")
    assert [[getattr(one, name) for name in kept] for one in after] == [
        [getattr(one, name) for name in kept] for one in before
    ]
    for name in ("X-Page", "X-Language", "Language"):
        assert after.metadata[name] == before.metadata[name]
    rows = list(SegmentText.objects.order_by("pk").values())
    read = file_format.parse_po(whole.read_bytes())
    summary = exchange.import_page(page, "fr", read.entries, RING)
    assert (summary.waiting, summary.fuzzy, summary.left_out) == ([], [], {})
    assert list(SegmentText.objects.order_by("pk").values()) == rows


@pytest.mark.thorough
def test_merging_with_a_newer_original_keeps_the_translation_as_fuzzy(
    page: Page, tmp_path: Path
) -> None:
    old = written(page, tmp_path)
    page_of(FIRST, NEWER, "Same.", "Long " * 300 + "end.", "A new one.")
    whole = merged(old, written(page, tmp_path, originals_only=True))
    file = polib.pofile(str(whole))
    (changed,) = [one for one in file if one.msgid == NEWER]
    assert changed.fuzzy
    assert changed.previous_msgid == OLDER
    assert changed.msgstr.startswith("Repose-toi.")
    before = {one.msgstr for one in polib.pofile(str(old))}
    assert before == {one.msgstr for one in file}
    read = file_format.parse_po(whole.read_bytes())
    assert read.obsolete == 1
    rows = list(SegmentText.objects.order_by("pk").values())
    summary = exchange.import_page(page, "fr", read.entries, RING, read.obsolete)
    assert (summary.waiting, summary.fuzzy, summary.left_out) == ([], [], {})
    assert list(SegmentText.objects.order_by("pk").values()) == rows


def test_what_is_finished_after_merging_comes_in(page: Page, tmp_path: Path) -> None:
    old = written(page, tmp_path)
    page_of(FIRST, NEWER, "Same.", "Same.", "Long " * 300 + "end.")
    whole = merged(old, written(page, tmp_path, originals_only=True))
    file = polib.pofile(str(whole), wrapwidth=0)
    (changed,) = [one for one in file if one.msgid == NEWER]
    changed.fuzzy = False
    changed.msgstr += " Bien."
    file.save()
    read = file_format.parse_po(whole.read_bytes())
    summary = exchange.import_page(page, "fr", read.entries, RING)
    assert (len(summary.waiting), summary.fuzzy, summary.left_out) == (1, [], {})
