"""What keeps pages, logs, sizes and times from telling on people."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "safety_app.privacy"
    label = "privacy"
