"""Two notes put together: no identifier is lost, and every check finds the one that is kept."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client

from alerts import index, retention
from alerts.content import Reported, lookup_keys
from alerts.flows import disclose_author, flags, lifecycle
from alerts.flows import merge as merge_flow
from alerts.flows.disclose_author import Author
from alerts.flows.moderation import seen_of
from alerts.models import Alert, BlindIndexEntry, ChangeRequest, Corroboration, Flag
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.preconditions import NotModerator
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from tests.alerts.lookups import ask, results
from tests.alerts.reports import report, reported
from tests.alerts.reviews import NOBODYS, PHONE, case, decide, page, post, report_of, state
from tests.alerts.statuses import put_status
from tests.cast import Person

pytestmark = pytest.mark.django_db

PLATE = reported("plate", "AB-123-CD")
EMAIL = reported("email", "marc@example.org")
NAME = reported("name", "Marc")


def emails(count: int, name: str = "one") -> tuple[Reported, ...]:
    return tuple(reported("email", f"{name}{n}@example.org") for n in range(count))


@pytest.fixture
def kept(member: Person) -> Alert:
    return post(
        member,
        level=1,
        what=("theft",),
        identifiers=(PHONE, PLATE),
        description={"hair": ("short",)},
        text="First words.",
    )


@pytest.fixture
def other(outsider: Person) -> Alert:
    return post(
        outsider,
        level=3,
        what=("weapon", "client"),
        identifiers=(reported("phone", "06 39 98 12 42", sure=False), EMAIL, NAME),
        description={"hair": ("grey",), "build": ("slim",)},
        text="Other words.",
        helped="Friends.",
    )


def path(alert: Alert | int) -> str:
    return f"/en/a/{alert.pk if isinstance(alert, Alert) else alert}/merge/"


def look(person: Person, kept: Alert, other: Alert | int) -> Any:
    number = other.pk if isinstance(other, Alert) else other
    return person.client.get(path(kept), {"with": str(number)})


def hidden_fields(response: Any) -> dict[str, str]:
    pairs = re.findall(
        r'<input type="hidden" name="(with|seen|other_seen)" value="([^"]*)">',
        response.content.decode(),
    )
    return dict(pairs)


def merge(person: Person, kept: Alert, other: Alert) -> Any:
    fields = {"with": other.pk, "seen": seen_of(kept), "other_seen": seen_of(other)}
    fields |= hidden_fields(look(person, kept, other))
    return person.client.post(path(kept), {**fields, "merge": "1"})


@pytest.mark.parametrize("person", ["member", "outsider", "reporter", "translator"])
def test_who_is_no_moderator_finds_no_such_page(
    request: pytest.FixtureRequest, kept: Alert, other: Alert, person: str
) -> None:
    someone: Person = request.getfixturevalue(person)
    assert look(someone, kept, other).status_code == 404
    sent = {"with": other.pk, "seen": "1-new", "other_seen": "1-new", "merge": "1"}
    assert someone.client.post(path(kept), sent).status_code == 404
    assert Alert.objects.count() == 2


def test_nobody(nobody: Client, kept: Alert, other: Alert) -> None:
    assert nobody.get(path(kept), {"with": other.pk}).status_code == 302
    assert nobody.post(path(kept), {"with": other.pk, "merge": "1"}).status_code == 403


@pytest.mark.thorough
def test_the_review_shows_notes_about_the_same_number(
    moderator: Person, kept: Alert, other: Alert, member: Person
) -> None:
    post(member, identifiers=(reported("phone", "06 39 98 12 51"),))
    for alert in (kept, other):
        text = page(moderator, alert)
        assert text.count("Put together") == 1
        # The more dangerous one is kept.
        assert f"{other.pk}/merge/?with={kept.pk}" in text


@pytest.mark.thorough
def test_a_label_that_points_elsewhere_shows_nothing(
    moderator: Person, kept: Alert, member: Person
) -> None:
    stranger = post(member, identifiers=(EMAIL,))
    BlindIndexEntry.objects.filter(alert=stranger).delete()
    BlindIndexEntry.objects.create(label=bytes(range(16)), alert=stranger, epoch=1)
    keys = AlertKeys(moderator.ring)
    index.insert(keys, stranger, (PHONE,))
    assert "Put together" not in page(moderator, kept)


@pytest.mark.thorough
def test_it_asks_first_and_shows_what_is_kept_and_what_goes(
    moderator: Person, colleague: Person, kept: Alert, other: Alert
) -> None:
    Alert.objects.filter(pk=other.pk).delete()
    other = post(colleague, level=2, what=("weapon",), text="Other words.")
    lifecycle.confirm(moderator.ring, other.pk, "me in spring")
    text = look(moderator, kept, other).content.decode()
    assert "What is kept" in text
    assert "Had a weapon" in text.split("What goes")[0]
    assert "Other words." in text.split("What goes")[0]
    assert "me in spring" in text.split("What goes")[1]
    assert "What is kept stays with whoever wrote it" in text
    assert Alert.objects.count() == 2
    came_back = {**hidden_fields(look(moderator, kept, other)), "merge": "1", "unlock": "1"}
    assert moderator.client.post(path(kept), came_back).status_code == 200
    assert Alert.objects.count() == 2


@pytest.mark.thorough
def test_everything_that_fits_is_added(
    moderator: Person,
    member: Person,
    colleague: Person,
    reporter: Person,
    kept: Alert,
    other: Alert,
) -> None:
    lifecycle.confirm(colleague.ring, kept.pk, "kept")
    for someone in (colleague, reporter):
        lifecycle.confirm(someone.ring, other.pk)
    response = merge(moderator, kept, other)
    assert response["Location"] == f"/en/a/{kept.pk}/review/"
    assert not Alert.objects.filter(pk=other.pk).exists()
    report_now = report_of(member, kept)
    assert report_now.what == ("weapon", "theft", "client")
    assert report_now.level == 3
    assert [reported.kind for reported in report_now.identifiers] == [
        "phone",
        "plate",
        "email",
        "name",
    ]
    assert report_now.identifiers[0].sure
    assert report_now.description["build"] == ("slim",)
    assert report_now.text == "First words.\n\nOther words."
    assert report_now.helped == "Friends."
    assert report_now.at_least == 2
    text = colleague.client.get(f"/en/a/{kept.pk}/").content.decode()
    assert "It happened to at least 2 other people too" in text
    assert "at least 2 others" in colleague.client.get("/en/a/").content.decode()
    assert Corroboration.objects.count() == 1


@pytest.mark.thorough
def test_every_check_finds_the_one_that_is_kept(
    moderator: Person, colleague: Person, kept: Alert, other: Alert
) -> None:
    both = {*lookup_keys((PHONE, PLATE, EMAIL))}
    merge(moderator, kept, other)
    matches = index.find_alerts(AlertKeys(colleague.ring), both)
    assert matches == {entry: [kept.pk] for entry in both}
    for line in ("06 39 98 12 42", "AB-123-CD", "marc@example.org"):
        response = ask(colleague, line)
        assert "Very dangerous" in results(response)[0]
        assert f"../{kept.pk}/" in response.content.decode()


@pytest.mark.thorough
def test_the_longer_life_counts(moderator: Person, kept: Alert, other: Alert) -> None:
    later = retention.expiry_of(3, today()) + datetime.timedelta(days=9)
    put_status(moderator.ring, other, expires=later)
    merge(moderator, kept, other)
    assert Alert.objects.get(pk=kept.pk).expires == later


def test_a_weaker_one_does_not_lower_it(moderator: Person, kept: Alert, other: Alert) -> None:
    """Level 3 stays level 3 with all it is found by, so that no second organisation is asked."""
    merge(moderator, other, kept)
    row = Alert.objects.get()
    assert (row.pk, row.level) == (other.pk, 3)
    assert not ChangeRequest.objects.exists()
    assert {reported.kind for reported in report_of(moderator, other).identifiers} == {
        "phone",
        "plate",
        "email",
        "name",
    }


@pytest.mark.thorough
def test_identifiers_that_do_not_fit_are_never_lost(
    moderator: Person, member: Person, outsider: Person
) -> None:
    first = post(member, identifiers=(PHONE, *emails(4)))
    second = post(outsider, identifiers=(PHONE, *emails(4, "two")))
    text = look(moderator, first, second).content.decode()
    assert "none may be lost" in " ".join(text.split())
    assert "Put them together" not in text
    with pytest.raises(merge_flow.TooManyIdentifiers):
        merge_flow.merge(case(moderator, first), second.pk, "1-new")
    assert Alert.objects.count() == 2
    eight = post(member, identifiers=(PHONE, *emails(4), *emails(3, "two")))
    merge(moderator, eight, first)
    assert len(report_of(moderator, eight).identifiers) == 8


@pytest.mark.thorough
def test_words_that_do_not_fit_are_shown_before_they_go(
    moderator: Person, member: Person, outsider: Person
) -> None:
    first = post(member, text="a" * 600)
    second = post(outsider, text="b" * 600, language="fr", level=2)
    assert "b" * 600 in look(moderator, first, second).content.decode().split("What goes")[1]
    assert "find no room" in look(moderator, first, second).content.decode()
    merge(moderator, first, second)
    assert report_of(moderator, first).text == "a" * 600


@pytest.mark.thorough
def test_bodies_that_are_full_stay_two(moderator: Person, member: Person) -> None:
    long = tuple(reported("email", f"{n}{'x' * 60}@{'y' * 60}.{'z' * 60}.com") for n in range(6))
    full = {"text": "👻" * 1000, "helped": "👻" * 300}
    first = post(member, identifiers=(PHONE, *long[:2]), **full)
    second = post(member, identifiers=(PHONE, *long[2:]), text="")
    result = look(moderator, first, second)
    assert result.status_code == 200
    merged = merge(moderator, first, second)
    count = Alert.objects.count()
    assert count == (1 if merged.status_code == 302 else 2)
    matches = index.find_alerts(AlertKeys(moderator.ring), lookup_keys(long))
    assert all(matches.values())


@pytest.mark.parametrize("states", [("hidden", "new"), ("new", "hidden"), ("held", "new")])
def test_hidden_and_held_ones_are_left_alone(
    moderator: Person, kept: Alert, other: Alert, states: tuple[str, str]
) -> None:
    for alert, value in zip((kept, other), states, strict=True):
        put_status(moderator.ring, alert, state=value)
    assert "cannot be put together" in look(moderator, kept, other).content.decode()
    assert merge(moderator, kept, other).status_code == 409
    assert Alert.objects.count() == 2


@pytest.mark.thorough
def test_notes_about_different_people_are_left_alone(
    moderator: Person, kept: Alert, member: Person
) -> None:
    stranger = post(member, identifiers=(EMAIL,))
    assert merge(moderator, kept, stranger).status_code == 409
    assert merge(moderator, kept, kept).status_code == 404
    assert Alert.objects.count() == 2


@pytest.mark.thorough
def test_one_of_them_changed_or_went_meanwhile(
    moderator: Person, outsider: Person, kept: Alert, other: Alert
) -> None:
    fields = {**hidden_fields(look(moderator, kept, other)), "merge": "1"}
    lifecycle.correct(outsider.ring, other.pk, report(PHONE, text="New."))
    response = moderator.client.post(path(kept), fields)
    assert response.status_code == 409
    assert "Look again" in response.content.decode()
    lifecycle.withdraw(outsider.ring, other.pk)
    assert moderator.client.post(path(kept), fields).status_code == 404
    for number in ("", "x", "1", "²" * 19, str(NOBODYS), "9" * 40):
        assert moderator.client.get(path(kept), {"with": number}).status_code == 404
    assert moderator.client.get(path(NOBODYS), {"with": kept.pk}).status_code == 404


@pytest.mark.thorough
def test_two_phones_put_them_together_once(
    moderator: Person, other_moderator: Person, kept: Alert, other: Alert
) -> None:
    fields = {**hidden_fields(look(other_moderator, kept, other)), "merge": "1"}
    merge(moderator, kept, other)
    response = other_moderator.client.post(path(kept), fields)
    assert response.status_code == 404
    assert "put it together with another one" in response.content.decode()
    assert Alert.objects.get().version == 2


@pytest.mark.thorough
def test_it_is_reviewed_when_both_were(moderator: Person, kept: Alert, other: Alert) -> None:
    decide(moderator, kept, "reviewed")
    decide(moderator, other, "reviewed")
    merge(moderator, kept, other)
    assert state(kept) == "reviewed"


@pytest.mark.thorough
def test_the_kept_note_stays_its_authors(
    moderator: Person, member: Person, outsider: Person, kept: Alert, other: Alert
) -> None:
    """She can take back at any time what she wrote."""
    merge(moderator, kept, other)
    row = Alert.objects.get()
    assert lifecycle.is_author(member.ring, row)
    assert lifecycle.own_ids(member.ring) == [row.pk]
    looked = disclose_author.disclose(moderator.ring, moderator.row, row.pk, "Who?")
    assert looked == Author("ours", member.pseudonym)
    with pytest.raises(lifecycle.NotAuthor):
        lifecycle.withdraw(outsider.ring, row.pk)
    lifecycle.withdraw(member.ring, row.pk)
    assert not Alert.objects.exists()


@pytest.mark.thorough
def test_its_page_offers_her_to_delete_it(
    moderator: Person, member: Person, kept: Alert, other: Alert
) -> None:
    merge(moderator, kept, other)
    page_now = member.client.get(f"/en/a/{kept.pk}/").content.decode()
    assert f"{kept.pk}/withdraw/" in page_now
    assert member.client.post(f"/en/a/{kept.pk}/withdraw/", {"sure": "1"}).status_code == 302
    assert not Alert.objects.exists()


@pytest.mark.thorough
def test_nobody_puts_another_note_into_her_own(
    moderator: Person, other_moderator: Person, other: Alert
) -> None:
    """Else she could take back or correct away what somebody else wrote."""
    mine = post(moderator, level=3, text="Mine.")
    shown = " ".join(look(moderator, mine, other).content.decode().split())
    assert "the one that would be kept is yours" in shown
    assert "Put them together" not in shown
    assert merge(moderator, mine, other).status_code == 409
    assert Alert.objects.count() == 2
    assert merge(other_moderator, mine, other).status_code == 302


def test_who_is_no_moderator_any_more_cannot_put_together(
    moderator: Person, kept: Alert, other: Alert
) -> None:
    sure = case(moderator, kept)
    Member.objects.filter(pk=moderator.row.pk).update(roles="member")
    with pytest.raises(NotModerator):
        merge_flow.merge(sure, other.pk, seen_of(other))
    assert Alert.objects.count() == 2


@pytest.mark.thorough
def test_what_people_say_is_wrong_with_the_other_is_not_forgotten(
    moderator: Person, colleague: Person, kept: Alert, other: Alert
) -> None:
    flags.send_flag(
        colleague.ring, other.pk, flags.FlagContent("worker_named", "Marc is one of us")
    )
    flags.send_flag(moderator.ring, other.pk, flags.FlagContent("false", ""))
    Flag.objects.filter(tag=flags.flag_tag(moderator.ring, other.pk)).update(mac=bytes(32))
    merge(moderator, kept, other)
    assert Flag.objects.count() == 1
    assert "Marc is one of us" in page(moderator, kept)
