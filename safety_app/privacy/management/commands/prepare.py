"""`manage.py prepare`: everything a start needs, apart from serving."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from safety_app.privacy.retention.only_one import one_after_another


class Command(BaseCommand):
    """May run on several machines at once: the second one waits, then finds nothing to do."""

    help = "Brings the tables up to date and loads the pages, places and terms that come along."
    requires_system_checks = ()  # before the first time there is no network yet

    def handle(self, *args: Any, **options: Any) -> None:
        with one_after_another():
            call_command("migrate", verbosity=0, interactive=False)
            for load in ("load_pages", "load_services", "load_glossary"):
                call_command(load, verbosity=0)
