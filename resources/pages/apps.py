"""The public pages: readable without an account, written by people, one source for each."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "resources.pages"
    verbose_name = _("Pages")
