"""`manage.py backup_key`: a new key for backups, shown once."""

from typing import Any

from django.core.management.base import BaseCommand

from safety_app.privacy.retention.backup import new_key


class Command(BaseCommand):
    """Best run on another computer than the server: the server never needs the secret half."""

    help = "Prints a public key, which the server seals backups to, and the secret one."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        public, secret = new_key()
        self.stdout.write(
            f"# public key, for NIGHTJAR_BACKUP_KEYS on the server: {public}\n"
            "# The secret key below opens every backup. Keep it on paper or on a stick, twice, and "
            "never on the server.\n"
            f"{secret}"
        )
