"""A note from another network: looked at, taken in or declined, once."""

from __future__ import annotations

import datetime
import html
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from alerts import retention
from alerts.desk_seals import open_moderation_desk
from alerts.flows import lifecycle
from alerts.models import Alert, BlindIndexEntry, Incoming
from alerts.sealing.keys import AlertKeys
from alerts.sharing import incoming, partners
from safety_app.accounts import moderation_queue
from safety_app.accounts.keys.keyring import require_current_epoch
from safety_app.accounts.rotation import desk_rotation, network_rotation, reencrypt
from safety_app.locales.dates import today
from safety_app.privacy.retention import data_inventory
from safety_app.vault import seals
from safety_app.vault.encoding import pad
from tests.alerts import networks
from tests.alerts.reports import reported
from tests.alerts.statuses import put_status
from tests.cast import Person
from tests.stacks.threads import shared

pytestmark = pytest.mark.django_db

HOME = "/en/a/shared/"
PHONE = reported("phone", "06 39 98 77 01")


@pytest.fixture
def came(moderator: Person) -> Incoming:
    networks.befriend(moderator)
    incoming.take_file(moderator.ring, moderator.row, networks.file(moderator))
    return networks.waiting()


def path(row: Incoming) -> str:
    return f"{HOME}{row.pk}/"


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


@pytest.mark.thorough
def test_all_of_it_is_shown_with_identifiers_in_part(
    other_moderator: Person, came: Incoming
) -> None:
    response = other_moderator.client.get(path(came))
    assert len(response.content) % 12_288 == 0
    page = text_of(response)
    for words in (
        "Followed or stalked",
        "Dangerous",
        f"from {networks.NAME}",
        "He followed me home.",
        "+33 …01",
        "Luc",
        "expires in 14 days",
        "Accept it",
        "Decline it",
    ):
        assert words in page, words
    assert "98 77" not in page
    assert "39987701" not in page


@pytest.mark.thorough
def test_taking_in_publishes_it_without_an_author(
    moderator: Person, outsider: Person, came: Incoming
) -> None:
    response = moderator.client.post(path(came), {"take": "1"}, follow=True)
    assert "among the notes now" in text_of(response)
    assert not Incoming.objects.exists()
    alert = Alert.objects.get()
    assert alert.state == "reviewed"
    assert alert.author_tag is None
    assert alert.author_seal is None
    assert alert.author_mac is None
    assert alert.day == today()
    assert alert.expires == retention.expiry_of(2, today())
    assert BlindIndexEntry.objects.filter(alert=alert).count() == 2
    report = lifecycle.read_report(outsider.ring, alert)
    assert report.origin == networks.NAME
    assert (report.at_least, report.may_share, report.may_note) == (0, False, False)
    page = text_of(outsider.client.get(f"/en/a/{alert.pk}/"))
    assert f"From {networks.NAME}, another network." in page
    assert "from another network" in text_of(outsider.client.get("/en/a/"))
    check = outsider.client.post("/en/a/check/", {"q": "0639987701", "country": "FR"})
    assert "1 note" in text_of(check)


@pytest.mark.thorough
def test_it_is_nobodys_and_does_not_go_on_to_a_third_network(
    moderator: Person, came: Incoming
) -> None:
    moderator.client.post(path(came), {"take": "1"})
    alert = Alert.objects.get()
    assert not lifecycle.is_author(moderator.ring, alert)
    assert "0 notes may be shared" in text_of(moderator.client.get(f"{HOME}send/"))


@pytest.mark.thorough
def test_declining_erases_it(moderator: Person, came: Incoming) -> None:
    response = moderator.client.post(path(came), {"decline": "1"}, follow=True)
    assert "The note is deleted." in text_of(response)
    assert not Incoming.objects.exists()
    assert not Alert.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("first", "words"),
    [("take", "Someone accepted this already."), ("decline", "Someone declined this already.")],
)
@pytest.mark.parametrize("second", ["take", "decline"])
def test_two_phones_have_one_effect_and_the_second_is_told(
    moderator: Person,
    other_moderator: Person,
    came: Incoming,
    first: str,
    words: str,
    second: str,
) -> None:
    assert moderator.client.post(path(came), {first: "1"}).status_code == 302
    told = other_moderator.client.post(path(came), {second: "1"})
    assert told.status_code == 409
    assert words in text_of(told)
    assert words in text_of(other_moderator.client.get(path(came)))
    assert Alert.objects.count() == (first == "take")


