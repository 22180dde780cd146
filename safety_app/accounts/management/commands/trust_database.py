"""`manage.py trust_database`: after a restore, believe the database's newest network key again."""

from typing import Any

from django.core.management.base import BaseCommand

from safety_app.accounts.keys import epoch_pin


class Command(BaseCommand):
    help = (
        "Forget which network key this server has seen last, after you restored a backup yourself. "
        "The next person who signs in decides. Do not use it when nobody restored anything."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        epoch_pin.forget()
        self.stdout.write("The network key that the next sign-in opens will be remembered.")
