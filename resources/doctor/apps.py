"""The sheet for a doctor. It stores nothing, so it has no tables."""

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DoctorConfig(AppConfig):
    name = "resources.doctor"
    # What `/kept/` says about this app: (what is kept, for how long).
    keeps: list[tuple[str | Promise, str | Promise]] = [
        (_("What is filled into the sheet for a doctor"), _("never kept")),
    ]
