"""A network that is served by what `make run` starts, with one moderator signed in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.seizure.client import Browser
from tests.seizure.deeds import FOUND
from tests.seizure.server import Server
from tests.seizure.world import FIRST_PSEUDONYM, Person, sign_in


@dataclass(frozen=True)
class Network:
    """The server, and who is signed in."""

    server: Server
    moderator: Person


@contextmanager
def started(folder: Path, *, demo: bool = True) -> Iterator[Network]:
    """Prepared, founded, served, signed in; stopped at the end."""
    server = Server(folder)
    server.prepare()
    founded = json.loads(
        server.run("manage.py", "shell", "-v", "0", "-c", FOUND).strip().splitlines()[-1]
    )
    if not demo:
        del server.configuration["NIGHTJAR_DEMO"]
        (server.data / "nightjar-network").touch()  # as `make found` leaves it
    server.start()
    try:
        moderator = Person(
            FIRST_PSEUDONYM, founded["passphrase"], "moderator", Browser(server.port)
        )
        sign_in(moderator)
        yield Network(server, moderator)
    finally:
        server.stop()
