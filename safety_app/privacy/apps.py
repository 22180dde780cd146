"""What keeps pages, logs, sizes and times from telling on people."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from safety_app import checks


class PrivacyConfig(AppConfig):
    name = "safety_app.privacy"
    label = "privacy"
    # Imported for its registrations; named here so that nobody takes the import for idle.
    start_checks = checks

    def ready(self) -> None:
        # All models are loaded now, and `registration` modules may import anything of their app.
        autodiscover_modules("registration")
