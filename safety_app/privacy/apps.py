"""What keeps pages, logs, sizes and times from telling on people."""

from importlib import import_module

from django.apps import AppConfig
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from safety_app import checks, value_checks
from safety_app.privacy.retention import postgres_checks


class PrivacyConfig(AppConfig):
    name = "safety_app.privacy"
    label = "privacy"
    # Imported for its registrations; named here so that nobody takes the import for idle.
    start_checks = (checks, postgres_checks, value_checks)

    def ready(self) -> None:
        if connection.vendor == "postgresql":
            import_module("safety_app.privacy.backends.postgres_days")
        # All models are loaded now, and `registration` modules may import anything of their app.
        autodiscover_modules("registration")
