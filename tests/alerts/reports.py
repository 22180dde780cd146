"""Reports to test with."""

from typing import Any

from alerts.content import Report, Reported
from alerts.identifiers import normalise


def reported(kind: str, value: str, country: str = "FR", **more: bool) -> Reported:
    """An identifier as the report form hands it over."""
    read = normalise(kind, value, country)
    return Reported(read.kind, read.key, read.shown, read.similar, **more)


def report(*identifiers: Reported, **fields: Any) -> Report:
    """A short report; any field can be given."""
    values: dict[str, Any] = {
        "what": ("confinement", "weapon"),
        "level": 3,
        "region": "FR-IDF",
        "country": "FR",
        "city": "Paris",
        "setting": "hotel",
        "when": "week",
        "text": "He locked the door and took the phone.",
        "language": "en",
    }
    return Report(**{**values, "identifiers": identifiers, **fields})
