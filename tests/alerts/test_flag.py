"""Asking the moderators to look at a note: who may, how often, and who can read it."""

from typing import Any

import pytest
from django.test import Client

from alerts.flows import flags, lifecycle
from alerts.models import Alert, Flag
from alerts.views import flag as flag_view
from safety_app.accounts.keys.desk_keys import desk_of, open_desk
from safety_app.accounts.models import Desk
from safety_app.vault import seals
from safety_app.vault.errors import VaultError
from tests.alerts.reports import report, reported
from tests.alerts.statuses import put_status
from tests.cast import Person

pytestmark = pytest.mark.django_db

SENT = {"send": "1", "reason": "worker_named", "words": "Line one\nNadia is a colleague."}


@pytest.fixture
def alert(member: Person) -> Alert:
    return lifecycle.post(
        member.ring, member.row, report(reported("phone", "06 39 98 12 42"), level=2)
    )


def path(alert: Alert) -> str:
    return f"/en/a/{alert.pk}/flag/"


def opened(moderator: Person, row: Flag) -> flags.FlagContent:
    member, ring = moderator.keys
    return flags.open_flag(ring, open_desk(ring, member, desk_of(ring, None)), row)


def test_the_page_of_a_note_leads_here(outsider: Person, member: Person, alert: Alert) -> None:
    address = f"/en/a/{alert.pk}/"
    assert path(alert) in outsider.client.get(address).content.decode()
    assert path(alert) not in member.client.get(address).content.decode()
    page = outsider.client.get(path(alert)).content.decode()
    for words in ("private detail", "not true", "revenge", "names or describes", "twice"):
        assert words in page


def test_moderators_of_every_organisation_can_read_it(
    outsider: Person, moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    page = outsider.client.post(path(alert), SENT).content.decode()
    assert "Thank you" in page
    row = Flag.objects.get()
    assert row.day == alert.day
    assert len(row.sealed) == 1536 + 1137
    for someone in (moderator, other_moderator):
        assert opened(someone, row) == ("worker_named", "Line one\nNadia is a colleague.")


def test_a_second_one_replaces_nothing_and_says_so(
    outsider: Person, colleague: Person, moderator: Person, alert: Alert
) -> None:
    outsider.client.post(path(alert), SENT)
    page = outsider.sign_in().post(path(alert), {**SENT, "reason": "false"}).content.decode()
    assert "You have sent this already" in page
    assert "You have sent this already" in outsider.client.get(path(alert)).content.decode()
    assert opened(moderator, Flag.objects.get()).reason == "worker_named"
    assert not flags.send_flag(outsider.ring, alert.pk, flags.FlagContent("false", ""))
    assert "Thank you" in colleague.client.post(path(alert), SENT).content.decode()
    assert Flag.objects.count() == 2


def test_a_mistake_is_named_and_what_was_typed_stays(outsider: Person, alert: Alert) -> None:
    for wrong in ({"reason": ""}, {"reason": "other"}, {"words": "x" * 301}):
        response = outsider.client.post(path(alert), {**SENT, **wrong})
        assert response.status_code == 400
        assert "Please look at this again" in response.content.decode()
    assert "x" * 301 in response.content.decode()
    assert not Flag.objects.exists()
    back = outsider.client.post(path(alert), {"reason": "false", "words": "typed"})
    assert back.status_code == 200
    assert "typed" in back.content.decode()


@pytest.mark.parametrize("state", ["held", "hidden"])
def test_what_nobody_sees_cannot_be_flagged(outsider: Person, alert: Alert, state: str) -> None:
    put_status(outsider.ring, state=state)
    assert outsider.client.get(path(alert)).status_code == 404
    assert outsider.client.post(path(alert), SENT).status_code == 404
    with pytest.raises(lifecycle.NotAuthor):
        flags.send_flag(outsider.ring, alert.pk, flags.FlagContent("false", ""))


def test_translators_and_nobody(translator: Person, nobody: Client, alert: Alert) -> None:
    assert translator.client.post(path(alert), SENT).status_code == 404
    assert nobody.get(path(alert)).status_code == 302
    assert nobody.post(path(alert), SENT).status_code == 403
    assert not Flag.objects.exists()


def test_a_note_that_was_taken_back_meanwhile(outsider: Person, alert: Alert) -> None:
    outsider.client.get(path(alert))
    alert.delete()
    assert outsider.client.post(path(alert), SENT).status_code == 404


def test_there_is_a_budget(outsider: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flag_view, "FLAGS", flag_view.FLAGS._replace(amount=0))
    assert outsider.client.post(path(alert), SENT).status_code == 429
    assert not Flag.objects.exists()


def test_nothing_is_sealed_to_a_foreign_desk(outsider: Person, alert: Alert) -> None:
    Desk.objects.filter(organisation=None).update(public_key=seals.public_key(seals.new_seed()))
    response = outsider.client.post(path(alert), SENT)
    assert response.status_code == 400
    assert "cannot be reached" in response.content.decode()
    assert not Flag.objects.exists()


@pytest.mark.parametrize("column", ["sealed", "mac", "day"])
def test_a_changed_row_does_not_open(
    outsider: Person, moderator: Person, alert: Alert, column: str
) -> None:
    outsider.client.post(path(alert), SENT)
    values: dict[str, Any] = {"sealed": bytes(2673), "mac": bytes(32), "day": "2020-01-01"}
    Flag.objects.update(**{column: values[column]})
    with pytest.raises(VaultError):
        opened(moderator, Flag.objects.get())


def test_it_goes_with_the_note(outsider: Person, member: Person, alert: Alert) -> None:
    outsider.client.post(path(alert), SENT)
    lifecycle.withdraw(member.ring, alert.pk)
    assert not Flag.objects.exists()
