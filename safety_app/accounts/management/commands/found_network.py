"""`manage.py found_network NAME`: the first organisation, and two codes printed once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from safety_app.accounts.flows.found_network import AlreadyFounded, found_network
from safety_app.accounts.periods import INVITATION_DAYS
from safety_app.configuration import NETWORK_MARKER
from safety_app.vault.codes import show_code


def _leave_marker() -> None:
    """Without it nothing is served from the data directory."""
    (Path(settings.DATA_DIR) / NETWORK_MARKER).touch(mode=0o600)


class Command(BaseCommand):
    help = "Found the network with its first organisation; prints two codes, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="The organisation's public name.")

    def handle(self, *args: Any, **options: Any) -> None:
        name = " ".join(options["organisation"].split())
        if not 0 < len(name) <= 80:
            raise CommandError("The organisation's name needs 1 to 80 characters.")
        try:
            founding = found_network(name)
        except AlreadyFounded:
            _leave_marker()  # it may be from before there were markers
            raise CommandError("This installation has a network already.") from None
        _leave_marker()
        self.stdout.write(
            f"Organisation: {name}\n\n"
            f"The first moderator's invitation, for /join/, within {INVITATION_DAYS} days:\n"
            f"    {show_code(founding.invitation_code)}\n\n"
            "The desk recovery code. It opens what is sealed to the organisation's desk if all\n"
            "its moderators lose their keys. Keep it on paper in a safe place:\n"
            f"    {show_code(founding.desk_recovery_code)}\n\n"
            "Write both down now: they are stored nowhere and not shown again."
        )
