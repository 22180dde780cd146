"""Tables of desks, of who can open them, and of what is sealed to them.

No pseudonym, no hash of one, no time finer than a day. Each column's `help_text` says why it
exists; the page "What we keep" is generated from these.
"""

from django.db import models

from safety_app.accounts.models.network import Organisation
from safety_app.accounts.models.people import Invitation, Member
from safety_app.locales.inventory import ColumnText
from safety_app.privacy.fields import DayField, SealedField
from safety_app.privacy.ids import RandomIdField


class Desk(models.Model):
    """A key pair of an organisation's moderators or, without organisation, of all moderators."""

    id = RandomIdField()
    organisation = models.OneToOneField(
        Organisation,
        models.CASCADE,
        null=True,
        help_text=ColumnText("Whose moderation it is; empty: everyone's."),
    )
    public_key = SealedField(
        max_length=1216,
        help_text=ColumnText("Others lock things with it that only moderators can open."),
    )
    recovery_box = SealedField(
        null=True,
        max_length=64,
        help_text=ColumnText(
            "The secret moderation key, locked with the moderation recovery code."
        ),
    )
    code_key = SealedField(
        null=True,
        max_length=96,
        help_text=ColumnText("The key to check what was signed with the moderation recovery code."),
    )
    previous_box = SealedField(
        null=True,
        max_length=64,
        help_text=ColumnText(
            "The secret key before, locked with this one, while what the moderators hold "
            "moves from one to the other."
        ),
    )
    retired_box = SealedField(
        null=True,
        max_length=320,
        help_text=ColumnText(
            "By which keys other networks knew this one before, locked with the secret key; only "
            "of the moderation of all."
        ),
    )
    certificate = SealedField(
        max_length=8192,
        help_text=ColumnText("Proof that a moderator vouches for it."),
    )
    renewal_due = models.BooleanField(
        default=False,
        help_text=ColumnText(
            "Whether the key must be renewed: someone who could open it lost "
            "access, or the organisation is new."
        ),
    )
    row_mac = SealedField(
        max_length=32, help_text=ColumnText("Proof that someone who holds the network key made it.")
    )

    class Meta:
        verbose_name = ColumnText("Moderation keys of each organisation")


class DeskSeal(models.Model):
    """A desk's secret key, sealed to a moderator, to a moderator's invitation or to another
    desk.

    An organisation's desk is sealed to its moderators, the network's moderation desk to the
    desks of all organisations: whoever opens the first opens the second.
    """

    id = RandomIdField()
    desk = models.ForeignKey(
        Desk, models.CASCADE, help_text=ColumnText("Whose moderation it opens.")
    )
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, help_text=ColumnText("The moderator who can open it.")
    )
    invitation = models.ForeignKey(
        Invitation,
        models.CASCADE,
        null=True,
        help_text=ColumnText("Or the invitation whose code can."),
    )
    via_desk = models.ForeignKey(
        Desk,
        models.CASCADE,
        null=True,
        related_name="opens",
        help_text=ColumnText("Or the organisation whose moderation key can."),
    )
    sealed = SealedField(
        max_length=1200, help_text=ColumnText("The secret moderation key, locked.")
    )
    signature = SealedField(
        max_length=64,
        help_text=ColumnText("Proof that someone who could open it shared it."),
    )

    class Meta:
        verbose_name = ColumnText("Moderators' copies of the moderation keys")


class Application(models.Model):
    """Someone asks an organisation for an account, or to accept them from another one."""

    id = RandomIdField()
    member = models.OneToOneField(
        Member, models.CASCADE, help_text=ColumnText("The account that waits for the answer.")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, help_text=ColumnText("The organisation that is asked.")
    )
    day = DayField(help_text=ColumnText("The day it was asked; the row is deleted after 14 days."))
    state = models.CharField(
        max_length=10, default="waiting", help_text=ColumnText("Waiting, or declined.")
    )
    sealed = SealedField(
        max_length=4800,
        help_text=ColumnText(
            "Pseudonym, message and public key, locked for the organisation's moderators; one size."
        ),
    )
    mac = SealedField(
        null=True,
        max_length=32,
        help_text=ColumnText("Proof that a member of the network asks; empty for newcomers."),
    )

    class Meta:
        verbose_name = ColumnText("Applications")


class Vouching(models.Model):
    """Who admitted someone: the member who vouched, or the moderator who invited or approved."""

    id = RandomIdField()
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        help_text=ColumnText("The organisation whose moderators can open it."),
    )
    invitation = models.ForeignKey(
        Invitation,
        models.SET_NULL,
        null=True,
        help_text=ColumnText("The invitation, while it is unused."),
    )
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, help_text=ColumnText("The account that came of it.")
    )
    tag = SealedField(
        null=True,
        unique=True,
        max_length=16,
        help_text=ColumnText(
            "Keeps a member within the number of a month; tells nobody who that is."
        ),
    )
    day = DayField(help_text=ColumnText("The day it happened; the row is deleted after 30 days."))
    sealed = SealedField(
        max_length=4600,
        help_text=ColumnText(
            "Who accepted them, and a message, locked for the organisation's moderators; one size."
        ),
    )
    mac = SealedField(
        max_length=32,
        help_text=ColumnText("Proof that someone who holds the network key wrote it."),
    )

    class Meta:
        verbose_name = ColumnText("Who accepted or invited someone")


class Message(models.Model):
    """A message from an organisation to one person; only that person's key can tell for whom."""

    id = RandomIdField()
    day = DayField(
        help_text=ColumnText("The day it was written; the row is deleted after 30 days.")
    )
    sealed = SealedField(
        max_length=3600,
        help_text=ColumnText("The message, locked for the person who gets it; one size."),
    )
    mac = SealedField(
        max_length=32,
        help_text=ColumnText("Proof that a moderator wrote it, for the person who reads it."),
    )

    class Meta:
        verbose_name = ColumnText("Messages from organisations")


class AuthorDisclosure(models.Model):
    """A moderator looked up who sent something; all moderators of the organisation see that."""

    id = RandomIdField()
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        help_text=ColumnText("The organisation whose moderators can open it."),
    )
    day = DayField(help_text=ColumnText("The day it happened; the row is deleted after 90 days."))
    sealed = SealedField(
        max_length=2200,
        help_text=ColumnText(
            "Who looked, at what and why, locked for the organisation's moderators; one size."
        ),
    )
    mac = SealedField(
        max_length=32,
        help_text=ColumnText("Proof that someone who holds the network key wrote it."),
    )

    class Meta:
        verbose_name = ColumnText("Who looked who sent something")


class Proposal(models.Model):
    """A new organisation, proposed by one organisation and confirmed by another."""

    id = RandomIdField()
    name = models.CharField(
        max_length=80, unique=True, help_text=ColumnText("The new organisation's public name.")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="proposed",
        help_text=ColumnText("The organisation that proposes it."),
    )
    confirmed_by = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        related_name="confirmed",
        help_text=ColumnText("The organisation that confirmed it."),
    )
    day = DayField(
        help_text=ColumnText("The day it was proposed; the row is deleted after 30 days.")
    )
    mac = SealedField(
        max_length=32, help_text=ColumnText("Proof that moderators of these organisations did so.")
    )

    class Meta:
        verbose_name = ColumnText("Proposed organisations")
