"""What the operator configures, read once from the environment at start-up.

The data directory holds the database and nothing that opens it. The pepper comes from elsewhere: a
file descriptor, a systemd credential or a file of its own. Only the demo and `make run`
keep one in the data directory, and say so.
"""

import os
import re
import secrets
from pathlib import Path

from django.utils.translation import to_locale

from safety_app import environment

PEPPER_SIZE = 32
PEPPER_NAMES = frozenset(
    {
        "NIGHTJAR_PEPPER_FD",
        "NIGHTJAR_PEPPER_FILE",
        "NIGHTJAR_PEPPER_IN_DATA",
        "CREDENTIALS_DIRECTORY",
    }
)
_PORT = re.compile(r":[0-9]{1,5}$")
# The file that founding leaves in the data directory. A volume that is not mounted looks like an
# empty directory: serving from there would hide the network that exists behind a second one.
NETWORK_MARKER = "nightjar-network"


def data_directory() -> Path:
    """The directory in NIGHTJAR_DATA, or `var/data` beside the program."""
    default = Path(__file__).resolve().parent.parent / "var" / "data"
    return Path(environment.text("NIGHTJAR_DATA") or default).resolve()


def read_pepper(data: Path) -> bytes | None:
    """The pepper (32 bytes), or None if none is configured.

    Looked for in this order: NIGHTJAR_PEPPER_FD (an open file descriptor), the systemd credential
    `pepper`, NIGHTJAR_PEPPER_FILE, and, with NIGHTJAR_PEPPER_IN_DATA=1, DATA/pepper, which is
    created if missing. Files hold 64 hexadecimal digits.
    """
    descriptor = environment.text("NIGHTJAR_PEPPER_FD")
    if descriptor:
        with os.fdopen(os.dup(int(descriptor)), "rb") as stream:
            stream.seek(0) if stream.seekable() else None
            return _pepper_from(stream.read().decode("ascii", "replace"))
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    candidates = [Path(credentials) / "pepper"] if credentials else []
    if environment.text("NIGHTJAR_PEPPER_FILE"):
        candidates.append(Path(environment.text("NIGHTJAR_PEPPER_FILE")))
    if environment.flag("NIGHTJAR_PEPPER_IN_DATA"):
        candidates.append(_make_pepper(data / "pepper"))
    for candidate in candidates:
        if candidate.is_file():
            return _pepper_from(candidate.read_text("ascii", "replace"))
    return None


def _pepper_from(text: str) -> bytes | None:
    try:
        pepper = bytes.fromhex(text.strip())
    except ValueError:
        return None
    return pepper if len(pepper) == PEPPER_SIZE else None


def _make_pepper(path: Path) -> Path:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(PEPPER_SIZE))
    return path


def hosts(given: list[str]) -> tuple[list[str], frozenset[str]]:
    """The names of hosts that may be given with a port, each once, and those given with one."""
    lower = [host.lower() for host in given]
    names = dict.fromkeys(_PORT.sub("", host) for host in lower)
    return list(names), frozenset(host for host in lower if _PORT.search(host))


def offered_languages(
    wanted: list[str], names: dict[str, str], locale: Path
) -> list[tuple[str, str]]:
    """Codes and own names of the site's languages: those of `wanted` that are compiled in `locale`.

    A catalogue is compiled once what members and doctors need is complete (`deploy/strings.py`).
    English stands in the code.
    """
    return [
        (code, names[code])
        for code in dict.fromkeys(wanted)
        if code in names
        if code == "en" or (locale / to_locale(code) / "LC_MESSAGES" / "django.mo").is_file()
    ]


def page_languages(
    wanted: list[str], names: dict[str, str], spoken: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Codes and own names of the languages pages are written in: those of `wanted` that are in
    `names`, each once. The site's own languages are always included, first if not in `wanted`.
    """
    chosen = {code: names[code] for code in wanted if code in names}
    return [one for one in spoken if one[0] not in chosen] + list(chosen.items())
