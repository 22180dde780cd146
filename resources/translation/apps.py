"""The translators' desk: texts beside their originals, the glossary, remarks, files."""

from django.apps import AppConfig


class TranslationConfig(AppConfig):
    name = "resources.translation"
