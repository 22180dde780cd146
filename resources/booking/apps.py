"""The message for whoever watches over a booking. It stores nothing, so it has no tables."""

from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "resources.booking"
