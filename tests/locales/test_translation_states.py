"""Every text says how far it has been checked, and the foot of a page in a draft says so."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from safety_app.locales import catalogue_files, translation_states
from safety_app.locales.translation_states import Level, TranslationState, is_draft, part_of
from safety_app.template_tags import rendered
from tests.cast import Person

ENGLISH = "This translation is a draft. To help correct it, ask your organisation."


@pytest.fixture
def french_is_a_draft(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The sentence of the foot, on a site whose French nobody has checked."""
    draft = dict.fromkeys(translation_states.PARTS, TranslationState(Level.DRAFT))
    monkeypatch.setattr(translation_states, "states", lambda _language: draft)
    rendered.cache_clear()
    with translation.override("fr"):
        yield translation.gettext(ENGLISH)
    rendered.cache_clear()


@pytest.mark.parametrize("language", catalogue_files.languages())
def test_every_language_says_how_far_it_is(language: str) -> None:
    assert (catalogue_files.folder_of(language) / "state.toml").is_file()
    for level, day in translation_states.states(language).values():
        assert isinstance(level, Level)
        assert isinstance(day, datetime.date)


def test_the_original_and_what_somebody_checked_are_no_drafts() -> None:
    assert not is_draft("en")
    assert not is_draft("fr")


@pytest.mark.parametrize(
    "told", ["[members]\nstate = 'good'", "[readers]\nstate = 'draft'", "[rest]\nday = 3"]
)
def test_a_file_that_says_something_else_is_refused(
    told: str, tmp_path: Path, settings: object
) -> None:
    settings.LOCALE_PATHS = [tmp_path]  # type: ignore[attr-defined]
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "state.toml").write_text(told)
    translation_states.states.cache_clear()
    try:
        with pytest.raises(ValueError, match="no part|no day|valid"):
            translation_states.states("fr")
    finally:
        translation_states.states.cache_clear()


def test_a_language_without_a_file_is_a_draft() -> None:
    assert is_draft("it")


def test_the_part_that_a_text_belongs_to() -> None:
    assert part_of(["templates/doctor/sheet.html", "templates/alerts/sheet_ask.html"]) == "doctor"
    assert part_of(["templates/translation/x.html", "alerts/forms.py"]) == "members"
    assert part_of(["templates/translation/x.html"]) == "rest"
    assert part_of(["templates/accounts/sign_in.html"]) == "account"
    assert part_of(["templates/accounts/desk_show.html"]) == "rest"
    assert part_of(["alerts/identifiers/accounts.py"]) == "members"


def test_every_line_of_the_parts_names_files_that_are_there() -> None:
    root = Path(translation_states.__file__).parents[2]
    listed = tomllib.loads((root / "safety_app/locales/data/parts.toml").read_text("utf-8"))
    assert listed.keys() == {"doctor", "account", "rest"}
    for begins in listed.values():
        assert begins == sorted(begins)
        for begin in begins:
            assert list(root.glob(f"{begin}*")), begin


def test_what_only_moderators_editors_and_translators_open_is_translated_last() -> None:
    root = Path(translation_states.__file__).parents[2]
    theirs = re.compile(
        r'role_required\("moderator"\)|@(editors_and_moderators|editors_only|translators_only)'
    )
    # A desk's page with a side for whoever is being helped.
    shared = {"alerts/views/outside/relay.py", "safety_app/accounts/views/people/vouch.py"}
    for folder in ("alerts", "resources", "safety_app/accounts/views"):
        for path in (root / folder).rglob("*.py"):
            place = path.relative_to(root).as_posix()
            if theirs.search(path.read_text("utf-8")) and place not in shared:
                assert part_of([place]) == "rest", place


@pytest.mark.django_db
def test_the_foot_says_so_in_that_language_only(french_is_a_draft: str, member: Person) -> None:
    assert french_is_a_draft != ENGLISH
    for client, address in ((Client(), "/fr/"), (member.client, "/fr/a/")):
        page = client.get(address, headers={"accept-encoding": "identity"}).content.decode()
        foot = unescape(page[page.index("<footer") :])
        assert french_is_a_draft in foot
    assert ENGLISH not in unescape(member.client.get("/en/a/").content.decode())
