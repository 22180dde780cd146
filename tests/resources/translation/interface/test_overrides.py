"""A text of the interface is corrected by two people, and nothing of it can break a page."""

from __future__ import annotations

import pytest
from django.utils import translation

from resources.translation.interface import overrides
from resources.translation.interface.overrides import Faulty, NotAllowed
from resources.translation.interface.stored_forms import forms_of
from resources.translation.models import InterfaceOverride
from resources.translation.submissions import SavedMeanwhile
from safety_app.locales.dates import today
from tests.cast import Person
from tests.resources.translation.interface.suggestions import (
    BEFORE,
    BETTER,
    DAYS_AGO,
    KEEP,
    SHEET,
    approve,
    suggest,
    text,
)

pytestmark = pytest.mark.django_db


def shown(english: str = KEEP.english) -> str:
    with translation.override("fr"):
        return translation.gettext(english)


def only() -> InterfaceOverride:
    return InterfaceOverride.objects.get()


def test_it_is_live_once_a_second_person_approved_it(
    translator: Person, proofreader: Person
) -> None:
    assert suggest(translator)
    assert shown() == BEFORE
    assert only().author_tags
    approve(proofreader)
    assert shown() == BETTER
    row = only()
    assert (row.state, row.day, bytes(row.author_tags)) == ("approved", today(), b"")


def test_nobody_approves_their_own_or_what_they_changed(
    translator: Person, proofreader: Person, editor: Person
) -> None:
    suggest(translator)
    with pytest.raises(NotAllowed):
        approve(translator)
    suggest(proofreader, "Ce que l’on garde")
    for writer in (translator, proofreader):
        with pytest.raises(NotAllowed):
            approve(writer)
    approve(editor)
    assert shown() == "Ce que l’on garde"


def test_what_is_about_health_is_approved_by_editors(
    translator: Person, proofreader: Person, editor: Person
) -> None:
    suggest(translator, "Préparer la feuille", about=SHEET)
    with pytest.raises(NotAllowed):
        approve(proofreader, about=SHEET)
    approve(editor, about=SHEET)
    assert shown(SHEET.english) == "Préparer la feuille"


def test_only_what_was_seen_is_approved_or_replaced(
    translator: Person, proofreader: Person, editor: Person
) -> None:
    suggest(translator)
    with pytest.raises(SavedMeanwhile):
        suggest(proofreader, "Autre chose", base="")
    with pytest.raises(SavedMeanwhile):
        approve(proofreader, base="")
    approve(proofreader)
    with pytest.raises(SavedMeanwhile):
        approve(editor)


@pytest.mark.parametrize(
    "forms",
    [
        ("Ce que <b>nous</b> gardons",),
        ('Ce que nous gardons" autofocus onfocus="x',),
        ("Ce que nous gardons &lt;",),
        ("Ce que nous gardons {0.__class__}",),
        ("Ce que nous gardons %(name)s",),
        ("100 % gardé",),
        ("Ce que nous gardons 3 jours",),
        ("Ce que\u202e nous gardons",),
        ("Ce que nous gardons !",),
        ("un", "deux"),
        ("What we keep",),
    ],
)
def test_a_faulty_text_is_refused(translator: Person, forms: tuple[str, ...]) -> None:
    with pytest.raises(Faulty):
        suggest(translator, *forms)
    assert not InterfaceOverride.objects.exists()


def test_plural_forms_are_served(translator: Person, proofreader: Person) -> None:
    suggest(translator, "%(count)s jour avant", "%(count)s jours avant", about=DAYS_AGO)
    approve(proofreader, about=DAYS_AGO)
    with translation.override("fr"):
        words = [translation.ngettext(*DAYS_AGO.sources, number) for number in (0, 1, 2)]
    assert words == ["%(count)s jour avant"] * 2 + ["%(count)s jours avant"]


def test_the_same_again_changes_nothing(translator: Person, proofreader: Person) -> None:
    assert not suggest(translator, *text().forms)
    assert suggest(translator)
    assert not suggest(proofreader, BETTER)
    assert not InterfaceOverride.objects.exclude(state="waiting").exists()


def test_a_suggestion_that_is_the_programs_own_text_ends_the_override(
    translator: Person, proofreader: Person
) -> None:
    suggest(translator)
    approve(proofreader)
    suggest(translator, *text().forms)
    approve(proofreader)
    assert shown() == BEFORE
    assert not InterfaceOverride.objects.exists()


def test_taken_back_it_waits_for_somebody_else(translator: Person, proofreader: Person) -> None:
    suggest(translator)
    approve(proofreader)
    overrides.take_back("fr", text(), "", proofreader.ring, today())
    assert shown() == BEFORE
    assert forms_of(only()) == (BETTER,)
    with pytest.raises(NotAllowed):
        approve(proofreader)
    approve(translator)
    assert shown() == BETTER
    suggest(translator, "Autre chose")
    base = overrides.stored("fr", text().key).base
    overrides.take_back("fr", text(), base, translator.ring, today())
    assert forms_of(only()) == ("Autre chose",)
    assert shown() == BEFORE


def test_a_suggestion_is_deleted_as_it_was_seen(translator: Person) -> None:
    suggest(translator)
    with pytest.raises(SavedMeanwhile):
        overrides.delete_suggestion("fr", text().key, "")
    overrides.delete_suggestion("fr", text().key, overrides.stored("fr", text().key).base)
    assert not InterfaceOverride.objects.exists()


def test_french_spaces_and_line_breaks_are_mended() -> None:
    assert overrides.tidied("fr", text(), [" Quoi :\noui "]) == ("Quoi\u00a0: oui",)


def test_without_tags_nobody_approves(proofreader: Person, translator: Person) -> None:
    suggest(translator)
    InterfaceOverride.objects.update(author_tags=b"")
    with pytest.raises(NotAllowed):
        approve(proofreader)
