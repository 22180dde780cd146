"""Attack 7: someone whose access was taken away, with all she had and a later copy."""

from __future__ import annotations

import json
from pathlib import Path

from tests.seizure.image import Image, open_copy
from tests.seizure.server import Server
from tests.seizure.world import Gone


def attack(
    server: Server, gone: Gone, image: Image, phones: list[str], folder: Path
) -> dict[str, int]:
    """What she opens in an image, by kind, with how often (`attacks.old_keys`)."""
    paths = []
    for name, one in (("before", gone.before), ("after", image)):
        place = folder / f"{name} {len(list(folder.iterdir()))}"
        place.mkdir()
        open_copy(one, place).close()
        paths.append(next(place.glob("*.sqlite3")))
    person = {
        "pseudonym": gone.person.pseudonym,
        "passphrase": gone.person.passphrase,
        "recovery_code": gone.person.recovery_code,
        "codes": gone.codes,
        "phones": phones,
    }
    printed = server.run(
        "-m", "tests.seizure.attacks.old_keys", *map(str, paths), json.dumps(person)
    )
    found: dict[str, int] = json.loads(printed.strip().splitlines()[-1])
    return found
