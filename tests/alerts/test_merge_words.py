"""Putting two notes together: what moderators may not do with it."""

import pytest

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.models import Member
from tests.alerts.reviews import decide, page, post
from tests.alerts.test_merge import look, merge
from tests.cast import Person

pytestmark = pytest.mark.django_db


@pytest.mark.thorough
@pytest.mark.parametrize("what", ["text", "language", "note"])
def test_words_of_a_very_dangerous_one_do_not_go_by_one_organisation_alone(
    moderator: Person,
    member: Person,
    other_moderator: Person,
    colleague: Person,
    outsider: Person,
    what: str,
) -> None:
    mine = post(member, level=0, text="x" * (900 if what == "text" else 1))
    third = post(
        outsider, text="He has a knife. " * 10, language="fr" if what == "language" else "en"
    )
    if what == "note":
        lifecycle.confirm(colleague.ring, third.pk, "me in spring")
    page_now = " ".join(look(moderator, mine, third).content.decode().split())
    assert "that needs a moderator of another organisation" in page_now
    assert "Put them together" not in page_now
    assert merge(moderator, mine, third).status_code == 409
    assert Alert.objects.count() == 2
    Member.objects.filter(pk=other_moderator.row.pk).delete()
    assert merge(moderator, mine, third).status_code == 302


def test_words_of_a_weaker_one_may_go(moderator: Person, member: Person, outsider: Person) -> None:
    third, weaker = post(member), post(outsider, level=1, text="y" * 1000)
    assert merge(moderator, third, weaker).status_code == 302
    assert Alert.objects.get().level == 3


@pytest.mark.thorough
def test_putting_together_gives_nobody_another_three_days(
    moderator: Person, member: Person, outsider: Person
) -> None:
    first, second = post(member), post(outsider)
    decide(moderator, first, "hide")
    decide(moderator, first, "reviewed")
    first.refresh_from_db()
    merge(moderator, first, second)
    assert Alert.objects.count() == 1
    assert decide(moderator, first, "hide").status_code == 409
    third = post(member)
    first.refresh_from_db()
    merge(moderator, third, first)
    assert decide(moderator, third, "hide").status_code == 409
    assert page(moderator, third).count("has hidden this for three days") == 1
