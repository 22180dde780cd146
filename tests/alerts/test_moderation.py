"""The page of a review: who may open it, what it shows, and decisions one moderator makes."""

import json
from typing import Any

import pytest
from django.test import Client

from alerts import index, retention
from alerts.flows import change_requests, flags, lifecycle, moderation, translations
from alerts.models import Alert, BlindIndexEntry, Corroboration, Flag, Translation
from alerts.sealing.cards import open_card
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, open_note
from alerts.status import VISIBLE_STATES
from alerts.views import review
from safety_app.privacy.ids import random_id
from tests.alerts.reports import reported
from tests.alerts.reviews import (
    DECISIONS,
    NOBODYS,
    PHONE,
    case,
    decide,
    fields_of,
    page,
    path,
    post,
    report_of,
    state,
    ticked,
)
from tests.alerts.statuses import put_status
from tests.cast import Person
from tests.languages import EACH

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(member: Person) -> Alert:
    return post(
        member,
        level=2,
        text="Nadia was\nthere with him. NADIA ran.",
        helped="Nadia called.",
        marks="knows Nadia",
        city="Nadia town",
        identifiers=(PHONE, reported("name", "Nadia B")),
    )


@pytest.mark.parametrize("person", ["member", "colleague", "outsider", "reporter", "translator"])
def test_who_is_no_moderator_finds_no_such_page(
    request: pytest.FixtureRequest, alert: Alert, person: str
) -> None:
    someone: Person = request.getfixturevalue(person)
    assert someone.client.get(path(alert)).status_code == 404
    for do in DECISIONS:
        assert someone.client.post(path(alert), {"do": do}).status_code == 404
    assert state(alert) == "new"


def test_nobody_is_asked_to_sign_in(nobody: Client, alert: Alert) -> None:
    assert nobody.get(path(alert)).status_code == 302
    assert nobody.post(path(alert), {"do": "hide"}).status_code == 403
    assert state(alert) == "new"


def test_other_methods(moderator: Person, alert: Alert) -> None:
    assert moderator.client.put(path(alert)).status_code == 405
    assert moderator.client.delete(path(alert)).status_code == 405


@pytest.mark.thorough
@pytest.mark.parametrize("held", ["new", "reviewed", "held", "hidden"])
def test_moderators_of_every_organisation_see_it_whole(
    moderator: Person, other_moderator: Person, outsider: Person, alert: Alert, held: str
) -> None:
    lifecycle.confirm(outsider.ring, alert.pk, "to me as well")
    put_status(moderator.ring, state=held)
    for someone in (moderator, other_moderator):
        text = page(someone, alert)
        for words in ("◆◆◇", "Held someone against their will", "Nadia town", "+33 …42"):
            assert words in text
        assert "to me as well" in text
        assert "39981242" not in text
    author_page = outsider.client.get(f"/en/a/{alert.pk}/")
    assert author_page.status_code == (200 if held in VISIBLE_STATES else 404)


def test_the_page_of_a_note_leads_moderators_here(
    moderator: Person, outsider: Person, alert: Alert
) -> None:
    address = f"/en/a/{alert.pk}/"
    assert path(alert) in moderator.client.get(address).content.decode()
    assert path(alert) not in outsider.client.get(address).content.decode()


@pytest.mark.thorough
def test_flags_are_read_there_and_done_with_the_decision(
    moderator: Person, outsider: Person, colleague: Person, reporter: Person, alert: Alert
) -> None:
    flags.send_flag(outsider.ring, alert.pk, flags.FlagContent("worker_named", "Nadia <i>"))
    flags.send_flag(colleague.ring, alert.pk, flags.FlagContent("false", "was sealed"))
    Flag.objects.filter(tag=flags.flag_tag(colleague.ring, alert.pk)).update(sealed=bytes(99))
    text = moderator.client.get(path(alert)).content.decode()
    assert "It names or describes a worker" in text
    assert "Nadia &lt;i&gt;" in text
    assert "1 more could not be opened" in text
    # One that comes in meanwhile was not seen: it stays.
    flags.send_flag(reporter.ring, alert.pk, flags.FlagContent("revenge", ""))
    moderator.client.post(path(alert), {**fields_of(text), "do": "reviewed"})
    assert state(alert) == "reviewed"
    assert Flag.objects.count() == 1
    assert "Nothing is wrong with it" in page(moderator, alert)
    decide(moderator, alert, "reviewed")
    assert not Flag.objects.exists()


