"""Whatever stands in a column, the pages of a review stay clear pages."""

from typing import Any

import pytest
from django.db import transaction

from alerts.flows import flags, moderation
from alerts.flows.change_requests import Change
from alerts.models import Alert, ChangeRequest, Flag
from tests.alerts.reviews import case, path, post
from tests.cast import Person
from tests.stacks.odd import put as put_odd

pytestmark = pytest.mark.django_db

COLUMNS = {
    Alert: (
        "epoch",
        "version",
        "day",
        "level",
        "region",
        "state",
        "hidden_until",
        "expires",
        "author_tag",
        "card",
        "body",
    ),
    Flag: ("day", "sealed", "mac", "tag"),
    ChangeRequest: ("organisation", "day", "box"),
}
ODD: tuple[Any, ...] = ("text", -5, 10**15, "2026-99-99", "9999-12-31", b"\xff\xfe")
BUTTONS: tuple[dict[str, Any], ...] = (
    {"do": "reviewed"},
    {"do": "hide"},
    {"do": "keep"},
    {"do": "level", "level": "1"},
    {"do": "redact", "phrase": "door"},
)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("model", "column"), [(m, c) for m, names in COLUMNS.items() for c in names]
)
def test_no_page_breaks(
    moderator: Person, other_moderator: Person, member: Person, model: type, column: str
) -> None:
    alert, twin = post(member), post(member)
    flags.send_flag(other_moderator.ring, alert.pk, flags.FlagContent("false", "x"))
    moderation.change_or_propose(case(moderator, alert), Change("level", level=1))
    request_id = ChangeRequest.objects.get().pk
    client = other_moderator.client
    for value in ODD:
        before = transaction.savepoint()
        table = f"alerts_{model.__name__.lower()}"
        put_odd(f"UPDATE {table} SET {column} = %s", [value])  # noqa: S608
        for address in (
            path(alert),
            f"/en/a/{alert.pk}/merge/?with={twin.pk}",
            f"/en/a/{alert.pk}/",
            f"/en/a/{alert.pk}/flag/",
            "/en/a/unreviewed/",
            "/en/a/unreviewed/?show=hidden",
            "/en/desk/",
        ):
            assert client.get(address).status_code < 500, (value, address)
        row = Alert.objects.get(pk=alert.pk)
        seen = moderation.seen_of(row)
        for button in (*BUTTONS, {"do": f"agree-{request_id}"}, {"do": f"end-{request_id}"}):
            inner = transaction.savepoint()
            answer = client.post(path(alert), {"seen": seen, **button})
            assert answer.status_code < 500, (value, button)
            transaction.savepoint_rollback(inner)
        sent = {"with": twin.pk, "seen": seen, "merge": "1"}
        sent["other_seen"] = moderation.seen_of(Alert.objects.get(pk=twin.pk))
        assert client.post(f"/en/a/{alert.pk}/merge/", sent).status_code < 500, value
        transaction.savepoint_rollback(before)
