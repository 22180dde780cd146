"""300 fictional alerts. Telephone numbers come from ranges that are reserved for fiction."""

import datetime
from dataclasses import replace
from random import Random

from alerts import retention
from alerts.card_status import reseal_card
from alerts.content import Report, Reported
from alerts.flows import lifecycle
from alerts.identifiers import normalise
from alerts.sealing.keys import AlertKeys
from deploy.demo.people import Person
from deploy.demo.texts import FIRST_NAMES, PLACES, STORIES
from safety_app.locales.dates import today

ALERTS = 300
DAYS_BACK = 150
SETTINGS = ("incall", "outcall", "hotel", "car", "street", "club")
PLATES = "ABCDEFGHJKLMNPRSTVWXYZ"


def fictional_phone(random: Random, country: str) -> str:
    """A number from a range kept for fiction: Arcep, Ofcom, PTS, or 555-01xx.

    Two small parts of the French range are left to acceptance checks.
    """
    match country:
        case "GB":
            return f"+447700900{random.randrange(1000):03}"
        case "SE":
            return f"+46701740{random.randrange(605, 700)}"
        case "ES":  # Spain reserves none
            return f"+1212555{random.randrange(100, 200):04}"
        case _:
            return f"+336399802{random.randrange(100):02}"


def fictional_identifiers(random: Random, country: str) -> tuple[Reported, ...]:
    """One to three identifiers of one fictional person."""
    name = random.choice(FIRST_NAMES)
    number = random.randrange(1000)
    chosen = [("phone", fictional_phone(random, country))]
    if random.random() < 0.3:
        chosen.append(("email", f"{name.lower()}.{number}@example.org"))
    if random.random() < 0.2:
        letters = "".join(random.choices(PLATES, k=4))
        chosen.append(("plate", f"{letters[:2]}-{number:03}-{letters[2:]}"))
    if random.random() < 0.2:
        chosen.append(("username", f"@{name.lower()}_{number}"))
    if random.random() < 0.5:
        chosen.append(("name", name))
    identifiers = [normalise(kind, value, country) for kind, value in chosen]
    return tuple(Reported(*identifier, sure=random.random() < 0.8) for identifier in identifiers)


def fictional_report(random: Random) -> Report:
    """One report made of a story, a place and a fictional person."""
    story = random.choice(STORIES)
    country, region, city = random.choice(PLACES)
    return Report(
        what=story.what,
        level=story.level,
        country=country,
        region=region,
        city=city,
        setting="online" if region == "online" else random.choice(SETTINGS),
        when=random.choice(("today", "week", "week", "month")),
        identifiers=fictional_identifiers(random, country),
        description={
            "age": (random.choice(("25-34", "35-44", "45-54", "55-64")),),
            "height": (random.choice(("short", "medium", "tall")),),
            "approached": (random.choice(("phone", "message", "platform")),),
        },
        text=story.text,
        helped=story.helped,
        language=story.language,
    )


def fill(people: list[Person], random: Random) -> None:
    """Post the alerts, let their days lie in the past, and confirm some of them."""
    this_day = today()
    last = None
    for _number in range(ALERTS):
        report = fictional_report(random)
        if last is not None and random.random() < 0.15:  # the same person again
            report = replace(report, identifiers=last.identifiers)
        author = random.choice(people).joined
        alert = lifecycle.post(author.ring, author.member, report)
        oldest = 25 if report.level == 0 else DAYS_BACK
        alert.day = this_day - datetime.timedelta(days=int(oldest * random.random() ** 2))
        alert.expires = retention.expiry_of(report.level, alert.day)
        reseal_card(AlertKeys(author.ring), alert)
        for witness in random.sample(people, k=random.choice((0, 0, 0, 1, 2, 4))):
            lifecycle.confirm(witness.joined.ring, alert.pk)
        last = report
