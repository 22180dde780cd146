"""The directory: places that help, what they ask, and when they are open."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "resources.directory"
