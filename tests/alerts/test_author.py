"""`/a/<id>/author/`: a note for whoever wrote it, and who that is."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client

from alerts.budgets import DISCLOSED
from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.flows import messages, revoke
from safety_app.accounts.models import AuthorDisclosure, Desk, Member, Message, Organisation
from safety_app.locales.dates import today
from safety_app.privacy.budgets import spend
from safety_app.privacy.middleware import response_timing
from tests.alerts.reports import report
from tests.alerts.statuses import put_status
from tests.cast import Person

pytestmark = pytest.mark.django_db

NOT_OURS = "Nobody from your organisation wrote it"
LEFT = "Someone who has left your organisation wrote it"
TOO_OLD = "This note is older than 30 days"
LOOK = {"look": "1", "reason": "She may be hurt.", "sure": "on"}
SEND = {"send": "1", "text": "We are here on Tuesday."}


def post(author: Person, *, may_note: bool = True) -> Alert:
    return lifecycle.post(author.ring, author.row, report(may_note=may_note))


@pytest.fixture
def alert(member: Person) -> Alert:
    return post(member)


def path(alert: Alert) -> str:
    return f"/en/a/{alert.pk}/author/"


def text(person: Person, alert: Alert) -> str:
    response = person.client.get(path(alert))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.thorough
def test_a_note_reaches_her_and_nobody_sees_who_she_is(
    moderator: Person, member: Person, colleague: Person, alert: Alert
) -> None:
    shown = text(moderator, alert)
    assert "agreed to get a message about it" in shown
    response = moderator.client.post(path(alert), SEND)
    assert (response.status_code, response["Location"]) == (302, path(alert))
    after = text(moderator, alert)
    assert "If someone from your organisation wrote this note, your message is there." in after
    for page in (shown, after):
        assert "Amber" not in page
        assert str(member.row.pk) not in page
    account_page = member.client.get("/en/me/").content.decode()
    assert "We are here on Tuesday." in account_page
    assert f'href="/en/a/{alert.pk}/"' in account_page
    assert "We are here" not in colleague.client.get("/en/me/").content.decode()
    assert not AuthorDisclosure.objects.exists()


def test_without_her_consent_no_note_can_be_left(moderator: Person, member: Person) -> None:
    alert = post(member, may_note=False)
    shown = text(moderator, alert)
    assert "did not agree" in shown
    assert "<textarea" not in shown
    moderator.client.post(path(alert), SEND)
    assert not Message.objects.exists()


def plain(page: str) -> str:
    """What a person reads of a page: without token, padding and the alert's own address."""
    main = page.split("<main")[1].split("</main>")[0]
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|/a/\d+/', "", main)


