"""Fictional places for the demo's directory. Streets and numbers are nobody's."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from random import Random

from resources.directory import vocabulary
from resources.directory.content import (
    TEXTS,
    EntryContent,
    KnownAnswer,
    clean_texts,
    ordered_codes,
    store,
)
from resources.directory.hours import Hours, zones
from resources.directory.models import Service
from safety_app.accounts.models import Organisation

DAYS_AGO = (3, 20, 75, 140, 260)  # the last one shows the warning
# Name, kinds, country, region, town, languages. Telephone numbers come from ranges for fiction.
PLACES = (
    ("The Blue Door", "drop-in food shower", "GB", "Greater London", "London", "en ro pl"),
    ("Lamplight Clinic", "testing pep medical", "GB", "Greater London", "London", "en es"),
    ("La Porte bleue", "drop-in clothing peers", "FR", "Île-de-France", "Paris", "fr es zh"),
    ("Permanence du jeudi", "legal papers rights", "FR", "Île-de-France", "Paris", "fr en ar"),
    ("Maison calme", "shelter mind", "FR", "Occitanie", "", "fr ro"),
    ("Casa Farol", "shelter childcare", "ES", "Cataluña", "", "es pt"),
    ("El Cuaderno", "language computer training", "ES", "Madrid", "Madrid", "es ro bg"),
    ("Mesa larga", "kitchen food peers", "ES", "Andalucía", "Sevilla", "es ar"),
    ("Nachtlicht", "line outreach drugs", "DE", "Berlin", "Berlin", "de ru bg"),
    ("Atelier Zwei", "art mind", "DE", "Hamburg", "Hamburg", "de th"),
    ("Punto aperto", "medical contraception", "IT", "Lazio", "Roma", "it en fr"),
    ("Digital desk", "digital line", "GB", "", "", "en fr es ar"),
)
NUMBERS = {"GB": "+44 20 7946 0{:03}", "FR": "+33 1 99 00 {:02} 00", "ES": "", "DE": "", "IT": ""}


def fill(organisations: Sequence[str], random: Random) -> None:
    """Publish them, divided among the demo's organisations."""
    owners = list(Organisation.objects.filter(name__in=set(organisations)).order_by("name"))
    for number, place in enumerate(PLACES):
        owner = owners[number % len(owners)]
        store(Service(published=True, owner=owner.pk), _content(number, place, owner.name, random))


def _content(number: int, place: tuple[str, ...], owner: str, random: Random) -> EntryContent:
    name, kinds, country, region, city, languages = place
    today = datetime.datetime.now(datetime.UTC).date()
    checked = today - datetime.timedelta(days=DAYS_AGO[number % len(DAYS_AGO)])
    secret = "shelter" in kinds
    known = {
        question: KnownAnswer(random.choice(vocabulary.Answer.values), owner, checked)
        for question in vocabulary.QUESTIONS
        if question in vocabulary.MUST_BE_ANSWERED or random.random() < 0.7
    }
    texts = {
        "name": name,
        "description": "An invented place, to show what an entry looks like.",
        "country": country,
        "region": region,
        "city": city,
        "address": f"{number + 1} Example Street" if city and number % 2 else "",
        "phone": NUMBERS[country].format(number),
        "website": "https://example.org/",
        "time_zone": zones(country)[-1],
        "taken": "Call first. Somebody meets you and takes you there." if secret else "",
    }
    evening = "22:00" if "line" in kinds else "17:00"
    return EntryContent(
        texts=clean_texts({column: texts.get(column, "") for column in TEXTS}),
        kinds=ordered_codes(kinds.split(), vocabulary.Kind.values),
        languages=ordered_codes(languages.split(), vocabulary.SPOKEN),
        confidential=secret,
        hours=tuple(Hours(day, "10:00", evening) for day in range(0, 5 + number % 3)),
        facts=dict(sorted(known.items())),
        checked=checked,
    )
