"""`manage.py found_network NAME`: the first organisation, and two codes printed once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from safety_app.accounts.flows.found_network import AlreadyFounded, found_network
from safety_app.accounts.periods import INVITATION_DAYS
from safety_app.vault.codes import show_code


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
            raise CommandError("This installation has a network already.") from None
        self.stdout.write(
            f"Organisation: {name}\n\n"
            f"The first moderator's invitation, for /join/, within {INVITATION_DAYS} days:\n"
            f"    {show_code(founding.invitation_code)}\n\n"
            "The desk recovery code. It opens what is sealed to the organisation's desk if all\n"
            "its moderators lose their keys. Keep it on paper in a safe place:\n"
            f"    {show_code(founding.desk_recovery_code)}\n\n"
            "Write both down now: they are stored nowhere and not shown again."
        )
