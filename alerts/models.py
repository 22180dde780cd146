"""Tables of alerts. What an alert says is sealed; the clear columns are the least a list needs.

Each column's `help_text` says why it exists; the page "What we keep" is made from these.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from safety_app.privacy.columns import SealedField
from safety_app.privacy.ids import RandomIdField


class Alert(models.Model):
    """One alert. Its id never changes; card and body are bound to id, part and version."""

    id = RandomIdField()
    epoch = models.PositiveIntegerField(help_text=_("Which network key opens it."))
    version = models.PositiveIntegerField(
        default=1, help_text=_("Raised by a correction, so that an older text cannot be put back.")
    )
    day = models.DateField(help_text=_("The day it was sent, to show its age."))
    level = models.PositiveSmallIntegerField(
        help_text=_("How dangerous, 0 to 3: decides how long it lives and in which list it stands.")
    )
    region = SealedField(
        max_length=16,
        help_text=_("A keyed value for the region: shows which alerts share one, not which it is."),
    )
    state = models.CharField(
        max_length=10,
        default="new",
        help_text=_("Review state: new, held, reviewed or hidden."),
    )
    expires = models.DateField(help_text=_("The day it is deleted."))
    # The body comes last: a list that reads up to the card does not touch its pages.
    author_tag = SealedField(
        null=True,
        max_length=16,
        help_text=_(
            "Lets the author, and nobody else, correct or withdraw it; empty when the tie was cut."
        ),
    )
    card = SealedField(
        max_length=1100, help_text=_("What the list shows, locked with the network key; one size.")
    )
    author_seal = SealedField(
        null=True,
        max_length=1300,
        help_text=_(
            "Who sent it, locked for the moderators of their organisation; erased after 30 days."
        ),
    )
    body = SealedField(
        max_length=8300, help_text=_("The whole alert, locked with the network key; one size.")
    )

    class Meta:
        verbose_name = _("Notes")
        # The feed walks it backwards and stops after a page; level and region are looked at there.
        indexes = [models.Index(fields=["day"], name="alert_day")]


class Label(models.Model):
    """One entry of the index for checks. Equal numbers leave no equal values here."""

    id = RandomIdField()
    label = SealedField(
        max_length=16,
        unique=True,
        help_text=_(
            "A keyed value that finds an alert; nobody without the network key can make it."
        ),
    )
    alert = models.ForeignKey(
        Alert,
        models.SET_NULL,
        null=True,
        help_text=_("The alert it finds; empty when that was withdrawn or has expired."),
    )
    epoch = models.PositiveIntegerField(help_text=_("Which network key made it."))

    class Meta:
        verbose_name = _("Index for looking up")


class Corroboration(models.Model):
    """ "This happened to me too": once per member and alert, linked to nothing else."""

    id = RandomIdField()
    alert = models.ForeignKey(Alert, models.CASCADE, help_text=_("The alert it confirms."))
    tag = SealedField(
        max_length=16,
        unique=True,
        help_text=_("Keeps one person from confirming twice; tells nobody who that is."),
    )
    note = SealedField(
        max_length=1100,
        help_text=_("A note, locked with the network key; the same size when there is none."),
    )

    class Meta:
        verbose_name = _("Confirmations")


class DeskNote(models.Model):
    """Something for the moderators of one organisation that is not published."""

    id = RandomIdField()
    organisation = models.BigIntegerField(help_text=_("The organisation whose desk can open it."))
    day = models.DateField(help_text=_("The day it came in."))
    sealed = SealedField(
        max_length=9500, help_text=_("The note, locked for the organisation's desk; one size.")
    )

    class Meta:
        verbose_name = _("Left for an organisation")