@pytest.mark.thorough
def test_what_has_expired_says_so(moderator: Person, came: Incoming) -> None:
    retention.sweep(today() + datetime.timedelta(days=14))
    told = moderator.client.post(path(came), {"take": "1"})
    assert told.status_code == 409
    assert "is not waiting any more" in text_of(told)
    assert moderator.client.get(path(came)).status_code == 404
    assert not Alert.objects.exists()


def test_it_waits_for_14_days(came: Incoming) -> None:
    retention.sweep(today() + datetime.timedelta(days=13))
    assert Incoming.objects.exists()
    retention.sweep(today() + datetime.timedelta(days=14))
    assert not Incoming.objects.exists()
    periods = [
        str(period) for what, period in data_inventory.periods() if "another network" in str(what)
    ]
    assert periods == ["14 days, or until a moderator declines it"]


@pytest.mark.thorough
def test_a_button_that_came_back_from_the_lock_page_does_nothing(
    moderator: Person, came: Incoming
) -> None:
    shown = moderator.client.post(path(came), {"take": "1", "carry_to": path(came)})
    assert "Yes, accept it" in text_of(shown)
    assert not Alert.objects.exists()
    assert moderator.client.post(path(came), {}).status_code == 404


@pytest.mark.thorough
def test_the_same_number_here_is_pointed_out(
    moderator: Person, member: Person, came: Incoming
) -> None:
    other = networks.theirs(text="Something else.")
    alert = lifecycle.post(member.ring, member.row, other)
    page = text_of(moderator.client.get(path(came)))
    assert "Someone wrote about this before" in page
    assert f"/en/a/{alert.pk}/" in page
    assert "seems to be here already" not in page
    put_status(member.ring, state="hidden")
    assert "Someone wrote about this" not in text_of(moderator.client.get(path(came)))


@pytest.mark.thorough
def test_what_says_the_same_is_pointed_out(moderator: Person, came: Incoming) -> None:
    moderator.client.post(path(came), {"take": "1"})
    incoming.take_file(moderator.ring, moderator.row, networks.file(moderator))
    page = text_of(moderator.client.get(path(networks.waiting())))
    assert "This seems to be here already" in page
    assert f"/en/a/{Alert.objects.get().pk}/" in page


@pytest.mark.thorough
def test_so_is_what_has_no_identifier(moderator: Person) -> None:
    networks.befriend(moderator)
    raw = networks.file(moderator, networks.entry(identifiers=()))
    incoming.take_file(moderator.ring, moderator.row, raw)
    moderator.client.post(path(networks.waiting()), {"take": "1"})
    incoming.take_file(moderator.ring, moderator.row, raw)
    page = text_of(moderator.client.get(path(networks.waiting())))
    assert "This seems to be here already" in page


@pytest.mark.thorough
def test_a_label_that_points_elsewhere_shows_nothing(
    moderator: Person, member: Person, came: Incoming
) -> None:
    lifecycle.post(member.ring, member.row, networks.theirs(text="Something else."))
    other = lifecycle.post(member.ring, member.row, networks.theirs(identifiers=(), text="No."))
    BlindIndexEntry.objects.update(alert=other)
    assert "Someone wrote about this" not in text_of(moderator.client.get(path(came)))


@pytest.mark.thorough
def test_what_no_moderator_brought_does_not_open_and_can_be_declined(
    moderator: Person, came: Incoming
) -> None:
    with connection.cursor() as cursor:
        for value in (b"\x01" + bytes(10_352), b"", "text"):
            cursor.execute("UPDATE alerts_incoming SET sealed = %s", [value])
            page = text_of(moderator.client.get(path(came)))
            assert "Could not be opened" in page
            assert "Yes, accept it" not in page
            assert "Could not be opened" in text_of(moderator.client.get(HOME))
            assert moderator.client.post(path(came), {"take": "1"}).status_code == 409
    assert not Alert.objects.exists()
    assert moderator.client.post(path(came), {"decline": "1"}).status_code == 302


