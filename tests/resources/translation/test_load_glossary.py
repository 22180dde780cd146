"""The starter glossary comes in, and what people changed or took out stays so."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from resources.translation.glossary import entries
from resources.translation.glossary.entries import GlossaryFileError, TermEntry
from resources.translation.models import Term

HEAD = "source_language,term,language,preferred,avoided,keep,note\n"


def load() -> str:
    out = StringIO()
    call_command("load_glossary", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_it_comes_in_once() -> None:
    assert ": new" in load()
    rows = sorted(Term.objects.values_list())
    assert len(rows) == len(entries.read_starter_glossary())
    assert ": new" not in load()
    assert sorted(Term.objects.values_list()) == rows


@pytest.mark.django_db
def test_what_people_changed_took_out_or_renamed_stays_so() -> None:
    load()
    changed, gone, renamed = Term.objects.order_by("pk")[:3]
    Term.objects.filter(pk=changed.pk).update(note="Ours.")
    entries.remove_term(gone.pk)
    own = TermEntry("en", "a word of our own", "", note="Ours.")
    entries.change_term(renamed.pk, own, entries.entry_digest(renamed))
    load()
    shown = {row.pk: row for row in entries.all_terms()}
    assert shown[changed.pk].note == "Ours."
    assert gone.pk not in shown
    assert shown[renamed.pk].term == "a word of our own"
    keys = [entries.entry_of(row).key for row in shown.values()]
    assert entries.entry_of(gone).key not in keys
    assert entries.entry_of(renamed).key not in keys


@pytest.mark.thorough
@pytest.mark.django_db
def test_a_word_that_was_taken_out_can_be_added_again() -> None:
    load()
    gone = Term.objects.order_by("pk").first()
    assert gone is not None
    entry = entries.entry_of(gone)
    entries.remove_term(gone.pk)
    assert entries.add_term(entry).pk == gone.pk
    assert entry in [entries.entry_of(row) for row in entries.all_terms()]


@pytest.mark.thorough
@pytest.mark.django_db
def test_a_word_people_added_themselves_is_not_brought_in_again() -> None:
    entry = entries.read_starter_glossary()[0]
    Term.objects.create(
        source_language=entry.source_language,
        term=entry.term.upper(),
        language=entry.language,
        note="Ours.",
    )
    load()
    assert [
        row.note for row in Term.objects.filter(term__iexact=entry.term, language=entry.language)
    ] == ["Ours."]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("term\n", "line 1"),
        (f"{HEAD}en,a,es,b\n", "line 2"),
        (f"{HEAD}en,a,es,b,,,,,\n", "line 2"),
        (f"{HEAD}en,,es,b,,,\n", "line 2, term"),
        (f"{HEAD}en,a,es,b,,no,\n", "line 2, keep"),
        (f"{HEAD}xx,a,es,b,,,\n", "line 2, source_language"),
        (f"{HEAD}en,a,xx,b,,,\n", "line 2, language"),
        (f"{HEAD}en,a,en,b,,,\n", "line 2, language"),
        (f"{HEAD}en,a,es,{'b' * 161},,,\n", "line 2, preferred"),
        (f"{HEAD}en,a,es,b,,,\nen,A,es,c,,,\n", "line 3, term"),
    ],
)
def test_a_file_that_is_not_right_names_line_and_field(
    tmp_path: Path, rows: str, said: str
) -> None:
    path = tmp_path / "glossary.csv"
    path.write_text(rows, encoding="utf-8")
    with pytest.raises(GlossaryFileError, match=said):
        entries.read_starter_glossary(path)
