"""A corrected text comes out as PO, goes into the next release, and no update loses one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import polib
import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from deploy import strings
from resources.translation.interface import catalogue, serving
from resources.translation.models import InterfaceOverride
from safety_app.locales import interface_texts
from tests.cast import Person
from tests.resources.translation.interface.suggestions import (
    BEFORE,
    BETTER,
    DAYS_AGO,
    KEEP,
    approve,
    suggest,
)

pytestmark = pytest.mark.django_db
DAYS = ("%(count)s jour avant", "%(count)s jours avant")


def new_process() -> None:
    """Nothing of what a process had in memory is there after an update."""
    catalogue.texts.cache_clear()
    interface_texts._compiled.clear()
    trans_real._translations.clear()
    trans_real._default = None
    serving._served = 0
    translation.activate("en")


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object):
    """Install a release whose French catalogue somebody changed."""
    folder = tmp_path / "locale"
    shutil.copytree(settings.LOCALE_PATHS[0], folder)  # type: ignore[attr-defined]
    monkeypatch.setattr(strings, "ROOT", tmp_path)

    def install(change: Callable[[Catalog], object]) -> None:
        stored = strings.read("fr")
        change(stored)
        strings.write("fr", stored)
        monkeypatch.setattr(strings, "is_readable", lambda _language: True)
        with strings.po_path("fr").with_suffix(".mo").open("wb") as stream:
            strings.write_mo(stream, strings.read("fr"))
        settings.LOCALE_PATHS = [folder]  # type: ignore[attr-defined]
        new_process()

    yield install
    settings.LOCALE_PATHS = [Path(settings.BASE_DIR) / "locale"]  # type: ignore[attr-defined]
    new_process()


@pytest.fixture
def corrected(translator: Person, proofreader: Person) -> None:
    """A text and one with plural forms, corrected and approved; another one that waits."""
    suggest(translator)
    approve(proofreader)
    suggest(translator, *DAYS, about=DAYS_AGO)
    approve(proofreader, about=DAYS_AGO)


def prune() -> str:
    out = StringIO()
    call_command("prune_overrides", stdout=out)
    return out.getvalue()


def exported(folder: Path) -> Path:
    path = folder / "fr.po"
    call_command("export_overrides", "fr", str(path), verbosity=0)
    return path


def shown() -> str:
    serving.refresh()
    with translation.override("fr"):
        return translation.gettext(KEEP.english)


def test_it_comes_out_as_po_without_anything_else(
    corrected: None, translator: Person, tmp_path: Path
) -> None:
    suggest(translator, "Pas encore relu")
    path = exported(tmp_path)
    file = polib.pofile(str(path))
    assert file.metadata["Language"] == "fr"
    assert {entry.msgid: entry.msgstr or entry.msgstr_plural for entry in file} == {
        KEEP.english: BETTER,
        DAYS_AGO.english: dict(enumerate(DAYS)),
    }
    keep = file.find(KEEP.english)
    assert ("templates/partials/foot.html", "") in keep.occurrences
    assert "2026" not in path.read_text(encoding="utf-8")


@pytest.mark.thorough
def test_the_next_release_takes_it_and_the_override_goes(
    corrected: None, release: Callable[..., None], tmp_path: Path
) -> None:
    path = exported(tmp_path)
    strings.take(path)
    assert strings.read("fr").get(DAYS_AGO.english).string == DAYS
    release(lambda _stored: None)
    assert prune() == (
        "fr: 2 in the program by now, dropped; 0 kept; 0 kept whose English has changed\n"
    )
    assert not InterfaceOverride.objects.exists()
    assert shown() == BETTER
    assert prune() == ""


@pytest.mark.thorough
def test_it_survives_an_update_that_does_not_have_it(
    corrected: None, release: Callable[..., None]
) -> None:
    def other_words(stored: Catalog) -> None:
        stored.get(KEEP.english).string = "Ce que nous conservons"
        stored.get("Sign in").string = "Entrer ici"

    release(other_words)
    assert "2 kept;" in prune()
    assert shown() == BETTER
    page = Client().get("/fr/", headers={"accept-encoding": "identity"}).content.decode()
    assert BETTER in page
    assert "Entrer ici" in page


@pytest.mark.thorough
def test_where_the_english_changed_it_is_kept_listed_and_not_served(
    corrected: None, release: Callable[..., None], translator: Person
) -> None:
    def new_english(stored: Catalog) -> None:
        stored.delete(KEEP.english)
        stored.add("What is kept", "Ce qui est gardé")

    release(new_english)
    assert "1 kept; 1 kept whose English has changed" in prune()
    assert shown() == KEEP.english
    listed = translator.client.get("/en/translate/fr/texts/?show=changed").content.decode()
    assert BETTER in listed
    assert KEEP.english in listed


@pytest.mark.thorough
def test_what_waits_and_says_the_same_goes_too(
    translator: Person, release: Callable[..., None]
) -> None:
    suggest(translator)
    release(lambda stored: setattr(stored.get(KEEP.english), "string", BETTER))
    assert "1 in the program by now" in prune()
    assert not InterfaceOverride.objects.exists()


@pytest.mark.thorough
def test_what_a_release_has_changed_is_said_when_taking(
    corrected: None, tmp_path: Path, release: object, capsys: pytest.CaptureFixture[str]
) -> None:
    path = exported(tmp_path)
    stored = strings.read("fr")
    stored.delete(KEEP.english)
    strings.write("fr", stored)
    strings.take(path)
    assert "the English has changed 'What we keep'" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "xx", "it"])
def test_languages_without_a_catalogue(language: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no language with a catalogue"):
        call_command("export_overrides", language, str(tmp_path / "x.po"))


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("export_overrides", "fr", str(tmp_path / "none" / "x.po"))


def test_before_and_after_are_not_the_same() -> None:
    assert BEFORE != BETTER
    assert settings.LOCALE_PATHS[0].name == "locale"
