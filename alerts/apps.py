"""Reports, the feed, checking, review and retention."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"