@pytest.mark.thorough
def test_flags_of_another_note_stay(moderator: Person, outsider: Person, alert: Alert) -> None:
    other = post(outsider)
    flags.send_flag(moderator.ring, other.pk, flags.FlagContent("false", ""))
    decide(moderator, alert, "reviewed", flags=str(Flag.objects.get().pk))
    assert Flag.objects.exists()


@pytest.mark.thorough
def test_marking_as_reviewed(moderator: Person, outsider: Person, alert: Alert) -> None:
    response = decide(moderator, alert, "reviewed")
    assert response["Location"] == path(alert)
    assert "reviewed" in outsider.client.get(f"/en/a/{alert.pk}/").content.decode()
    assert "marked as reviewed" in page(moderator, alert)
    assert report_of(moderator, alert).text.startswith("Nadia")


@pytest.mark.thorough
def test_two_phones_have_one_effect_and_the_second_is_told(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    seen = fields_of(page(other_moderator, alert))
    decide(moderator, alert, "hide")
    response = other_moderator.client.post(path(alert), {**seen, "do": "reviewed"})
    assert response.status_code == 409
    assert "someone has changed this" in response.content.decode()
    assert "Hidden up to" in response.content.decode()
    assert state(alert) == "hidden"


@pytest.mark.thorough
def test_a_correction_meanwhile_is_looked_at_first(
    moderator: Person, member: Person, alert: Alert
) -> None:
    seen = fields_of(page(moderator, alert))
    lifecycle.correct(member.ring, alert.pk, report_of(member, alert))
    assert moderator.client.post(path(alert), {**seen, "do": "reviewed"}).status_code == 409
    assert state(alert) == "new"


@pytest.mark.thorough
def test_what_the_author_took_back_meanwhile(
    moderator: Person, member: Person, alert: Alert
) -> None:
    seen = fields_of(page(moderator, alert))
    lifecycle.withdraw(member.ring, alert.pk)
    for do in DECISIONS:
        response = moderator.client.post(path(alert), {**seen, "do": do, "phrase": "x", "level": 1})
        assert response.status_code == 404
        assert "Its author deleted it" in response.content.decode()
    assert moderator.client.get(path(NOBODYS)).status_code == 404


@pytest.mark.thorough
def test_a_correction_makes_it_new_again(moderator: Person, member: Person, alert: Alert) -> None:
    decide(moderator, alert, "reviewed")
    lifecycle.correct(member.ring, alert.pk, report_of(member, alert))
    assert state(alert) == "new"


@pytest.mark.thorough
def test_words_are_taken_out_everywhere(
    moderator: Person, member: Person, outsider: Person, alert: Alert
) -> None:
    lifecycle.confirm(outsider.ring, alert.pk, "I know nadia")
    row = Translation(id=random_id(), alert=alert, tag=bytes(16))
    row.box = translations.seal_translation(
        AlertKeys(outsider.ring), 1, row, translations.TranslatedText("fr", "Nadia était là.")
    )
    row.save(force_insert=True)
    assert decide(moderator, alert, "redact", phrase="Nadia").status_code == 302
    changed = report_of(member, alert)
    assert changed.text == "[…] was\nthere with him. […] ran."
    assert (changed.helped, changed.marks, changed.city) == ("[…] called.", "knows […]", "[…] town")
    assert [reported.kind for reported in changed.identifiers] == ["phone"]
    assert not Translation.objects.exists()
    row_now = Alert.objects.get(pk=alert.pk)
    assert row_now.version == 2
    keys = AlertKeys(outsider.ring)
    card = open_card(keys, 1, alert.pk, 2, row_now.card)
    assert "adia" not in json.dumps([card.city, card.masked])
    for someone in (outsider, member, moderator):
        text = someone.client.get(f"/en/a/{alert.pk}/").content.decode()
        assert "adia" not in text
        assert "I know […]" in text
    assert (
        "A moderator has changed this." in member.client.get(f"/en/a/{alert.pk}/").content.decode()
    )
    assert "A moderator has changed this." not in text
    assert index.find_alerts(keys, [("phone", PHONE.key)]) == {("phone", PHONE.key): [alert.pk]}
    assert "It happened to 1 other person too" in text


@pytest.mark.thorough
def test_words_in_a_note_of_a_confirmation_alone(
    moderator: Person, outsider: Person, alert: Alert
) -> None:
    lifecycle.confirm(outsider.ring, alert.pk, "Zoé of the café")
    decide(moderator, alert, "redact", phrase="zoé of  the\nCAFÉ")
    keys, row = AlertKeys(moderator.ring), Corroboration.objects.get()
    assert open_note(keys, 1, note_of(row), row.note) == "[…]"


@pytest.mark.thorough
@pytest.mark.parametrize("box", ["t-999", "x", "", "n1-0", "t--1", "t-²", "i7-0"])
def test_words_that_are_not_there(moderator: Person, alert: Alert, box: str) -> None:
    response = decide(moderator, alert, "redact", w=[box])
    assert response.status_code == 400
    assert "Tick the words to remove." in response.content.decode()
    assert Alert.objects.get(pk=alert.pk).version == 1


@pytest.mark.thorough
def test_a_word_inside_a_longer_one_stays(moderator: Person, member: Person) -> None:
    alert = post(member, level=1, text="Ana ate a banana with ana-maria. ANA!")
    decide(moderator, alert, "redact", phrase="ana")
    assert report_of(member, alert).text == "[…] ate a banana with […]-maria. […]!"


@pytest.mark.thorough
def test_one_letter_alone_is_not_taken_out(moderator: Person, member: Person) -> None:
    alert = post(member, level=1, text="A man called M was there.")
    assert decide(moderator, alert, "redact", phrase="M").status_code == 400
    assert decide(moderator, alert, "redact", phrase="called M").status_code == 302
    assert report_of(member, alert).text == "A man […] was there."


@pytest.mark.thorough
def test_words_apart_go_in_one_step(moderator: Person, member: Person) -> None:
    alert = post(member, level=1, text="Nadia lives above the bakery in Lyon.", city="Lyon")
    boxes = ticked(moderator, alert, "Nadia") + ticked(moderator, alert, "Lyon")
    assert decide(moderator, alert, "redact", w=boxes).status_code == 302
    changed = report_of(member, alert)
    assert changed.text == "[…] lives above the bakery in […]."
    assert changed.city == "[…]"
    assert changed.moderated


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("text", "boxes", "rest"),
    [
        ("رأيت نادية عند المخبز", ["t-1"], "رأيت […] عند المخبز"),
        ("我在面包店见过娜迪亚", ["t-7", "t-8", "t-9"], "我在面包店见过[…]"),
        ("เจอนาเดีย", ["t-3", "t-4", "t-5", "t-6", "t-7", "t-8"], "เจอ[…]"),
    ],
)
def test_words_of_any_script_can_be_ticked(
    moderator: Person, member: Person, text: str, boxes: list[str], rest: str
) -> None:
    alert = post(member, level=1, text=text)
    shown = moderator.client.get(f"/en/a/{alert.pk}/words/").content.decode()
    assert '<p class="words" dir="auto">' in shown
    assert decide(moderator, alert, "redact", w=boxes).status_code == 302
    assert report_of(member, alert).text == rest


