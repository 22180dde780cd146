"""Translations of an alert's free text by members."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from alerts import budgets
from alerts.flows import lifecycle, translation_edits, translations
from alerts.flows.translations import TranslatedText
from alerts.models import Alert, Translation
from alerts.sealing.keys import AlertKeys
from safety_app.vault.errors import VaultError
from tests.alerts.reports import report, reported
from tests.alerts.statuses import put_status
from tests.cast import Person
from tests.stacks.odd import put as put_odd

pytestmark = pytest.mark.django_db

NOBODYS = 2**62 + 1


@pytest.fixture
def alert(member: Person) -> Alert:
    return lifecycle.post(
        member.ring,
        member.row,
        report(
            reported("phone", "06 39 98 12 42"),
            text="Il a fermé la porte.\nPuis rien.",
            helped="J'ai téléphoné.",
            marks="une étoile",
            language="fr",
        ),
    )


def path(alert: Alert | int, action: str = "translate/") -> str:
    return f"/en/a/{alert.pk if isinstance(alert, Alert) else alert}/{action}"


def send(person: Person, alert: Alert, language: str = "en", **fields: str) -> Any:
    typed = {"text": "He locked the door.\nThen nothing.", "helped": "I called.", "marks": "a star"}
    typed |= {"written_in": language, "version": str(alert.version), **fields}
    return person.client.post(path(alert), typed)


def page(person: Person, alert: Alert, language: str = "en") -> str:
    response = person.client.get(path(alert, "").replace("/en/", f"/{language}/"))
    assert response.status_code == 200
    assert len(response.content) % 12_288 == 0
    return str(response.content.decode())


def test_it_stands_under_the_original_and_only_its_author_can_erase_it(
    outsider: Person, colleague: Person, alert: Alert
) -> None:
    assert send(outsider, alert)["Location"] == path(alert, "")
    text = page(colleague, alert)
    for words in ("English", "translated by a member", "He locked the door.<br>", "a star"):
        assert words in text, words
    assert text.index("Il a fermé") < text.index("He locked")
    assert "translated by a member: yours" not in text
    assert 'name="erase"' not in text
    own_page = page(outsider, alert)
    assert "translated by a member: yours" in own_page
    assert 'name="erase" value="en"' in own_page


def test_another_one_of_the_same_language_replaces_it(outsider: Person, alert: Alert) -> None:
    send(outsider, alert)
    send(outsider, alert, text="He shut the door.")
    send(outsider, alert, "es", text="Cerró la puerta.")
    assert Translation.objects.count() == 2
    text = page(outsider, alert)
    assert "He shut the door." in text
    assert "He locked" not in text


def test_changing_shows_what_she_wrote(outsider: Person, colleague: Person, alert: Alert) -> None:
    send(outsider, alert)
    form = outsider.client.post(path(alert), {"change": "en"}).content.decode()
    assert "He locked the door." in form
    assert "<option value=en selected>" in form
    assert "He locked" not in colleague.client.post(path(alert), {"change": "en"}).content.decode()
    assert Translation.objects.count() == 1


def test_erasing(outsider: Person, colleague: Person, alert: Alert) -> None:
    send(outsider, alert)
    assert colleague.client.post(path(alert), {"erase": "en"}).status_code == 302
    # A button that comes along through signing in is no consent.
    outsider.client.post(path(alert), {"erase": "en", "carry_to": path(alert)})
    assert Translation.objects.count() == 1
    assert outsider.client.post(path(alert), {"erase": "en"})["Location"] == path(alert, "")
    assert not Translation.objects.exists()
    assert outsider.client.post(path(alert), {"erase": "en"}).status_code == 302


@pytest.mark.thorough
def test_a_moderator_can_take_a_bad_one_away(
    outsider: Person, colleague: Person, moderator: Person, member: Person, alert: Alert
) -> None:
    send(outsider, alert)
    send(colleague, alert, "es", text="Cerró.")
    row = Translation.objects.get(tag=translations.translation_tag(outsider.ring, alert.pk, "en"))
    button = f'name="take_away" value="{row.pk}"'
    assert button in page(moderator, alert)
    assert button not in page(colleague, alert)
    for someone in (colleague, member, outsider):
        assert someone.client.post(path(alert), {"take_away": row.pk}).status_code == 404
    other = lifecycle.post(member.ring, member.row, report(text="Autre.", language="fr"))
    for number in ("x", "9" * 400, "²", "1"):
        assert moderator.client.post(path(alert), {"take_away": number}).status_code == 302
    moderator.client.post(path(other), {"take_away": row.pk})
    assert Translation.objects.count() == 2
    for _twice in range(2):
        taken = moderator.client.post(path(alert), {"take_away": row.pk})
        assert taken["Location"] == path(alert, "")
    assert "Cerró." in page(moderator, alert)
    assert Translation.objects.count() == 1


def test_reading_the_original_here_spends_the_budget_of_reading(
    outsider: Person, member: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = budgets.OPENED._replace(amount=2)
    monkeypatch.setattr("alerts.views.translate.OPENED", small)
    assert outsider.client.get(path(alert)).status_code == 200
    assert outsider.client.post(path(alert), {"change": "en"}).status_code == 200
    refused = outsider.client.post(path(alert), {"text": "", "written_in": "en"})
    assert refused.status_code == 429
    assert "Il a fermé" not in refused.content.decode()
    for _often in range(4):
        assert member.client.get(path(alert)).status_code == 200


@pytest.mark.thorough
def test_the_readers_language_comes_first_and_five_are_shown(
    outsider: Person, colleague: Person, alert: Alert
) -> None:
    for language in ("de", "it", "pt", "nl", "es", "en"):
        send(outsider, alert, language, text=f"In {language}.")
    send(colleague, alert, "es", text="Otra.")
    text = page(colleague, alert, "es")
    assert text.count('class="why"><summary>') >= 5
    own, other = text.index("Otra."), text.index("In es.")
    assert own < other < text.index("In de.")
    assert "In pt." not in text


def test_what_a_thief_sees_is_one_size_and_links_to_nobody(
    outsider: Person, member: Person, alert: Alert
) -> None:
    second = lifecycle.post(member.ring, member.row, report(text="Encore.", language="fr"))
    send(outsider, alert)
    send(outsider, alert, "es", text="Sí.")
    outsider.client.post(path(second), {"text": "Again.", "written_in": "en", "version": "1"})
    assert {len(row.box) for row in Translation.objects.all()} == {6144 + 29}
    assert len({bytes(row.tag) for row in Translation.objects.all()}) == 3


def test_a_correction_ends_it_and_a_change_of_the_rest_does_not(
    member: Person, outsider: Person, alert: Alert
) -> None:
    send(outsider, alert)
    report = lifecycle.read_report(member.ring, alert)
    corrected = lifecycle.correct(member.ring, alert.pk, replace(report, level=2))
    assert "He locked the door." in page(outsider, corrected)
    lifecycle.correct(member.ring, alert.pk, replace(report, text="Autre chose."))
    assert not Translation.objects.exists()


def test_what_was_corrected_meanwhile_is_said_and_nothing_is_lost(
    member: Person, outsider: Person, alert: Alert
) -> None:
    lifecycle.correct(
        member.ring, alert.pk, replace(lifecycle.read_report(member.ring, alert), text="Autre.")
    )
    response = send(outsider, alert)
    assert response.status_code == 400
    text = response.content.decode()
    assert "was changed while you wrote" in text
    assert "Autre." in text
    assert "He locked the door." in text
    assert 'name="version" value="2"' in text
    assert not Translation.objects.exists()


def test_another_version_keeps_what_it_says(outsider: Person, alert: Alert) -> None:
    send(outsider, alert)
    row = Translation.objects.get()
    keys = AlertKeys(outsider.ring)
    before = translations.open_translation(keys, 1, 1, row)
    row.box = translations.resealed(keys, row, (1, 1), 2)
    assert translations.open_translation(keys, 1, 2, row) == before
    with pytest.raises(VaultError):
        translations.open_translation(keys, 1, 1, row)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "", "helped": "", "marks": ""}, "Write your translation here."),
        ({"text": "x" * 1001}, "Remove 1"),
        ({"written_in": "fr"}, "Choose one of these."),
        ({"written_in": "xx"}, "Choose one of these."),
        ({"written_in": ""}, "Choose one."),
        ({"helped": "12 rue de la Paix"}, "looks like a street address"),
        ({"version": "x"}, ""),
    ],
)
def test_mistakes_are_named_and_what_was_typed_stays(
    outsider: Person, alert: Alert, fields: dict[str, str], words: str
) -> None:
    typed = {"text": "He locked <it>.", "written_in": "en", "version": "1", **fields}
    response = outsider.client.post(path(alert), typed)
    assert response.status_code == 400
    text = response.content.decode()
    assert words in text
    if fields.get("text") is None:
        assert "He locked &lt;it&gt;." in text
    assert not Translation.objects.exists()


def test_a_street_can_be_confirmed_to_be_none(outsider: Person, alert: Alert) -> None:
    asked = send(outsider, alert, text="12 rue de la Paix").content.decode()
    assert 'name="street_ok"' in asked
    assert send(outsider, alert, text="12 rue de la Paix", street_ok="on").status_code == 302


def test_markup_is_text_and_turning_characters_go(outsider: Person, alert: Alert) -> None:
    send(outsider, alert, text="<script>x</script> \u202eolleh")
    text = page(outsider, alert)
    assert "&lt;script&gt;x&lt;/script&gt; olleh" in text
    assert '<div dir="auto" lang="en">' in text


def test_the_longest_one_fits(outsider: Person, alert: Alert) -> None:
    full = {"text": "𐍈" * 1000, "helped": "𐍈" * 300, "marks": "𐍈" * 200}
    assert send(outsider, alert, **full).status_code == 302
    assert send(outsider, alert, "es", text='"\\' * 500).status_code == 302
    assert "𐍈" * 1000 in page(outsider, alert)


def test_only_what_the_original_has_is_asked(outsider: Person, member: Person) -> None:
    short = lifecycle.post(member.ring, member.row, report(text="Rien.", language="fr"))
    form = outsider.client.get(path(short)).content.decode()
    assert 'name="text"' in form
    assert 'name="helped"' not in form
    assert 'name="marks"' not in form
    empty = lifecycle.post(member.ring, member.row, report(text="", language=""))
    assert outsider.client.get(path(empty)).status_code == 404
    assert "Add a translation" not in page(outsider, empty)


def test_what_does_not_open_is_left_out(outsider: Person, colleague: Person, alert: Alert) -> None:
    send(outsider, alert)
    send(colleague, alert, "es", text="Cerró.")
    row = Translation.objects.filter(
        tag=translations.translation_tag(outsider.ring, alert.pk, "en")
    ).get()
    for value in (b"\x01" + bytes(6172), b"", "text", 5):
        put_odd("UPDATE alerts_translation SET box = %s WHERE id = %s", [value, row.pk])
        text = page(outsider, alert)
        assert "He locked" not in text
        assert "Cerró." in text


def test_one_of_another_alert_does_not_open(outsider: Person, member: Person, alert: Alert) -> None:
    send(outsider, alert)
    other = lifecycle.post(member.ring, member.row, report(text="Autre.", language="fr"))
    Translation.objects.update(alert=other)
    assert "He locked" not in page(outsider, other)


def test_a_budget_holds_floods_back(
    outsider: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = budgets.TRANSLATED._replace(amount=1)
    monkeypatch.setattr("alerts.views.translate.TRANSLATED", small)
    send(outsider, alert)
    response = send(outsider, alert, "es", text="Cerró.")
    assert response.status_code == 429
    assert "Cerró." in response.content.decode()


def test_hidden_ones_are_for_their_author_only(
    outsider: Person, member: Person, alert: Alert
) -> None:
    put_status(member.ring, state="hidden")
    assert outsider.client.get(path(alert)).status_code == 404
    assert send(outsider, alert).status_code == 404
    assert member.client.get(path(alert)).status_code == 200
    with pytest.raises(translation_edits.NotThere):
        translation_edits.save(outsider.ring, alert.pk, 1, TranslatedText("en", "x"))


def test_who_does_not_read_notes_finds_no_such_page(
    translator: Person, nobody: Client, alert: Alert
) -> None:
    assert translator.client.get(path(alert)).status_code == 404
    assert send(translator, alert).status_code == 404
    assert nobody.get(path(alert)).status_code == 302
    assert nobody.post(path(alert), {"text": "x"}).status_code == 403
    assert not Translation.objects.exists()


@pytest.mark.parametrize("number", ["1", "abc", "9" * 19, str(NOBODYS)])
def test_what_is_no_alert_is_a_404(member: Person, number: str) -> None:
    assert member.client.get(f"/en/a/{number}/translate/").status_code == 404
    assert member.client.post(f"/en/a/{number}/translate/", {"erase": "en"}).status_code == 404


def test_other_methods_are_refused(member: Person, alert: Alert) -> None:
    assert member.client.put(path(alert)).status_code == 405
