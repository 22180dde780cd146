"""Every country's example number is found, whichever way the other person wrote it.

From form to form, over HTTP: written nationally with its country chosen and looked up with its
international form, and the other way round.
"""

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat

from alerts.check import paste
from tests.alerts.lookups import ask, results
from tests.cast import Person

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
pytestmark = pytest.mark.thorough
PLACE = {"what": "threats", "level": "2", "region": "online", "send": "1"}
MISS = "No notes about this"


def written(region: str, form: int) -> str:
    return phonenumbers.format_number(phonenumbers.example_number(region), form)


def chunks(items: list[str], size: int) -> list[list[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def send(author: Person, country: str, numbers: list[str]) -> None:
    fields = {f"identifier-{n}-value": number for n, number in enumerate(numbers)}
    kinds = {f"identifier-{n}-kind": "phone" for n in range(len(numbers))}
    response = author.client.post("/en/a/new/", {**PLACE, "country": country, **fields, **kinds})
    assert response.status_code in {200, 302}, (country, numbers)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """No waiting for the next step of time, and no budget: this is one person's whole year."""
    monkeypatch.setattr(
        "safety_app.privacy.middleware.response_timing.time.sleep", lambda seconds: None
    )
    monkeypatch.setattr("alerts.check.budgets.spend", lambda *given: 0)
    monkeypatch.setattr("alerts.views.report.spend", lambda *given: 0, raising=False)


def test_written_nationally_found_internationally(member, outsider):
    assert len(REGIONS) > 240
    for region in REGIONS:
        send(member, region, [written(region, PhoneNumberFormat.NATIONAL)])
    for some in chunks(REGIONS, paste.MOST_LINES):
        lines = [written(region, PhoneNumberFormat.INTERNATIONAL) for region in some]
        answers = results(ask(outsider, *lines, country="FR"))
        missed = [region for region, text in zip(some, answers, strict=True) if MISS in text]
        assert missed == []


def test_written_internationally_found_nationally(member, outsider):
    for some in chunks(REGIONS, 8):
        send(member, "FR", [written(region, PhoneNumberFormat.E164) for region in some])
    for region in REGIONS:
        line = written(region, PhoneNumberFormat.NATIONAL)
        (answer,) = results(ask(outsider, line, country=region))
        assert MISS not in answer, region
        assert "note" in answer, region