def test_the_page_of_words_is_for_moderators_and_has_a_budget(
    moderator: Person, member: Person, nobody: Client, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/en/a/{alert.pk}/words/"
    assert member.client.get(address).status_code == 404
    assert nobody.get(address).status_code == 302
    assert moderator.client.post(address).status_code == 405
    assert moderator.client.get(f"/en/a/{NOBODYS}/words/").status_code == 404
    monkeypatch.setattr(review, "OPENED", review.OPENED._replace(amount=0))
    assert moderator.client.get(address).status_code == 429


@pytest.mark.thorough
def test_longer_than_fits_is_refused_whole(moderator: Person, member: Person) -> None:
    alert = post(member, level=1, text="ab " * 330, helped="👻" * 300, marks="👻" * 200)
    assert decide(moderator, alert, "redact", phrase="ab").status_code == 302
    assert report_of(member, alert).text.strip() == "[…]"


@pytest.mark.thorough
def test_another_level_moves_the_end(moderator: Person, member: Person, alert: Alert) -> None:
    assert decide(moderator, alert, "level", level="1").status_code == 302
    row = Alert.objects.get(pk=alert.pk)
    assert (row.level, row.version) == (1, 2)
    assert row.expires == retention.expiry_of(1, row.day)
    assert report_of(member, alert).moderated
    decide(moderator, alert, "level", level="3")
    row = Alert.objects.get(pk=alert.pk)
    assert (row.level, row.expires) == (3, retention.expiry_of(3, row.day))


@pytest.mark.thorough
@pytest.mark.parametrize(("level", "status"), [("2", 409), ("7", 400), ("", 400), ("x", 400)])
def test_a_level_that_is_none_or_the_same(
    moderator: Person, alert: Alert, level: str, status: int
) -> None:
    assert decide(moderator, alert, "level", level=level).status_code == status
    assert Alert.objects.get(pk=alert.pk).version == 1


@pytest.mark.thorough
def test_what_comes_back_through_the_lock_page_decides_nothing(
    moderator: Person, alert: Alert
) -> None:
    response = moderator.client.post(path(alert), {"level": "1", "why": "because"})
    assert response.status_code == 200
    again = {"do": "keep", "unlock": "1", **fields_of(page(moderator, alert))}
    assert moderator.client.post(path(alert), again).status_code == 200
    assert state(alert) == "new"
    assert 'value="1" checked' in response.content.decode()
    assert Alert.objects.get(pk=alert.pk).version == 1


@pytest.mark.thorough
def test_a_button_that_is_none(moderator: Person, alert: Alert) -> None:
    for do in ("other", "agree-", "agree-x", f"agree-{NOBODYS}", f"end-{NOBODYS}", "end-²"):
        assert decide(moderator, alert, do).status_code == 409
    assert state(alert) == "new"


@pytest.mark.thorough
def test_one_that_does_not_open_can_be_hidden_and_its_flags_done(
    moderator: Person, outsider: Person, alert: Alert
) -> None:
    flags.send_flag(outsider.ring, alert.pk, flags.FlagContent("false", ""))
    Alert.objects.filter(pk=alert.pk).update(body=b"\x01" + bytes(8220))
    assert "This note does not open" in page(moderator, alert)
    assert decide(moderator, alert, "level", level="1").status_code == 409
    assert decide(moderator, alert, "redact", phrase="word").status_code == 409
    assert decide(moderator, alert, "keep").status_code == 302
    assert state(alert) == "hidden"
    assert not Flag.objects.exists()


@pytest.mark.thorough
def test_held_ones_wait_and_are_published_by_a_moderator(
    moderator: Person, outsider: Person, member: Person, settings: Any
) -> None:
    settings.PUBLISH = "review"
    alert = post(member, level=2)
    assert state(alert) == "held"
    assert outsider.client.get(f"/en/a/{alert.pk}/").status_code == 404
    assert "Not published yet" in page(moderator, alert)
    assert decide(moderator, alert, "hide").status_code == 409
    decide(moderator, alert, "reviewed")
    assert state(alert) == "reviewed"
    assert outsider.client.get(f"/en/a/{alert.pk}/").status_code == 200
    very = post(member, level=3)
    assert state(very) == "new"


@pytest.mark.thorough
def test_a_held_one_that_is_made_very_dangerous_is_published(
    moderator: Person, member: Person, settings: Any
) -> None:
    settings.PUBLISH = "review"
    alert = post(member, level=2)
    decide(moderator, alert, "level", level="3")
    assert state(alert) == "new"


def test_a_decision_opens_labels_and_tie_as_before(
    moderator: Person, member: Person, alert: Alert
) -> None:
    labels = set(BlindIndexEntry.objects.values_list("label", flat=True))
    moderation.change_or_propose(case(moderator, alert), change_requests.Change("level", level=1))
    assert set(BlindIndexEntry.objects.values_list("label", flat=True)) == labels
    assert lifecycle.is_author(member.ring, Alert.objects.get(pk=alert.pk))


@pytest.mark.parametrize("language", EACH)
def test_a_full_note_still_fits_the_first_flight(
    moderator: Person, outsider: Person, member: Person, language: str
) -> None:
    many = tuple(reported("email", f"someone{n}@example.org") for n in range(8))
    full = post(
        member, identifiers=many, text="word " * 200, helped="word " * 60, marks="word " * 40
    )
    for someone in (outsider, moderator):
        response = someone.client.get(f"/{language}/a/{full.pk}/")
        assert len(response.content) == 12_288
