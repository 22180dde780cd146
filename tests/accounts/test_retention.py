"""What expires by itself, and that `/kept/` states the same numbers."""

from __future__ import annotations

import datetime

import pytest

from safety_app.accounts import periods, retention
from safety_app.accounts.flows import invite
from safety_app.accounts.models import Invitation, Member
from safety_app.locales.dates import month_of, months_before, today
from safety_app.privacy.ids import random_id
from safety_app.privacy.retention import data_inventory
from tests.cast import Person

DAY = datetime.date(2026, 11, 21)


def test_expired_invitations_go(moderator: Person) -> None:
    row, ring = moderator.keys
    for _ in range(3):
        invite.make_invitation(ring, row, "moderator")
    first, second, third = Invitation.objects.all()
    for invitation, days in ((first, -1), (second, 0), (third, 1)):
        invitation.expires = DAY + datetime.timedelta(days=days)
        invitation.save()
    assert retention.sweep(DAY)["invitations"] == 1
    assert set(Invitation.objects.values_list("pk", flat=True)) == {second.pk, third.pk}


def test_stays_end_the_day_after_their_last(member: Person, colleague: Person) -> None:
    Member.objects.filter(pk=member.row.pk).update(stay_until=DAY)
    assert retention.sweep(DAY)["stays"] == 0
    assert retention.sweep(DAY + datetime.timedelta(days=1))["stays"] == 1
    assert Member.objects.filter(pk=colleague.row.pk).exists()


@pytest.mark.parametrize(
    ("renewed", "goes"),
    [
        (datetime.date(2025, 10, 1), True),
        (datetime.date(2025, 11, 1), False),
        (datetime.date(2026, 11, 1), False),
    ],
)
def test_accounts_go_a_year_after_the_month_of_the_last_sign_in(
    member: Person, renewed: datetime.date, goes: bool
) -> None:
    pk = member.row.pk
    Member.objects.update(renewed=DAY.replace(day=1))
    Member.objects.filter(pk=pk).update(renewed=renewed)
    assert retention.sweep(DAY)["accounts"] == goes
    assert Member.objects.filter(pk=pk).exists() != goes


def test_the_page_says_the_day_on_which_an_account_ends(member: Person) -> None:
    pk, this_month = member.row.pk, month_of(today())  # a sign-in renews the account
    Member.objects.update(renewed=datetime.date(2099, 1, 1))
    for renewed in (this_month, month_of(this_month + datetime.timedelta(days=31))):
        Member.objects.filter(pk=pk).update(renewed=renewed)
        last = retention.account_expiry(renewed)
        retention.sweep(last)
        assert Member.objects.filter(pk=pk).exists()
        assert str(last.year) in member.client.get("/en/me/").content.decode()
    retention.sweep(last + datetime.timedelta(days=1))
    assert not Member.objects.filter(pk=pk).exists()


def test_an_account_ends_with_the_last_day_of_a_month() -> None:
    assert retention.account_expiry(datetime.date(2026, 12, 1)) == datetime.date(2027, 12, 31)
    assert retention.account_expiry(datetime.date(2027, 2, 1)) == datetime.date(2028, 2, 29)


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
    assert retention.sweep(DAY)["accounts"] == 1
    assert list(Member.objects.values_list("pk", flat=True)) == [member.row.pk]
    assert retention.sweep(DAY)["accounts"] == 0


@pytest.mark.thorough
def test_the_last_moderator_of_each_organisation_stays(
    moderator: Person, member: Person, outsider: Person
) -> None:
    Member.objects.update(renewed=datetime.date(2020, 1, 1))
    for _ in range(Member.objects.count()):
        retention.sweep(DAY)
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
    assert retention.sweep(DAY)["accounts"] == total // 10
    years = Member.objects.filter(renewed__lt=DAY.replace(day=1)).values_list("renewed", flat=True)
    assert min(years).year == 2000 + total // 10 // 2
    assert Member.objects.count() == total - total // 10
