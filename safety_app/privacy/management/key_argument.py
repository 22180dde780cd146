"""The secret key of a backup as an argument of commands: from a file, or typed."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError

from safety_app.privacy.retention.backup import secret_keys_in


def add_key_argument(parser: ArgumentParser) -> None:
    """Add `--key FILE`."""
    parser.add_argument(
        "--key",
        required=True,
        help="the file with the secret key, as backup_key or age-keygen wrote it; - to paste it",
    )


def read_keys(place: str) -> list[str]:
    """The secret keys in the file, or from standard input. Raises CommandError."""
    if place == "-":
        return secret_keys_in(sys.stdin.read())
    try:
        return secret_keys_in(Path(place).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{place} cannot be read.") from None
