"""Django's `migrate`, which afterwards keeps only the day on which it ran, and on PostgreSQL has no
column sampled that holds a secret.
"""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import DEFAULT_DB_ALIAS, connection

from safety_app.privacy.retention import postgres
from safety_app.privacy.retention.housekeeping import blur_migrations


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["database"] != DEFAULT_DB_ALIAS:
            return
        blur_migrations()
        if connection.vendor == "postgresql":
            postgres.sample_no_secrets()
