"""This app's row of the table of budgets; the columns are those of `safety_app.privacy.budgets`."""

from django.utils.translation import gettext_lazy as _

from safety_app.privacy.budgets import HOUR, Budget

# An approved text makes every process lay its catalogues anew, and every public page too.
SUGGESTIONS = Budget(
    "interface texts",
    # Translators: a row of a table of limits: how many texts of the site itself somebody corrects.
    _("Texts of the site corrected"),
    120,
    HOUR,
    "requests",
    "person",
    "refuse",
)

ROWS = (SUGGESTIONS,)
