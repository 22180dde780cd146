"""The sheet for a doctor. It stores nothing, so it has no tables."""

from django.apps import AppConfig


class DoctorConfig(AppConfig):
    name = "resources.doctor"
