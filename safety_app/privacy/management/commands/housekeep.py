"""`manage.py housekeep`: what is done daily, for a timer."""

from typing import Any

from django.core.management.base import BaseCommand

from safety_app.locales.dates import today
from safety_app.privacy.retention.housekeeping import housekeep


class Command(BaseCommand):
    help = "Delete what has had its time, and make sure the files forget it. Needs no key."

    def handle(self, *args: Any, **options: Any) -> None:
        housekeep(today())
