"""The translators' desk: texts beside their originals, the glossary, remarks, files."""

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TranslationConfig(AppConfig):
    name = "resources.translation"
    # What `/kept/` says about this app: (what is kept, for how long).
    keeps: list[tuple[str | Promise, str | Promise]] = [
        (
            _("Which changes of originals a translator has seen, locked with their own key"),
            _("a year after they last said so"),
        ),
        (
            _("The glossary, and translators' remarks at a text, without who wrote them"),
            _("until a translator or an editor removes them"),
        ),
    ]
    begins = {"translator": "translation:translate"}
    when_erasing = ["resources.translation.bookmarks.erase"]
    sweeps = ["resources.translation.bookmarks.sweep"]
