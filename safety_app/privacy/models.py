"""What the site keeps of its own running: how far it trusts the server's clock, and which state
the public pages are in.
"""

from django.db import models

from safety_app.locales.inventory import ColumnText
from safety_app.privacy.fields import NumberField, SmallNumberField
from safety_app.privacy.ids import RandomIdField


class ClockTrust(models.Model):
    """One row, read and written by `retention.clock` alone."""

    id = RandomIdField()
    trusted_on = models.DateField(
        help_text=ColumnText(
            "The last day on which expired data was deleted by the server's clock."
        )
    )
    seen_on = models.DateField(
        null=True,
        help_text=ColumnText(
            "While the clock is in doubt, and nothing is deleted for its age: the "
            "last day it showed."
        ),
    )
    agreeing_days = SmallNumberField(
        default=0,
        help_text=ColumnText(
            "While the clock is in doubt: how many days have followed one another without a jump."
        ),
    )
    steady_since = models.DateField(
        help_text=ColumnText("The day from which the clock has made no jump."),
    )

    class Meta:
        verbose_name = ColumnText("The server's clock")


class ContentVersion(models.Model):
    """A single row. Its number is another one after every write to what public pages show."""

    id = RandomIdField()
    number = NumberField(
        default=1,
        help_text=ColumnText(
            "Counts changes of public pages, so that a changed page is shown right away."
        ),
    )
    texts = NumberField(
        default=0,
        help_text=ColumnText("Counts corrections of the site's own words, for the same reason."),
    )

    class Meta:
        verbose_name = ColumnText("version of the public pages")

    def __str__(self) -> str:
        return f"content {self.number}"
