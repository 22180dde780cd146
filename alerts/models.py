"""Tables of alerts. Content is sealed; the clear columns are the least that lists need.

Each column's `help_text` says why it exists; the page "What we keep" is generated from these.
"""

from django.db import models

from safety_app.locales.inventory import ColumnText
from safety_app.privacy.fields import (
    DayField,
    NumberField,
    ReferenceField,
    SealedField,
    SmallNumberField,
)
from safety_app.privacy.ids import RandomIdField


class Alert(models.Model):
    """One alert. Its id never changes; the boxes of card and body are bound to it."""

    id = RandomIdField()
    epoch = NumberField(help_text=ColumnText("Which network key opens it."))
    version = NumberField(
        default=1,
        help_text=ColumnText("Raised by a correction, so that an older text cannot be put back."),
    )
    day = DayField(
        help_text=ColumnText("The day it was sent; after 30 days only the first of its month.")
    )
    level = SmallNumberField(
        help_text=ColumnText(
            "How dangerous, 0 to 3: decides how long it lives and in which list it is."
        )
    )
    region = SealedField(
        max_length=16,
        help_text=ColumnText(
            "A keyed value for the region: shows which notes share one, not which it is."
        ),
    )
    # The card vouches for level, region, day, state and end: `alerts.status`.
    state = models.CharField(
        max_length=10,
        default="new",
        help_text=ColumnText("Review state: new, waiting to be published, reviewed or hidden."),
    )
    hidden_until = models.DateField(
        null=True,
        help_text=ColumnText(
            "The last day of being hidden; empty when it is not hidden, or stays hidden."
        ),
    )
    expires = DayField(
        help_text=ColumnText(
            "The day it is deleted: the first of a month, except for nuisance nobody confirmed."
        )
    )
    # The body is last: SQLite reads a row up to the last column needed, so lists skip its pages.
    author_tag = SealedField(
        null=True,
        max_length=16,
        help_text=ColumnText(
            "Lets the author, and nobody else, correct or delete it; empty when the link was "
            "removed."
        ),
    )
    card = SealedField(
        max_length=1100,
        help_text=ColumnText("What the list shows, locked with the network key; one size."),
    )
    author_seal = SealedField(
        null=True,
        max_length=1300,
        help_text=ColumnText(
            "Who sent it, locked for the moderators of their organisation; deleted after 30 days."
        ),
    )
    author_mac = SealedField(
        null=True,
        max_length=32,
        help_text=ColumnText("Proof that a member of the network locked that; deleted with it."),
    )
    body = SealedField(
        max_length=8300,
        help_text=ColumnText("The whole note, locked with the network key; one size."),
    )

    class Meta:
        verbose_name = ColumnText("Notes")
        # Copies of columns that are clear, in their order: none tells more than the table does.
        indexes = [
            # The feed walks it backwards, filters by level, and stops after a page.
            models.Index(fields=["day"], name="alert_day"),
            # The moderation page counts what is under closed keys each time: 18 ms in 5,000.
            models.Index(fields=["epoch"], name="alert_epoch"),
            # A region's notes, newest first, and its dangerous ones for the sheet.
            models.Index(fields=["region", "level", "day"], name="alert_region"),
            # Whose notes somebody's own are: all tags are read, but not the rows around them.
            models.Index(fields=["author_tag"], name="alert_author"),
            # What waits for moderators, in their order; `alerts.flows.waiting_notes` reads them.
            # One each, since the feed must not take them for a short way to what is new.
            *(
                models.Index(
                    fields=["level", "day"],
                    name=f"alert_{state}",
                    condition=models.Q(state=state),
                )
                for state in ("new", "held", "hidden")
            ),
        ]


class BlindIndexEntry(models.Model):
    """One entry of the blind index. Equal identifiers leave no equal values here."""

    id = RandomIdField()
    label = SealedField(
        max_length=16,
        unique=True,
        help_text=ColumnText(
            "A keyed value that finds a note; nobody without the network key can make it."
        ),
    )
    alert = models.ForeignKey(
        Alert,
        models.SET_NULL,
        null=True,
        help_text=ColumnText("The note it finds; empty when that was deleted or has expired."),
    )
    epoch = NumberField(help_text=ColumnText("Which network key made it."))

    class Meta:
        verbose_name = ColumnText("Index for checks")


class Corroboration(models.Model):
    """ "This happened to me too": once per member and alert, linked to nothing else."""

    id = RandomIdField()
    alert = models.ForeignKey(Alert, models.CASCADE, help_text=ColumnText("The note it confirms."))
    tag = SealedField(
        max_length=16,
        unique=True,
        help_text=ColumnText("Keeps one person from confirming twice; tells nobody who that is."),
    )
    note = SealedField(
        max_length=1100,
        help_text=ColumnText(
            "A few words, locked with the network key; the same size when there are none."
        ),
    )

    class Meta:
        verbose_name = ColumnText("Confirmations")