@pytest.mark.thorough
def test_a_forged_row_is_not_shown(moderator: Person, came: Incoming) -> None:
    # All that someone has who can write to the database: the desk's public key, and no other.
    row = Incoming.objects.get()
    desk = seals.public_key(open_moderation_desk(moderator.ring, moderator.row))
    padded = pad(b'["Made up",{}]', incoming.INCOMING_SIZE)
    row.sealed = seals.seal(desk, padded, incoming.sealed_rows.make_context("incoming", row.pk))
    row.save()
    page = text_of(moderator.client.get(path(came)))
    assert "Could not be opened" in page
    assert "Made up" not in page


def test_another_day_does_not_keep_it_longer(moderator: Person, came: Incoming) -> None:
    Incoming.objects.update(day=today() + datetime.timedelta(days=5))
    assert "Could not be opened" in text_of(moderator.client.get(path(came)))


@pytest.mark.thorough
def test_the_desk_has_one_row_for_all_of_them(
    moderator: Person, other_moderator: Person, came: Incoming
) -> None:
    for someone in (moderator, other_moderator):
        (row,) = incoming.queue_items(someone.ring, someone.row)
        assert (row.title, row.url, row.day) == ("1 note from another network", HOME, today())
        assert row in moderation_queue.queue_of(someone.ring, someone.row).listed["other"]
    Incoming.objects.all().delete()
    assert incoming.queue_items(moderator.ring, moderator.row) == []


@pytest.mark.parametrize("person", ["member", "reporter", "translator", "outsider"])
def test_who_is_no_moderator_finds_no_such_page(
    request: pytest.FixtureRequest, came: Incoming, person: str
) -> None:
    someone: Person = request.getfixturevalue(person)
    assert someone.client.get(path(came)).status_code == 404
    for button in ("take", "decline"):
        assert someone.client.post(path(came), {button: "1"}).status_code == 404
    assert Incoming.objects.exists()


@pytest.mark.thorough
def test_new_keys_of_network_and_desk_leave_all_of_it_readable(
    moderator: Person, other_moderator: Person, came: Incoming
) -> None:
    before = networks.ours(moderator)
    prepared = network_rotation.prepare(moderator.ring, (), ())
    with transaction.atomic():
        require_current_epoch(moderator.ring)
        ring = prepared.apply()
    reencrypt.reencrypt_all(ring, lambda _seconds: None)
    assert [
        partner.name for partner in partners.list_partners(AlertKeys(other_moderator.ring))
    ] == [networks.NAME]
    with transaction.atomic():
        require_current_epoch(moderator.ring)
        desk_rotation.renew_desk_keys(moderator.ring, moderator.row)
    for _before_and_after_moving in range(2):
        (note,) = incoming.list_pending(other_moderator.ring, other_moderator.row)
        assert note.shared is not None
        assert desk_rotation.reencrypt_desks(moderator.ring, moderator.row)
    assert networks.ours(other_moderator) == networks.ours(moderator) != before
    alert = incoming.accept(other_moderator.ring, other_moderator.row, came.pk)
    assert lifecycle.read_report(moderator.ring, alert).origin == networks.NAME


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_three_buttons_at_the_same_moment(
    moderator: Person, other_moderator: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks.befriend(moderator)
    incoming.take_file(moderator.ring, moderator.row, networks.file(moderator))
    pk = networks.waiting().pk
    people = [moderator.keys, other_moderator.keys]
    count = shared(tmp_path, monkeypatch)
    start, done, told = threading.Barrier(3), [], []

    def press(name: str, action: Callable[[], object]) -> None:
        start.wait()
        try:
            action()
            done.append(name)
        except incoming.NotPending:
            told.append(name)
        finally:
            connection.close()

    presses: list[tuple[str, Callable[[], object]]] = [
        *(("take", partial(incoming.accept, ring, row, pk)) for row, ring in people),
        ("decline", partial(incoming.decline, people[0][0], pk)),
    ]
    threads = [threading.Thread(target=press, args=pressed) for pressed in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(told)) == (1, 2)
    assert count("SELECT count(*) FROM alerts_alert") == int(done == ["take"])
    assert count("SELECT count(*) FROM alerts_incoming") == 0
