"""The list of notes."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts import budgets
from alerts.flows import lifecycle
from alerts.models import Alert
from tests.alerts.reports import report, reported
from tests.alerts.statuses import put_status
from tests.cast import Person
from tests.languages import EACH, WIDE

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")


def post(author: Person, age: int = 0, **fields: Any) -> Alert:
    alert = lifecycle.post(author.ring, author.row, report(PHONE, **fields))
    if age:
        day = alert.day - datetime.timedelta(days=age)
        put_status(author.ring, alert, day=day)
    return alert


def shown(response: Any) -> list[int]:
    """The ids of the cards on a page, from top to bottom."""
    return [int(pk) for pk in re.findall(r'class="card" href="(\d+)/"', response.content.decode())]


def ask(person: Person, **data: Any) -> list[int]:
    return shown(person.client.post("/en/a/", data))


@pytest.mark.parametrize("method", ["get", "post"])
def test_signed_out_people_are_asked_to_sign_in(nobody: Client, method: str) -> None:
    response = getattr(nobody, method)("/en/a/")
    assert response.status_code == (302 if method == "get" else 403)


def test_translators_see_nothing(translator: Person) -> None:
    assert translator.client.get("/en/a/").status_code == 404


def test_first_day(member: Person) -> None:
    page = member.client.get("/en/a/").content.decode()
    assert "No notes yet." in page
    assert "/en/a/new/" in page


def test_a_card_says_enough_and_not_too_much(member: Person, outsider: Person) -> None:
    alert = lifecycle.post(
        member.ring,
        member.row,
        report(PHONE, reported("name", "Marc"), reported("email", "marc.d@gmail.com"), text="zzz"),
    )
    page = outsider.client.get("/en/a/").content.decode()
    for word in (
        "◆◆◆",
        "Very dangerous",
        "Held someone against their will",
        "Paris",
        "Hotel",
        "+33 …42",
        "Marc",
        "m…@gmail.com",
        "today",
        "expires in 24 months",
        "not reviewed yet",
        str(alert.pk),
    ):
        assert word in page
    for word in ("639981242", "39 98 12", "marc.d", "zzz", "yours"):
        assert word not in page


def test_newest_first_and_fresh_level_3_on_top(member: Person) -> None:
    old_worst = post(member, age=8, level=3)
    yesterday = post(member, age=1, level=1)
    today = post(member, level=2)
    fresh_worst = post(member, age=6, level=3)
    assert ask(member) == [fresh_worst.pk, today.pk, yesterday.pk, old_worst.pk]


@pytest.mark.thorough
def test_nuisance_has_a_list_of_its_own(member: Person) -> None:
    risky, nuisance = post(member, level=1), post(member, level=0, what=("no_show",))
    assert ask(member) == [risky.pk]
    assert ask(member, show="nuisance") == [nuisance.pk]
    assert ask(member, tab="nuisance") == [nuisance.pk]
    assert ask(member, tab="nuisance", show="notes") == [risky.pk]
    assert ask(member, level=["0", "1"]) == [risky.pk]
    assert ask(member, level="0") == [nuisance.pk]


@pytest.mark.thorough
def test_filters(member: Person) -> None:
    paris = post(member, level=3)
    lyon = post(
        member, level=1, region="FR-ARA", city="Lyon", setting="car", what=("theft", "client")
    )
    assert ask(member, region="FR-IDF") == [paris.pk]
    assert ask(member, region="FR-75") == [paris.pk]
    assert set(ask(member, region=["FR-IDF", "FR-ARA"])) == {paris.pk, lyon.pk}
    assert ask(member, region="ES-MD") == []
    assert ask(member, level="1") == [lyon.pk]
    assert ask(member, what="theft") == [lyon.pk]
    assert ask(member, setting="hotel") == [paris.pk]
    assert ask(member, q="LYÓN") == [lyon.pk]
    assert ask(member, q="france") == ask(member)
    assert ask(member, q="lyon", what="weapon") == []


@pytest.mark.parametrize(
    "data",
    [
        {"region": "XX-1", "level": "9", "what": "nothing", "setting": "moon", "page": "-1"},
        {"region": ["\u202e", "💡"], "q": "\u202e💡", "page": "99999999999999999999"},
        {"what": ["theft", "weapon"], "setting": ["car", "hotel"], "country": "💡", "tab": "?"},
        {"page": "²", "level": "²", "country": "XX"},
        {"q": "x" * 5000},
    ],
)
def test_anything_can_be_sent(member: Person, data: dict[str, Any]) -> None:
    post(member)
    assert member.client.post("/en/a/", data).status_code == 200


def test_the_sealed_region_and_level_count(member: Person, outsider: Person) -> None:
    first, second = post(member, level=3), post(member, level=1, region="FR-ARA")
    rows = {row.pk: row for row in Alert.objects.all()}
    Alert.objects.filter(pk=second.pk).update(region=rows[first.pk].region)
    Alert.objects.filter(pk=first.pk).update(level=1)
    assert ask(outsider, region="FR-IDF") == [first.pk]
    assert "◆◆◆" in outsider.client.get("/en/a/").content.decode()


def test_a_card_that_does_not_open_is_skipped_and_counted(member: Person, outsider: Person) -> None:
    first, second = post(member), post(member)
    Alert.objects.filter(pk=first.pk).update(card=Alert.objects.get(pk=second.pk).card)
    response = outsider.client.get("/en/a/")
    assert shown(response) == [second.pk]
    assert "1 note could not be opened." in response.content.decode()


@pytest.mark.thorough
def test_held_and_hidden_alerts_are_for_their_author_only(member: Person, outsider: Person) -> None:
    held, hidden, cut = post(member), post(member), post(member)
    put_status(member.ring, held, state="held")
    put_status(member.ring, hidden, state="hidden")
    lifecycle.cut(member.ring, cut.pk)
    assert ask(outsider) == ask(member) == [cut.pk]
    assert set(ask(member, mine="1")) == {held.pk, hidden.pk}
    assert ask(outsider, mine="1") == []


def test_her_own_are_marked_for_her_only(member: Person, colleague: Person) -> None:
    post(member)
    assert "yours" in member.client.get("/en/a/").content.decode()
    assert "yours" not in colleague.client.get("/en/a/").content.decode()


@pytest.mark.thorough
def test_confirmations_are_counted_in_one_query(
    member: Person, colleague: Person, outsider: Person
) -> None:
    alerts = [post(member) for _ in range(6)]
    for someone in (colleague, outsider):
        lifecycle.confirm(someone.ring, alerts[0].pk)
    member.client.get("/en/a/")
    with CaptureQueriesContext(connection) as queries:
        page = member.client.get("/en/a/").content.decode()
    assert "2 others" in page
    asked = [query for query in queries if 'FROM "alerts_corroboration"' in query["sql"]]
    assert len(asked) == 1
    assert len([query for query in queries if "alerts_" in query["sql"]]) <= 4


@pytest.mark.thorough
def test_pages_hold_fifteen_and_keep_the_filters(member: Person) -> None:
    alerts = [post(member, age=age, level=2).pk for age in range(20)]
    assert ask(member) == alerts[:15]
    assert ask(member, page="2") == alerts[15:]
    assert ask(member, page="2", setting="hotel", what="weapon") == alerts[15:]
    assert ask(member, page="3") == []
    response = member.client.post("/en/a/", {"setting": "hotel", "region": "FR-IDF"})
    page = response.content.decode()
    assert "<option value=hotel selected>" in page
    assert "<option value=FR-IDF selected>" in page
    assert re.search(r'<button form="f" name="page" value="2">', page)


@pytest.mark.thorough
def test_pages_cross_from_fresh_to_older_ones_without_gaps(member: Person) -> None:
    fresh = {post(member, level=3).pk for _ in range(18)}
    rest = {post(member, level=2).pk for _ in range(18)}
    pages = [ask(member, page=str(page)) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [15, 15, 6]
    walked = [pk for page in pages for pk in page]
    assert set(walked[:18]) == fresh
    assert set(walked[18:]) == rest


def test_another_country_is_chosen_on_a_screen_of_its_own(member: Person) -> None:
    post(member)
    asked = {"countries": "1", "region": "FR-IDF", "q": "<paris>", "level": ["3"]}
    page = member.client.post("/en/a/", asked).content.decode()
    assert '<input type="hidden" name="region" value="FR-IDF">' in page
    assert '<input type="hidden" name="q" value="&lt;paris&gt;">' in page
    assert "Sweden" in page
    assert "Japan" not in page
    assert "Japan" in member.client.post("/en/a/", {"all_countries": "1"}).content.decode()
    page = member.client.post("/en/a/", {"country": "JP", "region": "FR-IDF"}).content.decode()
    assert "<option value=JP-01>" in page
    assert "<option value=FR-IDF selected>Île-de-France" in page
    assert "<option value=JP-01>" in member.client.get("/en/a/").content.decode()


def test_reading_has_a_budget(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        post(member)
    small = budgets.CARDS._replace(amount=7)
    monkeypatch.setattr("alerts.views.feed.CARDS", small)
    assert [member.client.get("/en/a/").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("asked", [{"q": "nowhere"}, {"what": "weapon", "region": "JP-13"}])
def test_a_search_that_finds_nothing_is_counted(
    member: Person, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]
) -> None:
    post(member)
    monkeypatch.setattr("alerts.views.feed.CARDS", budgets.CARDS._replace(amount=2))
    codes = [member.client.post("/en/a/", asked).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_a_search_that_finds_something_costs_what_it_shows(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        post(member)
    monkeypatch.setattr("alerts.views.feed.CARDS", budgets.CARDS._replace(amount=7))
    codes = [member.client.post("/en/a/", {"q": "paris"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH)
def test_fifteen_cards_fit_the_smallest_size(member: Person, language: str) -> None:
    for number in range(16):
        lifecycle.post(
            member.ring,
            member.row,
            report(
                reported("phone", f"06 39 98 12 {number:02}"),
                reported("name", "Marc") if number % 2 else reported("plate", "AB-123-CD"),
                level=1 + number % 3,
                what=("confinement", "weapon") if number % 3 else ("non_payment", "client"),
            ),
        )
    response = member.client.get(f"/{language}/a/")
    assert len(shown(response)) == 15
    assert len(response.content) in (12_288, 12_288 * (1 + (language in WIDE)))
