"""What `make demo`, `make found` and `make run` share: a data directory, and serving from it."""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from safety_app.checks import refuse_unsafe_start
from safety_app.configuration import NETWORK_MARKER

ROOT = Path(__file__).resolve().parent.parent
_ATTEMPTS = 20


def prepare(data: Path, *, demo: bool, founding: bool = False) -> None:
    """Set up Django for a private data directory, bring its tables up to date, load what comes
    with the program. Ends it with a sentence when something is unsafe.
    """
    prepare_tables(data, demo=demo, founding=founding)
    load_what_comes_with_it()


def prepare_tables(data: Path, *, demo: bool, founding: bool = False) -> None:
    """Set up Django for a private data directory with a pepper, and bring its tables up to date.

    A pepper is made in the directory when nobody provides one, and the caller says so. Ends the
    program with a sentence, before anything is written, when something is unsafe.
    """
    os.umask(0o077)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(data.iterdir()):
        data.chmod(0o700)  # one with something in it that others could read is refused below
    os.environ["NIGHTJAR_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "safety_app.settings"
    if demo:
        os.environ["NIGHTJAR_DEMO"] = "1"
    if not provided_pepper():
        os.environ["NIGHTJAR_PEPPER_IN_DATA"] = "1"
    django.setup()
    refuse_unsafe_start(founding=founding)
    call_command("migrate", verbosity=0, interactive=False)


def load_what_comes_with_it() -> None:
    """Static files, pages, directory and glossary; and what has expired goes."""
    collect_static()
    call_command("load_pages", verbosity=0)
    call_command("load_services", verbosity=0)
    call_command("load_glossary", verbosity=0)
    call_command("prune_overrides", verbosity=0)
    call_command("housekeep", verbosity=0)


def collect_static() -> None:
    """Collect what is served beside pages, and put it in place as a whole.

    Another server of the same checkout may be starting, or serving from there.
    """
    place = Path(settings.STATIC_ROOT)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".static-", dir=place.parent) as scratch:
        fresh = Path(scratch, "fresh")
        settings.STATIC_ROOT = str(fresh)
        try:
            call_command("collectstatic", verbosity=0, interactive=False)
        finally:
            settings.STATIC_ROOT = str(place)
        for attempt in range(_ATTEMPTS):
            with suppress(FileNotFoundError):
                place.rename(Path(scratch, f"before-{attempt}"))
            with suppress(OSError):  # another one was put there in between
                fresh.rename(place)
                return
    raise OSError(f"{place} cannot be replaced")


def data_directory() -> Path:
    """The directory in DATA, or `var/data`."""
    return Path(os.environ.get("DATA") or ROOT / "var" / "data").resolve()


def refuse_without_network(data: Path) -> None:
    """End the program with a sentence if nothing was founded in this directory, before anything
    is made there.
    """
    if not (data / NETWORK_MARKER).is_file():
        sys.exit(
            f"There is no network in {data} (no file {NETWORK_MARKER}). If it is on a volume, "
            f"mount that first. To found a new network there: make found DATA={data}"
        )


def provided_pepper() -> bool:
    """Whether the operator keeps the pepper elsewhere."""
    names = ("NIGHTJAR_PEPPER_FD", "NIGHTJAR_PEPPER_FILE", "CREDENTIALS_DIRECTORY")
    return any(os.environ.get(name) for name in names)


def serve(port: str, greeting: str) -> None:
    """Become the server; the greeting is printed once it answers. Does not return."""
    host = os.environ.get("HOST", "127.0.0.1")
    os.environ["NIGHTJAR_BIND"] = f"{host}:{port}"
    os.environ["NIGHTJAR_GREETING"] = greeting
    sys.stdout.flush()
    os.chdir(ROOT)
    server = [sys.executable, "-m", "safety_app.server"]
    os.execv(sys.executable, server)  # noqa: S606 (a fixed command)
