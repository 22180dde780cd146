"""`python -m deploy.demo.fill FILE`: fill the database of NIGHTJAR_DATA; list accounts in FILE."""

import json
import sys
from pathlib import Path
from random import Random

import django

django.setup()  # tables can only be imported after this

from deploy.demo import alerts, people, places  # noqa: E402


def main(path: Path) -> None:
    """Fictional people and alerts, and the list of what opens their accounts."""
    random = Random(20)
    everyone, code = people.populate(random)
    alerts.fill([person for person in everyone if person.holds_keys], random)
    places.fill([person.account()["organisation"] for person in everyone], random)
    listed = {"accounts": [person.account() for person in everyone], "code": code}
    path.write_text(json.dumps(listed, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
