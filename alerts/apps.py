"""Reports, the feed, checking and retention."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"
