"""What keeps pages, logs, sizes and times from telling on people."""

from django.apps import AppConfig

from safety_app import checks


class PrivacyConfig(AppConfig):
    name = "safety_app.privacy"
    label = "privacy"
    # Imported for its registrations; named here so that nobody takes the import for idle.
    start_checks = checks
