"""Pairs of `identifiers.csv` through the site: one member writes, another checks, and back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from alerts import budgets
from alerts.models import Alert, BlindIndexEntry
from alerts.views import check as check_view
from tests.alerts.lookups import PATH, results
from tests.alerts.test_identifiers_pairs import ALLOWED, pairs
from tests.cast import Person

pytestmark = pytest.mark.django_db

GROUPS = sorted({row["group"] for row in pairs()})
FORM = {"what": "confinement", "level": "3", "region": "not-sure", "send": "1"}


def write(person: Person, text: str, country: str, kind: str) -> None:
    """Write a note; what is asked about first is pasted, and said to be right."""
    form = {**FORM, "country": country}
    row = {"identifier-0-value": text, "identifier-0-kind": kind}
    response = person.client.post("/en/a/new/", form | row)
    if response.status_code == 400 and not kind:
        person.client.post("/en/a/new/", form | {"paste": text, "paste_ok": "1"})


def check(person: Person, text: str, country: str, kind: str) -> str:
    """What the check says, ticks in a list left as they are: "exact", "similar" or "nothing"."""
    data: dict[str, Any] = {"q": text, "country": country}
    response = person.client.post(PATH, data | ({"kind-0": kind} if kind else {}))
    page = response.content.decode()
    listed = re.search(r'name="listed" value="([^"]*)"', page)
    if listed:
        keep = re.findall(r'name="keep" value="(\d+)" checked', page)
        response = person.client.post(PATH, data | {"listed": listed.group(1), "keep": keep})
    answers = results(response)
    if any(re.search(r"\d notes?\b", answer) for answer in answers):
        return "exact"
    return "similar" if any("similar" in answer for answer in answers) else "nothing"


@pytest.mark.parametrize(
    "group",
    [
        pytest.param(group, marks=[] if group.startswith("P21") else [pytest.mark.thorough])
        for group in GROUPS
    ],
)
def test_what_one_writes_another_finds(
    member: Person, outsider: Person, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setattr(check_view, "STEP", 0)
    for name in ("CHECKS", "SENT"):
        plenty = getattr(budgets, name)._replace(amount=10_000)
        monkeypatch.setattr(budgets, name, plenty)
    wrong = []
    for row in pairs():
        if row["group"] != group:
            continue
        one = (row["reported"], row["country"], row["kind chosen"])
        other = (
            row["checked"],
            row["country at check"] or row["country"],
            row["kind chosen at check"],
        )
        for written, checked in ((one, other), (other, one)):
            BlindIndexEntry.objects.all().delete()
            Alert.objects.all().delete()
            write(member, *written)
            result = check(outsider, *checked)
            if result not in ALLOWED[row["expected"]]:
                wrong.append((written, checked, row["expected"], result, Alert.objects.count()))
    assert not wrong