class DeskNote(models.Model):
    """A report for the moderators of one organisation that is not published."""

    id = RandomIdField()
    organisation = ReferenceField(
        help_text=ColumnText("The organisation whose moderators can open it.")
    )
    day = DayField(help_text=ColumnText("The day it came in."))
    sealed = SealedField(
        max_length=9500,
        help_text=ColumnText("The note, locked for the organisation's moderators; one size."),
    )
    mac = SealedField(
        max_length=32, help_text=ColumnText("Proof that someone who holds the network key sent it.")
    )

    class Meta:
        verbose_name = ColumnText("Left for an organisation")


class Relay(models.Model):
    """Notes that someone passed on to people who are not on the site; not the text."""

    id = RandomIdField()
    organisation = ReferenceField(
        help_text=ColumnText("The organisation whose moderators can open it.")
    )
    day = DayField(help_text=ColumnText("The day it happened; the row is deleted after 90 days."))
    sealed = SealedField(
        max_length=2200,
        help_text=ColumnText(
            "Who passed on which notes, locked for the moderators of the organisation; one size."
        ),
    )
    mac = SealedField(
        max_length=32,
        help_text=ColumnText("Proof that someone who holds the network key wrote it."),
    )

    class Meta:
        verbose_name = ColumnText("What was passed on")


class Translation(models.Model):
    """A member's translation of an alert's free text."""

    id = RandomIdField()
    alert = models.ForeignKey(
        Alert, models.CASCADE, help_text=ColumnText("The note it translates.")
    )
    tag = SealedField(
        max_length=16,
        unique=True,
        help_text=ColumnText(
            "Lets its author, and nobody else, replace or delete it; tells nobody who."
        ),
    )
    box = SealedField(
        max_length=6200,
        help_text=ColumnText("Language and text, locked with the network key; one size."),
    )

    class Meta:
        verbose_name = ColumnText("Translations by members")


class Flag(models.Model):
    """Someone asks the moderators to look at an alert."""

    id = RandomIdField()
    alert = models.ForeignKey(Alert, models.CASCADE, help_text=ColumnText("The note it is about."))
    tag = SealedField(
        max_length=16,
        unique=True,
        help_text=ColumnText("Keeps one person from asking twice; tells nobody who that is."),
    )
    day = DayField(
        help_text=ColumnText("The day it came in; after 30 days only the first of its month.")
    )
    sealed = SealedField(
        max_length=2800,
        help_text=ColumnText(
            "The reason and a few words, locked for the moderators of the network; one size."
        ),
    )
    mac = SealedField(
        max_length=32,
        help_text=ColumnText("Proof that someone who holds the network key wrote it."),
    )

    class Meta:
        verbose_name = ColumnText("Requests to look at a note")


class ChangeRequest(models.Model):
    """A change of a very dangerous alert that waits for a second organisation's moderator."""

    NONE = 0  # no organisation's id: a used-hide marker, see `alerts.flows.change_requests`

    id = RandomIdField()
    alert = models.ForeignKey(Alert, models.CASCADE, help_text=ColumnText("The note it is about."))
    organisation = ReferenceField(
        help_text=ColumnText(
            "The organisation that asks for it; another one has to agree. 0 when "
            "the row asks for nothing: it shows that an organisation has used its "
            "three days of hiding the note."
        )
    )
    day = DayField(
        help_text=ColumnText("The day it was asked; after 30 days only the first of its month.")
    )
    box = SealedField(
        max_length=1100,
        help_text=ColumnText("What shall change and why, locked with the network key; one size."),
    )

    class Meta:
        verbose_name = ColumnText("Changes that wait for a second organisation")


class Objection(models.Model):
    """Someone without an account says that they were reported wrongly."""

    id = RandomIdField()
    handle = SealedField(
        max_length=32, unique=True, help_text=ColumnText("Finds it when its return code is typed.")
    )
    day = DayField(help_text=ColumnText("The day it came in; the row is deleted after 90 days."))
    state = models.CharField(
        max_length=10, default="received", help_text=ColumnText("Received, or looked at.")
    )
    sealed = SealedField(
        max_length=5300,
        help_text=ColumnText(
            "What they wrote, locked for the moderators of the network; one size."
        ),
    )

    class Meta:
        verbose_name = ColumnText("Objections")


class Partner(models.Model):
    """Another network with which alerts are shared."""

    id = RandomIdField()
    box = SealedField(
        max_length=2200,
        help_text=ColumnText("Its name and keys, locked with the network key; one size."),
    )

    class Meta:
        verbose_name = ColumnText("Partner networks")


class Incoming(models.Model):
    """An alert of another network that no moderator has accepted yet."""

    id = RandomIdField()
    day = DayField(help_text=ColumnText("The day it came in; the row is deleted after 14 days."))
    sealed = SealedField(
        max_length=10500,
        help_text=ColumnText("The note, locked for the moderators of the network; one size."),
    )
    mac = SealedField(
        max_length=32, help_text=ColumnText("Proof that a moderator of this network brought it.")
    )

    class Meta:
        verbose_name = ColumnText("Notes from other networks")
