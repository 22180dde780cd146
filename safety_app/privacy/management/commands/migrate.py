"""Django's `migrate`, which afterwards keeps only the day on which it ran."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate

from safety_app.privacy.retention.housekeeping import blur_migrations


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        blur_migrations()
