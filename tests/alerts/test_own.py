"""Her regions and what she watches: sealed with the account, and nothing tells of them."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts import budgets
from alerts.flows import lifecycle
from alerts.identifiers import normalise
from alerts.own import places, watches
from safety_app.accounts.keys import personal_settings
from safety_app.accounts.models import Member, PersonalSettings
from safety_app.locales.dates import today
from safety_app.privacy.codec import TooLong
from tests.accounts.newcomers import applicant
from tests.alerts.reports import report, reported
from tests.alerts.statuses import put_status
from tests.cast import Person

pytestmark = pytest.mark.django_db

PHONE = "06 39 98 12 42"
READING = normalise("phone", PHONE, "FR")


def settings_of(person: Person) -> dict[str, Any]:
    return personal_settings.read(person.ring, person.row.pk)


def post(person: Person, **fields: Any) -> int:
    return lifecycle.post(person.ring, person.row, report(reported("phone", PHONE), **fields)).pk


def watch(person: Person, name: str = "Tuesday", count: int = 1) -> None:
    watches.add(person.ring, person.row.pk, [(name, (READING,))] * count)


def news_of(person: Person) -> list[tuple[str, int]]:
    found = watches.look_up(person.ring, watches.own_watches(settings_of(person)))
    return [(one.watch.name, len(one.alerts)) for one in found]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# What is stored.


def test_every_account_has_one_row_of_one_size(
    member: Person, moderator: Person, translator: Person
) -> None:
    applicant()
    assert PersonalSettings.objects.count() == Member.objects.count() > 3
    places.save(member.ring, member.row.pk, places.OwnPlaces("FR", ("FR-IDF", "FR-ARA")))
    watch(member, count=5)
    sizes = {len(bytes(box)) for box in PersonalSettings.objects.values_list("box", flat=True)}
    assert sizes == {personal_settings.SIZE + 29}


def test_nobody_else_can_open_or_replace_it(member: Person, colleague: Person) -> None:
    places.save(member.ring, member.row.pk, places.OwnPlaces("FR", ("FR-IDF",)))
    assert personal_settings.read(colleague.ring, member.row.pk) == {}
    taken = PersonalSettings.objects.get(member=colleague.row.pk)
    PersonalSettings.objects.filter(member=member.row.pk).update(box=bytes(taken.box))
    assert settings_of(member) == {}
    assert member.client.get("/en/a/").status_code == 200
    PersonalSettings.objects.filter(member=member.row.pk).delete()
    assert settings_of(member) == {}
    places.save(member.ring, member.row.pk, places.OwnPlaces("ES", ()))
    assert places.own_places(settings_of(member)).country == "ES"


@pytest.mark.parametrize("kept", [{}, {"places": 3}, {"places": {"country": "XX", "regions": [4]}}])
def test_what_is_no_place_is_left_out(kept: dict[str, Any]) -> None:
    assert places.own_places(kept) == places.OwnPlaces()


@pytest.mark.parametrize("kept", [{"watches": 1}, {"watches": [1, [], ["a"] * 5, None]}])
def test_what_is_no_watch_is_left_out(kept: dict[str, Any]) -> None:
    assert watches.own_watches(kept) == ()


# Regions.


@pytest.mark.thorough
def test_notes_begin_with_her_regions_until_she_asks_for_others(
    member: Person, colleague: Person
) -> None:
    here, there = post(colleague, region="FR-IDF"), post(colleague, region="ES-MD")
    sent = {"country": "FR", "region": ["FR-IDF"], "save": "1"}
    response = member.client.post("/en/a/regions/", sent, follow=True)
    page = response.content.decode()
    assert "Your regions are saved." in page
    assert f"{here}/" in page
    assert f"{there}/" not in page
    assert "Île-de-France" in page
    everything = member.client.post("/en/a/", {"all": "1"}, follow=True).content.decode()
    assert f"{here}/" in everything
    assert f"{there}/" in everything
    other = member.client.post("/en/a/", {"region": "ES-MD"}, follow=True).content.decode()
    assert f"{here}/" not in other
    assert f"{there}/" in other
    form = member.client.get("/en/a/regions/").content.decode()
    assert re.search(r"value=FR-IDF checked", form)


def test_a_check_abroad_changes_nothing_of_it(member: Person) -> None:
    places.save(member.ring, member.row.pk, places.OwnPlaces("FR", ("FR-IDF",)))
    member.client.post("/en/a/check/", {"q": "612 34 41 52", "country": "ES"}, follow=True)
    assert places.own_places(settings_of(member)) == places.OwnPlaces("FR", ("FR-IDF",))
    assert "Île-de-France" in member.client.get("/en/a/").content.decode()


def test_her_country_is_there_the_next_time(member: Person) -> None:
    places.save(member.ring, member.row.pk, places.OwnPlaces("ES", ()))
    browser = member.sign_in()
    browser.get("/en/a/")
    assert "<option value=ES selected>" in browser.get("/en/a/check/").content.decode()


@pytest.mark.thorough
def test_too_many_regions_and_odd_ones(member: Person) -> None:
    names = [
        "ARA",
        "BFC",
        "BRE",
        "CVL",
        "20R",
        "GES",
        "HDF",
        "IDF",
        "NOR",
        "NAQ",
        "OCC",
        "PDL",
        "PAC",
    ]
    codes = [f"FR-{name}" for name in names]
    refused = member.client.post("/en/a/regions/", {"region": codes, "save": "1"}, follow=True)
    assert "Choose at most 12 regions." in refused.content.decode()
    assert "value=FR-PAC checked" in refused.content.decode()
    for odd in (["<b>"], ["x" * 5000], ["FR-IDF"] * 50, []):
        sent = {"region": odd, "save": "1"}
        assert member.client.post("/en/a/regions/", sent, follow=True).status_code == 200


# Watches.


@pytest.mark.thorough
def test_she_is_told_of_what_others_write_later_and_not_of_what_was_there(
    member: Person, colleague: Person
) -> None:
    post(colleague)
    watch(member)
    assert news_of(member) == [("Tuesday", 0)]
    later = post(colleague)
    assert news_of(member) == [("Tuesday", 1)]
    page = member.sign_in().get("/en/a/").content.decode()
    assert "News about 1 thing you watch" in page
    listed = member.client.get("/en/a/watch/")
    assert f"/en/a/{later}/" in listed.content.decode()
    assert "639981242" not in listed.content.decode()
    watches.mark_seen(member.ring, member.row.pk)
    assert news_of(member) == [("Tuesday", 0)]


def test_nothing_is_looked_up_while_the_row_is_locked(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(member)
    order: list[str] = []
    look_up, change = watches.look_up, personal_settings.change

    def looked_up(*args: Any) -> Any:
        order.append("look up")
        return look_up(*args)

    def changed(ring: Any, member_id: int, edit: Any) -> None:
        order.append("lock")
        change(ring, member_id, edit)
        order.append("unlock")

    monkeypatch.setattr(watches, "look_up", looked_up)
    monkeypatch.setattr(personal_settings, "change", changed)
    watches.mark_seen(member.ring, member.row.pk)
    assert order == ["look up", "lock", "unlock"]


@pytest.mark.thorough
def test_from_a_check_in_two_steps(member: Person, colleague: Person) -> None:
    answer = member.client.post("/en/a/check/", {"q": PHONE, "country": "FR"}, follow=True)
    assert 'formaction="/en/a/watch/"' in answer.content.decode()
    asked = member.client.post("/en/a/watch/", {"q": PHONE, "country": "FR"}, follow=True)
    assert 'placeholder="+33 …42"' in asked.content.decode()
    sent = {"q": PHONE, "country": "FR", "watch-0": "1", "name-0": "", "set": "1"}
    done = member.client.post("/en/a/watch/", sent, follow=True)
    assert "in the next 30 days" in text_of(done)
    assert "+33 …42 · nothing new" in text_of(done)
    post(colleague)
    assert "+33 …42 · new note" in text_of(member.client.get("/en/a/watch/"))
    seen = member.client.post("/en/a/watch/", {"seen": "1"}, follow=True)
    assert "nothing new" in text_of(seen)
    number = watches.own_watches(settings_of(member))[0].number
    gone = member.client.post("/en/a/watch/", {"remove": number}, follow=True)
    assert "You have not asked for anything." in text_of(gone)


def test_it_ends_by_itself(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    watch(member)
    end = today() + datetime.timedelta(days=watches.DAYS)
    monkeypatch.setattr(watches, "today", lambda: end)
    assert len(watches.own_watches(settings_of(member))) == 1
    monkeypatch.setattr(watches, "today", lambda: end + datetime.timedelta(days=1))
    assert watches.own_watches(settings_of(member)) == ()


@pytest.mark.thorough
def test_at_most_twenty_with_the_longest_of_everything(member: Person) -> None:
    key = "x" * watches.LONGEST_KEY
    long = READING._replace(key=key, similar=key[:40])
    name = "é" * watches.NAME_LIMIT
    with pytest.raises(watches.TooMany):
        watches.add(member.ring, member.row.pk, [(name, (READING,))] * 21)
    watches.add(member.ring, member.row.pk, [(name, (READING,))] * 20)
    with pytest.raises(watches.TooMany):
        watch(member)
    watches.remove(
        member.ring, member.row.pk, [one.number for one in watches.own_watches(settings_of(member))]
    )
    with pytest.raises(TooLong):
        watches.add(member.ring, member.row.pk, [(name, (long, long._replace(kind="email")))] * 20)
    assert watches.own_watches(settings_of(member)) == ()


@pytest.mark.thorough
def test_the_work_is_the_same_with_and_without(member: Person, colleague: Person) -> None:
    counts = set()
    for step in (None, lambda: watch(member, count=3), lambda: post(colleague)):
        if step:
            step()
        kept = watches.own_watches(settings_of(member))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            watches.look_up(member.ring, kept)
        counts.add((len(queries), sum(len(one["sql"]) // 4096 for one in queries)))
    assert len({number for number, _length in counts}) == 1


@pytest.mark.thorough
def test_no_size_tells_of_it(member: Person, colleague: Person) -> None:
    sizes = set()
    for step in (None, lambda: watch(member, count=20), lambda: post(colleague)):
        if step:
            step()
        browser = member.sign_in()
        sizes.add((len(browser.get("/en/a/").content), len(browser.get("/en/a/watch/").content)))
    assert len(sizes) == 1


@pytest.mark.thorough
def test_a_budget_and_odd_forms(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.own.views.WATCHED", budgets.WATCHED._replace(name="w", amount=1))
    sent = {"q": PHONE, "country": "FR", "watch-0": "1", "set": "1"}
    assert member.client.post("/en/a/watch/", sent, follow=True).status_code == 200
    refused = member.client.post("/en/a/watch/", sent, follow=True)
    assert "nothing new" in text_of(member.client.get("/en/a/watch/"))
    assert len(watches.own_watches(settings_of(member))) == 1
    assert "minute" in text_of(refused)
    for odd in ({"set": "1"}, {"remove": "x"}, {"q": "x" * 90_000}, {"q": "\u202e" * 50}):
        assert member.client.post("/en/a/watch/", odd, follow=True).status_code in {200, 400}


@pytest.mark.parametrize("path", ["/en/a/watch/", "/en/a/regions/"])
def test_others_have_no_such_page(translator: Person, nobody: Client, path: str) -> None:
    assert translator.client.get(path).status_code == 404
    assert nobody.get(path).status_code == 302


def test_the_list_says_what_is_from_when(member: Person, colleague: Person) -> None:
    post(colleague, level=3)
    post(colleague, level=1)
    page = text_of(member.client.get("/en/a/"))
    first = page.index("Very dangerous, of the last seven days")
    assert first < page.index(" Today ", first)


def test_what_stood_there_before_is_no_news_however_much_it_is(
    member: Person, colleague: Person
) -> None:
    for _number in range(8):
        post(colleague)
    yesterday = today() - datetime.timedelta(days=1)
    put_status(member.ring, day=yesterday)
    watch(member)
    assert news_of(member) == [("Tuesday", 0)]
    post(colleague)
    assert news_of(member) == [("Tuesday", 1)]
