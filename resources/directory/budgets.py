"""This app's row of the table of budgets; the columns are those of `safety_app.privacy.budgets`."""

from django.utils.translation import gettext_lazy as _

from safety_app.privacy.budgets import DAY, Budget

# Reading one takes seconds of a core when it is as long and as odd as it may be.
FILES = Budget("directory files", _("Directory files"), 40, DAY, "requests", "person", "refuse")

ROWS = (FILES,)