@pytest.mark.thorough
def test_the_page_does_not_tell_whose_note_it_is(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    """The same for her moderators, for those of another organisation, and after she left."""
    before = plain(text(moderator, alert))
    assert plain(text(other_moderator, alert)) == before
    assert 'name="look"' in before
    assert 'name="send"' in before
    Alert.objects.update(author_seal=None, author_mac=None)
    assert plain(text(moderator, alert)) == before
    assert not AuthorDisclosure.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("may_note", [True, False])
def test_ending_her_access_does_not_tell_what_she_wrote(
    moderator: Person, member: Person, outsider: Person, may_note: bool
) -> None:
    notes = [post(member, may_note=may_note), post(outsider, may_note=may_note)]
    before = [plain(text(moderator, note)) for note in notes]
    gone = member.row.pk
    revoke.revoke_access(moderator.ring, moderator.row, {member.row.pk})
    assert not Member.objects.filter(pk=gone).exists()
    after = [plain(text(moderator, note)) for note in notes]
    assert after == before
    answers = [moderator.client.post(path(note), SEND) for note in notes]
    assert {answer.status_code for answer in answers} == {302 if may_note else 200}
    assert not Message.objects.exists()
    assert not AuthorDisclosure.objects.exists()


@pytest.mark.thorough
def test_a_message_answers_nothing(
    moderator: Person, other_moderator: Person, member: Person, alert: Alert
) -> None:
    pages = []
    for person in (moderator, other_moderator):
        answer = person.client.post(path(alert), SEND)
        assert (answer.status_code, answer["Location"]) == (302, path(alert))
        pages.append(plain(text(person, alert)))
    assert pages[0] == pages[1]
    too_long = {**SEND, "text": "x" * (messages.TEXT_LIMIT + 1)}
    wrong = [person.client.post(path(alert), too_long) for person in (moderator, other_moderator)]
    assert [answer.status_code for answer in wrong] == [400, 400]
    assert plain(wrong[0].content.decode()) == plain(wrong[1].content.decode())
    assert Message.objects.count() == 1


@pytest.mark.thorough
def test_the_answers_wait_for_the_same_step_of_time(
    moderator: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(response_timing.time, "sleep", waits.append)
    for typed in (SEND, LOOK):
        moderator.client.post(path(alert), typed)
    moderator.client.get(path(alert))
    assert len(waits) == 3


@pytest.mark.thorough
def test_whoever_looks_is_recorded_first_whatever_it_tells(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    assert NOT_OURS in other_moderator.client.post(path(alert), LOOK).content.decode()
    own = AuthorDisclosure.objects.filter(organisation=other_moderator.row.organisation_id)
    assert own.count() == 1
    assert "She may be hurt." in other_moderator.client.get("/en/desk/looks/").content.decode()
    assert not AuthorDisclosure.objects.exclude(pk=own.get().pk).exists()


def test_looking_has_a_budget(moderator: Person, alert: Alert) -> None:
    for _ in range(DISCLOSED.amount):
        spend(DISCLOSED, moderator.row.pk)
    assert moderator.client.post(path(alert), LOOK).status_code == 429
    assert not AuthorDisclosure.objects.exists()


@pytest.mark.thorough
def test_after_a_month_nobody_can_ask(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    day = today() - datetime.timedelta(days=29)
    put_status(moderator.ring, day=day)
    assert "agreed" in text(moderator, alert)
    # Before the sweep has come along, too.
    put_status(moderator.ring, day=day - datetime.timedelta(days=1))
    page = plain(text(moderator, alert))
    assert TOO_OLD in page
    assert "<form" not in page
    assert plain(text(other_moderator, alert)) == page
    for typed in (LOOK, SEND):
        assert plain(moderator.client.post(path(alert), typed).content.decode()) == page
    Alert.objects.update(author_seal=None, author_mac=None)
    assert plain(text(moderator, alert)) == page
    assert not AuthorDisclosure.objects.exists()
    assert not Message.objects.exists()


def test_who_is_no_moderator_finds_no_such_page(
    nobody: Client, member: Person, reporter: Person, translator: Person, alert: Alert
) -> None:
    assert nobody.get(path(alert))["Location"] == "/en/in/"
    for person in (member, reporter, translator):
        assert person.client.get(path(alert)).status_code == 404
        assert person.client.post(path(alert), LOOK).status_code == 404
        assert person.client.post(path(alert), SEND).status_code == 404
    assert not AuthorDisclosure.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.thorough
def test_looking_asks_for_a_reason_and_once_more(moderator: Person, alert: Alert) -> None:
    for missing in ("reason", "sure"):
        typed = {name: value for name, value in LOOK.items() if name != missing}
        response = moderator.client.post(path(alert), typed)
        assert response.status_code == 400
        assert "Amber Lynx" not in response.content.decode()
        assert f'href="#id_{missing}"' in response.content.decode()
    # What comes back through the lock page was not sent by the button.
    typed = {name: value for name, value in LOOK.items() if name != "look"}
    response = moderator.client.post(path(alert), typed)
    assert 'value="She may be hurt."' in response.content.decode()
    assert not AuthorDisclosure.objects.exists()


@pytest.mark.thorough
def test_her_pseudonym_is_shown_once_and_noted(moderator: Person, alert: Alert) -> None:
    shown = moderator.client.post(path(alert), LOOK).content.decode()
    assert "Amber Lynx" in shown
    assert AuthorDisclosure.objects.count() == 1
    assert "Amber Lynx" not in text(moderator, alert)
    listed = moderator.client.get("/en/desk/looks/").content.decode()
    assert "She may be hurt." in listed
    assert "Amber Lynx" not in listed
    assert f'href="/en/a/{alert.pk}/"' in listed


@pytest.mark.thorough
def test_without_an_entry_nothing_is_shown(
    moderator: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(AuthorDisclosure, "save", fails)
    moderator.client.raise_request_exception = False
    response = moderator.client.post(path(alert), LOOK)
    assert response.status_code == 500
    assert "Amber" not in response.content.decode()


@pytest.mark.thorough
def test_a_desk_that_was_tampered_with_fails_alike_for_every_note(
    moderator: Person, alert: Alert, outsider: Person
) -> None:
    other_note = post(outsider)
    mine = Desk.objects.get(organisation=moderator.row.organisation_id)
    other = Desk.objects.exclude(organisation=None).exclude(pk=mine.pk).get()
    Desk.objects.filter(pk=mine.pk).update(public_key=other.public_key)
    for note in (alert, other_note):  # whose desk is not certified moderates nothing
        assert moderator.client.get(path(note)).status_code == 404
        for typed in (LOOK, SEND):
            assert moderator.client.post(path(note), typed).status_code == 404
    assert not AuthorDisclosure.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.thorough
def test_an_author_who_has_gone_or_moved(
    moderator: Person, other_moderator: Person, member: Person, alert: Alert
) -> None:
    moved = Organisation.objects.get(pk=other_moderator.row.organisation_id)
    pk = member.row.pk
    Member.objects.filter(pk=pk).update(organisation=moved)
    shown = moderator.client.post(path(alert), LOOK).content.decode()
    assert LEFT in shown
    assert "Amber" not in shown
    assert NOT_OURS in other_moderator.client.post(path(alert), LOOK).content.decode()
    Member.objects.filter(pk=pk).delete()
    assert LEFT in moderator.client.post(path(alert), LOOK).content.decode()
    assert moderator.client.post(path(alert), SEND).status_code == 302
    assert not Message.objects.exists()
    assert AuthorDisclosure.objects.count() == 3


@pytest.mark.thorough
def test_a_pseudonym_that_does_not_open_is_said(
    moderator: Person, member: Person, alert: Alert
) -> None:
    Member.objects.filter(pk=member.row.pk).update(pseudonym_mac=b"x" * 32)
    shown = moderator.client.post(path(alert), LOOK).content.decode()
    assert "the pseudonym does not open" in shown
    assert AuthorDisclosure.objects.count() == 1


@pytest.mark.thorough
def test_a_seal_of_another_alert_names_nobody(
    moderator: Person, member: Person, colleague: Person, alert: Alert
) -> None:
    other = post(colleague)
    Alert.objects.filter(pk=alert.pk).update(
        author_seal=other.author_seal, author_mac=other.author_mac
    )
    assert NOT_OURS in moderator.client.post(path(alert), LOOK).content.decode()


@pytest.mark.thorough
def test_hidden_alerts_can_be_asked_about_and_gone_ones_not(
    moderator: Person, member: Person, alert: Alert
) -> None:
    put_status(member.ring, state="hidden")
    assert "agreed" in text(moderator, alert)
    Alert.objects.all().delete()
    assert moderator.client.get(path(alert)).status_code == 404
    assert moderator.client.post(path(alert), LOOK).status_code == 404
    assert not AuthorDisclosure.objects.exists()


def test_what_does_not_fit_is_said_and_kept(moderator: Person, alert: Alert) -> None:
    too_long = "x" * (messages.TEXT_LIMIT + 1)
    response = moderator.client.post(path(alert), {**SEND, "text": too_long, "reason": "kept"})
    assert response.status_code == 400
    assert too_long in response.content.decode()
    assert 'value="kept"' in response.content.decode()
    assert not Message.objects.exists()


def test_the_page_of_a_note_leads_there(moderator: Person, member: Person, alert: Alert) -> None:
    link = f'href="{path(alert)}"'
    assert link in moderator.client.get(f"/en/a/{alert.pk}/").content.decode()
    assert link not in member.client.get(f"/en/a/{alert.pk}/").content.decode()
