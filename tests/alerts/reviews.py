"""Posting, looking and deciding, as the tests of a review do it."""

from __future__ import annotations

import html
import re
from typing import Any

from alerts.content import Report
from alerts.flows import change_requests, lifecycle, moderation
from alerts.flows.moderation import Case
from alerts.models import Alert, ChangeRequest
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.row_auth import member_mac
from tests.alerts.reports import report, reported
from tests.cast import Person

PHONE = reported("phone", "06 39 98 12 42")
NOBODYS = 2**62 + 1
DECISIONS = ("reviewed", "hide", "keep", "level", "redact", "agree-1", "end-1", "other")


def post(author: Person, **fields: Any) -> Alert:
    """An alert with a phone number, of level 3 unless said otherwise."""
    identifiers = fields.pop("identifiers", (PHONE,))
    return lifecycle.post(author.ring, author.row, report(*identifiers, **fields))


def path(alert: Alert | int) -> str:
    return f"/en/a/{alert.pk if isinstance(alert, Alert) else alert}/review/"


def page(person: Person, alert: Alert) -> str:
    response = person.client.get(path(alert))
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def fields_of(text: str) -> dict[str, str]:
    """The hidden fields of the form that decides."""
    return dict(re.findall(r'<input type="hidden" name="(seen|flags)" value="([^"]*)">', text))


def ticked(person: Person, alert: Alert, phrase: str) -> list[str]:
    """The boxes to tick for these words, where they stand first; none if they do not."""
    response = person.client.get(f"/en/a/{alert.pk}/words/")
    shown = html.unescape(response.content.decode())
    wanted = phrase.casefold().split()
    for passage in re.findall(r'<p class="words".*?</p>', shown, re.DOTALL):
        boxes = re.findall(r'value="([^"]*)"><bdi>([^<]*)</bdi>', passage)
        words = [word.strip('.,:;!?()"“”').casefold() for _value, word in boxes]
        for at in range(len(words)):
            if wanted and words[at : at + len(wanted)] == wanted:
                return [value for value, _word in boxes[at : at + len(wanted)]]
    return []


def decide(person: Person, alert: Alert, do: str, **typed: Any) -> Any:
    """Open the page and press a button on it; the words of a `phrase` are ticked."""
    if "phrase" in typed:
        typed["w"] = ticked(person, alert, typed.pop("phrase"))
    return person.client.post(path(alert), {**fields_of(page(person, alert)), "do": do, **typed})


def report_of(person: Person, alert: Alert) -> Report:
    """What an alert says now."""
    return lifecycle.read_report(person.ring, Alert.objects.get(pk=alert.pk))


def state(alert: Alert) -> str:
    return Alert.objects.get(pk=alert.pk).state


def case(person: Person, alert: Alert) -> Case:
    """Without a browser: she has seen the alert as it is now."""
    row, ring = person.keys
    seen = moderation.seen_of(Alert.objects.get(pk=alert.pk))
    return Case(ring, row, alert.pk, seen)


def changed(person: Person, **columns: Any) -> None:
    """She keeps her keys and is of another organisation, or has other roles, from now on."""
    row, ring = person.keys
    for name, value in columns.items():
        setattr(row, name, value)
    row.row_mac = member_mac(ring.row_key, row)
    row.save()


def requested_changes(person: Person) -> list[change_requests.Change]:
    """What every motion asks that opens for her."""
    rows = ChangeRequest.objects.select_related("alert").order_by("day", "pk")
    return [request.change for request in change_requests.open_all(AlertKeys(person.ring), rows)]
