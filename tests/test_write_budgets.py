"""Every write has a budget: each address that takes a form is posted to until it refuses.

The addresses come from the URL configuration, so a new one is among them by itself.
"""

import secrets

import pytest
from django.test import Client

from safety_app.accounts import budgets as account_budgets
from safety_app.privacy.budgets import spend, table
from tests.form_answers import post_only
from tests.test_walk import every_address, people, section

__all__ = ("people",)
pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

# What never refuses somebody who is signed in, and why it need not.
NEVER = {
    "/exit": "leaving is always possible, and ends the session",
    "/en/lock/": "locking is always possible; five wrong PINs end the session",
    "/en/me/out/": "ends the session",
    "/en/me/everywhere/": "ends all sessions",
    "/en/me/erase/": "she may always go, and goes once",
    "/en/a/1/withdraw/": "at any time, as promised; she has no more notes than she could send",
    "/en/a/1/cut/": "at any time; she has no more notes than she could send",
}
# Open to anybody. These keep nothing of what is sent.
NOTHING_IS_KEPT = {
    "/en/find/",
    "/en/doctor/",
    "/en/booking/",
    "/en/a/share/",
    "/healthz",
    "/robots.txt",
}
# These only slow down, so that no outsider can lock the others out.
SLOWED = {"/en/in/", "/en/in/code/", "/en/in/recover/", "/en/join/", "/en/apply/"}
SIGNED_IN = ["member", "moderator", "translator", "editor"]
AMOUNT = 2


def addresses() -> list[str]:
    """Every address once; a row's number in it is one that nobody has."""
    return sorted(set(every_address()))


def is_never(address: str) -> bool:
    ends = tuple(one.removeprefix("/en/a/1") for one in NEVER if one.startswith("/en/a/1"))
    return address in NEVER or (section(address) == "a" and address.endswith(ends))


@pytest.mark.parametrize("person", SIGNED_IN)
def test_each_address_refuses_in_the_end(
    people: dict[str, Client], person: str, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    few = account_budgets.FORMS._replace(amount=AMOUNT)
    monkeypatch.setattr(account_budgets, "FORMS", few)
    never = []
    for address in filter(lambda one: not is_never(one), addresses()):
        settings.BUDGET_KEY = secrets.token_bytes(32)  # type: ignore[attr-defined]
        sent = [people[person].post(address, {"q": "x"}) for _ in range(AMOUNT + 1)]
        statuses = [one.status_code for one in sent]
        if statuses[-1] != 429:
            never.append(f"{address}: {statuses}")
        if statuses[-1] == 429:
            assert sent[-1]["Retry-After"], address
    assert not never, "\n".join(never)


def test_what_never_refuses_still_exists() -> None:
    found = set(every_address())
    for address in NEVER:
        assert any(one == address or is_never(one) for one in found), address
    assert found >= NOTHING_IS_KEPT | SLOWED


def test_what_anybody_may_send_is_slowed_or_refused_or_kept_nowhere(
    people: dict[str, Client],
) -> None:
    """Whoever is not signed in: a form that could be sent without end is one of the lists."""
    objections = next(one for one in table() if one.name == "objections")
    listed = NOTHING_IS_KEPT | SLOWED | NEVER.keys() | {"/en/object/"}
    for address in addresses():
        status = post_only(people["nobody"], address, {"q": "x"}).status_code
        # 403: the sign-in page in its place, and nothing was done.
        assert status in {403, 404, 405} or address in listed, f"{address}: {status}"
    assert objections.when_spent == "refuse"


def test_what_is_typed_comes_back_and_leaving_still_works(
    people: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = people["member"]
    few = account_budgets.FORMS._replace(amount=0)
    monkeypatch.setattr(account_budgets, "FORMS", few)
    refused = member.post("/en/a/new/", {"text": "typed", "send": "1"})
    assert refused.status_code == 429
    assert 'value="typed"' in refused.content.decode()
    assert member.get("/en/a/").status_code == 200
    assert post_only(member, "/exit", {}).status_code == 200


def test_the_budget_is_larger_than_what_anybody_does() -> None:
    assert account_budgets.FORMS.amount >= 300
    left = [spend(account_budgets.FORMS, 1) for _ in range(2)]
    assert left[0] - left[1] == 1
