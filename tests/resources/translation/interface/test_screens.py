"""The desk's screens for texts of the interface."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from resources.translation import budgets
from resources.translation.interface import overrides
from resources.translation.interface.forms import examples
from resources.translation.models import InterfaceOverride
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
LIST = "/en/translate/fr/texts/"


def address(about=KEEP) -> str:
    return f"{LIST}{text(about).key}/"


def page(who: Person, path: str = "") -> str:
    answer = who.client.get(path or address())
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def press(who: Person, button: str, *forms: str, about=KEEP, base: str | None = None) -> str:
    """Press a button under these forms, or those that are shown; the page after it."""
    there = overrides.stored("fr", text(about).key)
    shown = re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", page(who, address(about)))
    fields = {f"form_{number}": form for number, form in enumerate(forms or shown)}
    fields |= {button: "1", "base": there.base if base is None else base}
    answer = who.client.post(address(about), fields, follow=True)
    return unescape(answer.content.decode())


@pytest.mark.thorough
def test_a_text_is_found_by_what_one_sees(translator: Person) -> None:
    assert address() in page(translator, f"{LIST}?q=what+we+keep")
    assert address() in page(translator, f"{LIST}?q={BEFORE.upper()}")
    assert "Nothing fits." in page(translator, f"{LIST}?q=xyzzy")


def test_english_context_comments_and_places_are_shown(translator: Person) -> None:
    bar = next(one for one in overrides.catalogue.texts("fr").values() if one.text.context == "bar")
    shown = page(translator, f"{LIST}{bar.key}/")
    assert bar.text.english in shown
    assert "the bar; at most 9 characters" in shown
    assert "templates/partials/bar.html" in shown


@pytest.mark.thorough
def test_from_one_to_the_other_and_to_readers(translator: Person, proofreader: Person) -> None:
    assert "Saved. Now waiting for review." in press(translator, "save", BETTER)
    assert "your own text is waiting" in page(translator)
    assert 'name="approve"' not in page(translator)
    assert BETTER in page(proofreader, LIST)
    assert "Reviewed. Readers see it now." in press(proofreader, "approve")
    assert BETTER in page(proofreader, f"{LIST}?show=reviewed")
    assert BETTER in Client().get("/fr/").content.decode()
    assert "Readers see the program's own words again." in press(translator, "take_back")
    assert BEFORE in unescape(Client().get("/fr/").content.decode())


def test_what_is_typed_is_not_approved_unsaved(translator: Person, proofreader: Person) -> None:
    suggest(translator)
    assert "Save it first" in press(proofreader, "approve", "Autre chose")
    assert InterfaceOverride.objects.get().state == "waiting"


def test_two_at_once_both_stay(translator: Person, proofreader: Person) -> None:
    suggest(translator)
    shown = press(proofreader, "save", "Autre chose", base="")
    assert "Nothing was overwritten" in shown
    assert BETTER in shown
    assert "Autre chose" in shown
    assert 'name="base" value="' in shown
    assert "Saved." in press(proofreader, "save", "Autre chose")


@pytest.mark.thorough
def test_a_translator_sees_no_button_for_what_is_about_health(
    translator: Person, proofreader: Person, editor: Person
) -> None:
    suggest(translator, "Préparer la feuille", about=SHEET)
    assert 'name="approve"' not in page(proofreader, address(SHEET))
    assert "that is an editor" in press(proofreader, "approve", about=SHEET)
    assert "Reviewed." in press(editor, "approve", about=SHEET)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("<b>Ce qu’on garde</b>", "These are not in the original, remove them: </b> and <b>."),
        ("Ce qu’on garde 3 jours", "Numbers here that are not in the original: 3."),
        ("Ce qu’on garde %(x)s", "remove them: %(x)s."),
        ("", "There is no text yet."),
        ("x" * 100, "characters at most. Remove"),
        ("Бележкa", "Letters of two alphabets in one word: Бележкa."),
        ("Les prostituées", "“prostitu” is a word to avoid."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    translator: Person, typed: str, words: str
) -> None:
    shown = press(translator, "save", typed)
    assert words in shown
    assert typed in shown
    assert not InterfaceOverride.objects.exists()


def test_among_arabic_words_a_placeholder_reads_as_it_is_typed(translator: Person) -> None:
    """Else "%(count)s" is shown as "s(count)%"; and the arrow points as one reads."""
    shown = page(translator, LIST.replace("fr", "ar") + "?q=days ago")
    assert shown.count('<bdi dir="ltr">%(count)s</bdi>') >= 4
    key = text(DAYS_AGO, "ar").key
    assert '→ <bdi lang="ar"' in page(translator, f"/en/translate/ar/texts/{key}/")
    assert '← <bdi lang="ar"' in page(translator, f"/ar/translate/ar/texts/{key}/")
    assert "<bdi dir" not in page(translator, f"{LIST}?q=days ago")


def test_so_it_does_where_a_change_in_arabic_is_reviewed(
    translator: Person, proofreader: Person
) -> None:
    """And six boxes, one for each number, are no taller than what they hold."""
    there = text(DAYS_AGO, "ar")
    where = f"/en/translate/ar/texts/{there.key}/"
    typed = {f"form_{number}": f"{form} تقريبا" for number, form in enumerate(there.forms)}
    translator.client.post(where, typed | {"save": "1", "base": ""})
    shown = page(proofreader, where)
    assert "\u2066%(count)s\u2069" in shown.split("Changes waiting for review")[1]
    boxes = re.findall(r"<textarea[^>]*>[^<]*", shown)
    assert len(boxes) == 6
    assert all('class="line"' in box and "\u2066" not in box for box in boxes)


def test_every_plural_form_has_its_box_and_numbers(translator: Person) -> None:
    shown = page(translator, address(DAYS_AGO))
    assert shown.count("<textarea") == 2
    assert "0 · 1 …" in shown
    assert examples("ru") == [[1, 21, 31], [2, 3, 4], [0, 5, 6]]
    assert "Saved." in press(translator, "save", "un jour", "%(count)s jours", about=DAYS_AGO)


def test_a_suggestion_is_deleted(translator: Person) -> None:
    suggest(translator)
    assert "The translation is deleted." in press(translator, "delete")
    assert not InterfaceOverride.objects.exists()


def test_what_the_program_has_not_any_more_is_listed_and_deleted(
    translator: Person, proofreader: Person
) -> None:
    suggest(translator)
    approve(proofreader)
    InterfaceOverride.objects.update(key="0" * 32, english="What we kept once")
    assert BETTER not in page(translator, f"{LIST}?show=reviewed")
    assert "What we kept once" in page(translator, f"{LIST}?show=changed")
    old = f"{LIST}{'0' * 32}/"
    assert BETTER in page(translator, old)
    assert "deleted" in translator.client.post(old, {"delete": "1"}, follow=True).content.decode()
    assert not InterfaceOverride.objects.exists()


@pytest.mark.parametrize("path", ["en/texts/", "it/texts/", "xx/texts/", "fr/texts/nothing/"])
def test_nothing_is_there(translator: Person, path: str) -> None:
    assert translator.client.get(f"/en/translate/{path}").status_code == 404


def test_a_budget(translator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    few = budgets.SUGGESTIONS._replace(amount=1)
    monkeypatch.setattr("resources.translation.interface.views.SUGGESTIONS", few)
    press(translator, "save", BETTER)
    assert "That is the limit for now." in press(translator, "save", "Autre chose")
    assert InterfaceOverride.objects.count() == 1


def test_it_is_said_how_far_a_text_is_checked_and_since_when(
    translator: Person, editor: Person
) -> None:
    assert "How far it is checked: checked by someone else" in page(translator, address(SHEET))
    suggest(translator, "Préparer la feuille", about=SHEET)
    assert 'value="clinician"' not in page(translator, address(SHEET))
    assert 'value="clinician"' in page(editor, address(SHEET))
    key = text(SHEET).key
    fields = {"form_0": "Préparer la feuille", "base": overrides.stored("fr", key).base}
    editor.client.post(address(SHEET), fields | {"approve": "1", "level": "clinician"})
    assert InterfaceOverride.objects.get().level == "clinician"
    assert "How far it is checked: read by a clinician" in page(translator, address(SHEET))
    suggest(translator, "La feuille", about=SHEET)
    assert overrides.stored("fr", key).waiting.level == "draft"


def test_a_level_that_is_not_offered_counts_as_the_least(
    translator: Person, proofreader: Person
) -> None:
    suggest(translator)
    fields = {"form_0": BETTER, "base": overrides.stored("fr", text().key).base, "approve": "1"}
    proofreader.client.post(address(), fields | {"level": "clinician"})
    assert InterfaceOverride.objects.get().level == "checked"
