"""`manage.py prepare`: everything a start needs, apart from serving."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from safety_app.privacy.retention.only_one import one_after_another


class Command(BaseCommand):
    """May run on several machines at once: the second one waits, then finds nothing to do."""

    help = "Brings the tables up to date and loads the pages, places and terms that come along."
    requires_system_checks = ()  # before the first time there is no network yet

    def handle(self, *args: Any, **options: Any) -> None:
        with one_after_another(), _all_or_nothing():
            call_command("migrate", verbosity=0, interactive=False)
            for load in ("load_pages", "load_services", "load_glossary"):
                call_command(load, verbosity=0)


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Where SQLite fails half-way through an upgrade, nothing has changed and the program from
    before can go on. PostgreSQL cannot change a table whose rows were written in the same
    transaction, so there each migration is a transaction of its own.
    """
    if connection.vendor != "sqlite":
        yield
        return
    # Its tables are changed by copying them, which needs foreign keys off before it begins.
    with connection.constraint_checks_disabled(), transaction.atomic():
        yield
        connection.check_constraints()
