"""Tables of the installation, its organisations and its network keys.

No pseudonym, no hash of one, no time finer than a day. Each column's `help_text` says why it
exists; the page "What we keep" is generated from these.
"""

from django.db import models

from safety_app.locales.inventory import ColumnText
from safety_app.privacy.fields import NumberField, SealedField, SmallNumberField
from safety_app.privacy.ids import RandomIdField


class Instance(models.Model):
    """One row: what makes this installation different from every other."""

    id = RandomIdField()
    salt = SealedField(
        max_length=32,
        help_text=ColumnText(
            "Random value mixed into every sign-in, so that tables made for another site "
            "are useless here."
        ),
    )
    pepper_check = SealedField(
        max_length=32,
        help_text=ColumnText(
            "Tells a wrong secret of the server from the right one, so that the site does not "
            "start with a wrong one."
        ),
    )

    class Meta:
        verbose_name = ColumnText("This installation")


class Organisation(models.Model):
    """A community organisation that vouches for people."""

    id = RandomIdField()
    name = models.CharField(
        max_length=80,
        unique=True,
        help_text=ColumnText("The organisation's public name, for newcomers."),
    )
    vouchings = SmallNumberField(
        default=3, help_text=ColumnText("How many people each member may vouch for in a month.")
    )
    leaves = models.DateField(
        null=True,
        help_text=ColumnText("The last day in this network, when the organisation is quitting it."),
    )

    class Meta:
        verbose_name = ColumnText("Organisations")

    def __str__(self) -> str:
        return self.name


class Epoch(models.Model):
    """One network key. The key itself is nowhere in this table."""

    id = RandomIdField()
    number = NumberField(
        unique=True, help_text=ColumnText("Which network key this is: 1, 2, 3 and so on.")
    )
    chain_mac = SealedField(
        max_length=64,
        help_text=ColumnText(
            "Proof that this key follows the one before; nobody without the key "
            "before can make this proof."
        ),
    )
    previous_box = SealedField(
        null=True,
        max_length=64,
        help_text=ColumnText(
            "The key before, locked with this one, while notes move from one to the other "
            "and while someone does not have this one yet."
        ),
    )
    floor = NumberField(
        help_text=ColumnText("The number of the oldest network key that still opens something.")
    )
    floor_mac = SealedField(
        max_length=32,
        help_text=ColumnText("Proof that someone who holds this key said so."),
    )

    month_box = SealedField(
        null=True,
        max_length=64,
        help_text=ColumnText("The month it was made, locked with it, so that it is renewed."),
    )
    signature = SealedField(
        null=True,
        max_length=64,
        help_text=ColumnText("Proof that a moderator vouches for it."),
    )

    class Meta:
        verbose_name = ColumnText("Network keys")


class VerifyingKey(models.Model):
    """A key by which everybody recognises what moderators vouch for (`vault.signatures`).

    The first one is in no row: it came with the network key.
    """

    id = RandomIdField()
    previous = SealedField(
        unique=True, max_length=32, help_text=ColumnText("The key that was valid before.")
    )
    previous_witnesses = SealedField(
        max_length=32,
        help_text=ColumnText(
            "The fingerprint of the list that says whose signatures this key needed."
        ),
    )
    key = SealedField(
        max_length=32, help_text=ColumnText("The key to check what moderators signed.")
    )
    witnesses = SealedField(
        max_length=32,
        help_text=ColumnText(
            "The fingerprint of the list that says whose signatures the next key needs."
        ),
    )
    signature = SealedField(
        max_length=96, help_text=ColumnText("Proof that a moderator vouches for it.")
    )
    countersignatures = SealedField(
        max_length=130,
        help_text=ColumnText(
            "Proof that two organisations vouch for it, or one that also used its "
            "moderation recovery code."
        ),
    )

    class Meta:
        verbose_name = ColumnText("Keys to check what moderators signed")


class WitnessList(models.Model):
    """The organisations of which two must sign when a verifying key is replaced."""

    id = RandomIdField()
    digest = SealedField(
        unique=True,
        max_length=32,
        help_text=ColumnText("The fingerprint of the list, to find and check it."),
    )
    listed = SealedField(
        max_length=1312,
        help_text=ColumnText("Whose signatures a new key needs."),
    )

    class Meta:
        verbose_name = ColumnText("Whose signatures a new key needs")
