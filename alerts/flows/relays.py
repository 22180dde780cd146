"""What was passed on: every moderator of the organisation sees it, for 90 days.

Content, before sealing: 1,024 bytes of compact JSON, padded (`vault.encoding.pad`):

    person   id of who passed it on
    alerts   ids of the alerts, at most `relay_text.MOST_NOTES`

The text itself is kept nowhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alerts.flows.disclose_author import readable_alerts
from alerts.flows.relay_text import MOST_NOTES
from alerts.models import Relay
from alerts.periods import RELAY_DAYS
from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, open_pseudonyms
from safety_app.accounts.keys.keyring import KeyRing, current_epoch
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.privacy.codec import Codec
from safety_app.privacy.ids import random_id
from safety_app.vault import shapes
from safety_app.vault.errors import VaultError

SIZE = 1024
# Opening as many takes half a second. The rest is on further pages: whoever passes on a lot must
# not push off what was passed on before.
ON_A_PAGE = 2_000


@dataclass(frozen=True)
class Passed:
    """What one person passed on in one day. `pseudonym` is empty when the account is deleted.

    `urls` are the addresses of those of the `count` alerts that can still be read.
    """

    day: datetime.date
    person: int
    pseudonym: str
    count: int
    urls: list[str]


@dataclass(frozen=True)
class PassedPage:
    """A page of what was passed on; `damaged` counts the records on it that do not open."""

    entries: list[Passed]
    damaged: int
    older: bool


_Content = tuple[int, tuple[int, ...]]  # person, alerts


def _to_json(content: _Content) -> dict[str, Any]:
    person, alerts = content
    return {"person": person, "alerts": alerts}


_id = shapes.number(1, shapes.LARGEST)
_fields = shapes.fields({"person": _id, "alerts": shapes.listed(_id, MOST_NOTES)})


def _from_json(content: Any) -> _Content:
    fields = _fields(content)
    return fields["person"], fields["alerts"]


_CODEC = Codec[_Content]("relay", SIZE, _to_json, _from_json)


def record_relay(ring: KeyRing, person: Member, alerts: Sequence[int]) -> None:
    """Record that a person is about to get these alerts (at most 20) as a text to pass on.

    Call it before anything is shown. Raises VaultError when the desk's row is not authentic.
    """
    with current_epoch(ring):
        desk = desk_of(ring, person.organisation_id)
        row = Relay(id=random_id(), organisation=person.organisation_id, day=today())
        content = _CODEC.encode((person.pk, tuple(alerts)))
        sealed_rows.seal_row("relay", row, bytes(desk.public_key), content, ring)
        row.save(force_insert=True)


def passed_on(ring: KeyRing, moderator: Member, page: int) -> PassedPage:
    """A page (from 1) of what the moderator's organisation passed on, newest first, one entry for a
    person and day.

    Raises VaultError when the desk is not the moderator's.
    """
    since = today() - datetime.timedelta(days=RELAY_DAYS)
    own = Relay.objects.filter(organisation=moderator.organisation_id, day__gt=since)
    start = (page - 1) * ON_A_PAGE
    rows = list(own.order_by("-day", "pk")[start : start + ON_A_PAGE + 1])
    if not rows:
        return PassedPage([], 0, older=False)
    seed = open_desk(ring, moderator, desk_of(ring, moderator.organisation_id))
    damaged = 0
    passed: dict[tuple[datetime.date, int], dict[int, None]] = {}
    for row in rows[:ON_A_PAGE]:
        try:
            person, alerts = _CODEC.decode(sealed_rows.open_row("relay", row, seed, ring))
        except VaultError:
            damaged += 1
            continue
        passed.setdefault((row.day, person), {}).update(dict.fromkeys(alerts))
    people = {person for _day, person in passed}
    names = open_pseudonyms(seed, moderator.organisation_id, people, ring)
    urls = readable_alerts({alert for alerts in passed.values() for alert in alerts})
    entries = []
    for (day, person), all_alerts in passed.items():
        readable = [urls[alert] for alert in all_alerts if alert in urls]
        entries.append(Passed(day, person, names.get(person, ""), len(all_alerts), readable))
    return PassedPage(entries, damaged, older=len(rows) > ON_A_PAGE)
