"""What expires by itself, and that `/kept/` states the same numbers."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from safety_app.accounts import periods, retention
from safety_app.accounts.flows import invite
from safety_app.accounts.models import Invitation, Member
from safety_app.accounts.rotation import absence
from safety_app.accounts.rotation.network_rotation import renew_network_key
from safety_app.locales.dates import month_of, months_before, today
from safety_app.privacy.ids import random_id
from safety_app.privacy.models import ClockTrust
from safety_app.privacy.retention import clock, data_inventory
from tests.cast import Person

DAY = datetime.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def steady(db: None) -> ClockTrust:
    """A clock that was right for years, and still is on every day that a test names."""
    row = ClockTrust(trusted_on=DAY, steady_since=datetime.date(2020, 1, 1))
    row.save(force_insert=True)
    return row


def sweep(day: datetime.date) -> dict[str, int]:
    """A sweep on a day that follows from the days before."""
    ClockTrust.objects.update(trusted_on=day)
    return retention.sweep(day)


def test_expired_invitations_go(moderator: Person) -> None:
    row, ring = moderator.keys
    for _ in range(3):
        invite.make_invitation(ring, row, "moderator")
    first, second, third = Invitation.objects.all()
    for invitation, days in ((first, -1), (second, 0), (third, 1)):
        invitation.expires = DAY + datetime.timedelta(days=days)
        invitation.save()
    assert sweep(DAY)["invitations"] == 1
    assert set(Invitation.objects.values_list("pk", flat=True)) == {second.pk, third.pk}


def test_stays_end_the_day_after_their_last(member: Person, colleague: Person) -> None:
    Member.objects.filter(pk=member.row.pk).update(stay_until=DAY)
    assert sweep(DAY)["stays"] == 0
    assert sweep(DAY + datetime.timedelta(days=1))["stays"] == 1
    assert Member.objects.filter(pk=colleague.row.pk).exists()


@pytest.mark.parametrize(
    ("renewed", "goes"),
    [
        (datetime.date(2025, 9, 1), True),
        (datetime.date(2025, 10, 1), False),
        (datetime.date(2026, 11, 1), False),
    ],
)
def test_accounts_go_a_year_after_the_month_of_the_last_sign_in(
    member: Person, renewed: datetime.date, goes: bool
) -> None:
    pk = member.row.pk
    Member.objects.update(renewed=DAY.replace(day=1))
    Member.objects.filter(pk=pk).update(renewed=renewed)
    assert sweep(DAY)["accounts"] == goes
    assert Member.objects.filter(pk=pk).exists() != goes


def test_the_page_says_the_day_on_which_an_account_ends(member: Person) -> None:
    pk, this_month = member.row.pk, month_of(today())  # a sign-in renews the account
    Member.objects.update(renewed=datetime.date(2099, 1, 1))
    for renewed in (this_month, month_of(this_month + datetime.timedelta(days=31))):
        Member.objects.filter(pk=pk).update(renewed=renewed)
        last = absence.account_expiry(renewed)
        sweep(last)
        assert Member.objects.filter(pk=pk).exists()
        assert str(last.year) in member.client.get("/en/me/").content.decode()
    sweep(last + datetime.timedelta(days=1))
    assert not Member.objects.filter(pk=pk).exists()


def test_new_keys_end_with_a_month_and_the_account_30_days_later() -> None:
    assert absence.last_day_of_new_keys(datetime.date(2026, 12, 1)) == datetime.date(2027, 12, 31)
    assert absence.last_day_of_new_keys(datetime.date(2027, 2, 1)) == datetime.date(2028, 2, 29)
    assert absence.account_expiry(datetime.date(2026, 12, 1)) == datetime.date(2028, 1, 30)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (datetime.date(2026, 1, 31), 1, datetime.date(2025, 12, 1)),
        (datetime.date(2026, 1, 1), 12, datetime.date(2025, 1, 1)),
        (datetime.date(2026, 12, 5), 11, datetime.date(2026, 1, 1)),
        (datetime.date(2024, 2, 29), 12, datetime.date(2023, 2, 1)),
    ],
)
def test_months_before(day: datetime.date, months: int, before: datetime.date) -> None:
    assert months_before(day, months) == before


def test_the_page_says_the_same_numbers() -> None:
    periods_text = " ".join(f"{what} {long}" for what, long in data_inventory.periods())
    for number in (
        periods.INVITATION_DAYS,
        periods.STAY_DAYS,
        periods.RENEWAL_MONTHS,
        periods.APPLICATION_DAYS,
        periods.VOUCHING_DAYS,
    ):
        assert str(number) in periods_text


def renew(*people: Person, on: datetime.date) -> None:
    Member.objects.filter(pk__in=[person.row.pk for person in people]).update(renewed=on)


def test_the_last_holder_of_the_network_key_stays(member: Person, editor: Person) -> None:
    Member.objects.exclude(pk__in=[member.row.pk, editor.row.pk]).delete()
    renew(member, on=datetime.date(2020, 1, 1))
    renew(editor, on=datetime.date(2021, 1, 1))
    assert sweep(DAY)["accounts"] == 1
    assert list(Member.objects.values_list("pk", flat=True)) == [member.row.pk]
    assert sweep(DAY)["accounts"] == 0


@pytest.mark.thorough
def test_the_last_moderator_of_each_organisation_stays(
    moderator: Person, member: Person, outsider: Person
) -> None:
    Member.objects.update(renewed=datetime.date(2020, 1, 1))
    for _ in range(Member.objects.count()):
        sweep(DAY)
    left = [row for row in Member.objects.all() if row.has_role("moderator")]
    organisations = {row.organisation_id for row in left}
    assert len(left) == len(organisations) > 1
    assert Member.objects.count() - len(left) <= 1  # who holds the network key need not be one
    assert Member.objects.filter(epoch__gt=0).exists()


def test_at_most_a_tenth_goes_at_once_the_longest_absent_first(member: Person) -> None:
    like = Member.objects.get(pk=member.row.pk)
    Member.objects.update(renewed=DAY.replace(day=1))
    for number in range(40):
        like.pk, like.handle, like.recovery_handle = (
            None,
            bytes([number] * 32),
            bytes([number] * 32),
        )
        like.id, like.renewed = random_id(), datetime.date(2000 + number // 2, 1, 1)
        like.save(force_insert=True)
    total = Member.objects.count()
    assert sweep(DAY)["accounts"] == total // 10
    years = Member.objects.filter(renewed__lt=DAY.replace(day=1)).values_list("renewed", flat=True)
    assert min(years).year == 2000 + total // 10 // 2
    assert Member.objects.count() == total - total // 10


def seals() -> dict[int, bytes | None]:
    rows = Member.objects.values_list("pk", "network_seal")
    return {pk: seal and bytes(seal) for pk, seal in rows}


def a_year_absent() -> datetime.date:
    """The latest month of a last sign-in after which nobody gets new keys today."""
    return months_before(today(), periods.RENEWAL_MONTHS + 1)


def test_someone_absent_for_a_year_gets_no_new_keys(
    moderator: Person, member: Person, colleague: Person
) -> None:
    ClockTrust.objects.update(trusted_on=today())
    renew(member, on=a_year_absent())
    renew(colleague, on=months_before(today(), periods.RENEWAL_MONTHS))
    before, gone = seals(), member.row.pk
    moderator_ring = moderator.ring
    renew_network_key(moderator_ring)
    after = seals()
    assert after[gone] == before[gone]
    assert all(after[pk] != before[pk] for pk in (moderator.row.pk, colleague.row.pk))


def test_absent_people_get_new_keys_while_the_clock_may_be_wrong(
    moderator: Person, member: Person, steady: ClockTrust
) -> None:
    renew(member, on=a_year_absent())
    gone, ring = member.row.pk, moderator.ring
    # Believed again only yesterday; in doubt; never looked at.
    for change in (
        {"trusted_on": today(), "steady_since": today() - datetime.timedelta(days=1)},
        {"trusted_on": datetime.date(2020, 1, 1), "steady_since": datetime.date(2019, 1, 1)},
        None,
    ):
        if change is None:
            ClockTrust.objects.all().delete()
        else:
            ClockTrust.objects.update(**change)
        before = seals()[gone]
        ring = renew_network_key(ring)
        assert seals()[gone] != before


@pytest.mark.thorough
def test_a_wrong_clock_that_was_believed_deletes_nobody_for_a_month(member: Person) -> None:
    Member.objects.update(renewed=datetime.date(2026, 11, 1))
    wrong = DAY + datetime.timedelta(days=430)
    for days in range(periods.WITHOUT_NEW_KEYS_DAYS):
        day = wrong + datetime.timedelta(days=days)
        clock.trust(wrong) if days == 0 else clock.is_trusted(day)
        assert retention.sweep(day)["accounts"] == 0
    day = wrong + datetime.timedelta(days=periods.WITHOUT_NEW_KEYS_DAYS)
    assert clock.is_trusted(day)
    assert retention.sweep(day)["accounts"] == 1


def test_without_new_keys_the_sign_in_says_why(
    nobody: Client, moderator: Person, member: Person
) -> None:
    ClockTrust.objects.update(trusted_on=today())
    renew(member, on=a_year_absent())
    renew_network_key(moderator.ring)
    typed = {"pseudonym": member.pseudonym, "passphrase": member.passphrase}
    page = nobody.post("/en/in/", typed)
    assert page.status_code == 403
    assert "Nobody signed in to this account for a year" in page.content.decode()
