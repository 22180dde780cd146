"""Tables of people and of invitations.

No pseudonym, no hash of one, no time finer than a day. Each column's `help_text` says why it
exists; the page "What we keep" is generated from these.
"""

import datetime

from django.db import models

from safety_app.accounts.models.network import Organisation
from safety_app.locales.inventory import ColumnText
from safety_app.privacy.fields import DayField, NumberField, SealedField
from safety_app.privacy.ids import RandomIdField

# Roles that require a network key.
MEMBER_ROLES = frozenset({"member", "moderator", "reporter"})


class Member(models.Model):
    """A person under a pseudonym, or a translator's or editor's account without a network key."""

    id = RandomIdField()
    handle = SealedField(
        max_length=32,
        unique=True,
        help_text=ColumnText(
            "Finds this row when pseudonym and passphrase are typed together; neither can "
            "be got back or tested without the other."
        ),
    )
    verifier = SealedField(
        max_length=32,
        help_text=ColumnText("Checks the passphrase; made by a slow one-way function."),
    )
    recovery_handle = SealedField(
        max_length=32,
        unique=True,
        help_text=ColumnText("Finds this row when the recovery code is typed."),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        help_text=ColumnText("The organisation that vouches for this person."),
    )
    roles = models.CharField(
        max_length=60,
        help_text=ColumnText(
            "What this account may do: member, moderator, writes for others, translator, editor."
        ),
    )
    state = models.CharField(
        max_length=10,
        default="active",
        help_text=ColumnText("Active, waiting for an answer, or accepted and not signed in since."),
    )
    public_key = SealedField(
        max_length=1216,
        help_text=ColumnText("Others lock things with it that only this person can open."),
    )
    seed_seal = SealedField(
        max_length=1440,
        help_text=ColumnText(
            "This person's secret key, locked with the passphrase; with it, what "
            "recognises their own notes from before that key changed. One size "
            "for everyone."
        ),
    )
    recovery_seal = SealedField(
        max_length=1440,
        help_text=ColumnText("The same, locked so that the recovery code opens it."),
    )
    opener_keys_box = SealedField(
        max_length=2480,
        help_text=ColumnText(
            "What locks a new secret key for passphrase and recovery code, locked with this "
            "person's own key."
        ),
    )
    epoch = NumberField(
        default=0, help_text=ColumnText("Which network key this person holds; 0 for none.")
    )
    network_box = SealedField(
        null=True,
        max_length=300,
        help_text=ColumnText(
            "The network key, the number of the oldest one that still opens "
            "something, and what checks moderators' signatures; locked with this "
            "person's own key. From acceptance to the next sign-in, the "
            "moderators of their organisation can open it too. For accounts "
            "without the network key, and while someone waits: the fingerprint of "
            "their organisation's moderation key."
        ),
    )
    network_seal = SealedField(
        null=True,
        max_length=1200,
        help_text=ColumnText(
            "A newer network key, locked for this person, used from the next sign-in."
        ),
    )
    pseudonym_seal = SealedField(
        max_length=1500,
        help_text=ColumnText(
            "The pseudonym, locked for the moderators of this person's organisation."
        ),
    )
    pseudonym_mac = SealedField(
        null=True,
        max_length=32,
        help_text=ColumnText(
            "Proof that someone who holds the network key locked that pseudonym; "
            "empty for accounts without that key."
        ),
    )
    second_factor_box = SealedField(
        max_length=2600,
        help_text=ColumnText(
            "Settings of the second sign-in step, locked; the same size with and without."
        ),
    )
    row_mac = SealedField(
        max_length=32,
        help_text=ColumnText(
            "Proof that key, organisation, roles, state and second step were set "
            "by someone who holds the network key or, for an account without that "
            "key, by this server."
        ),
    )
    stamp = SealedField(
        max_length=16,
        help_text=ColumnText("Random; changed to end all sign-ins of this person right away."),
    )
    renewed = DayField(
        help_text=ColumnText(
            "The month of the last sign-in, never the day; the account is deleted "
            "12 months and 30 days after that month."
        )
    )
    stay_until = models.DateField(
        null=True, help_text=ColumnText("For guests: the day on which the stay ends.")
    )

    class Meta:
        verbose_name = ColumnText("Accounts")
        indexes = [
            # Which rows of an organisation changed, without reading rows (`accounts.roster`).
            models.Index(fields=["organisation", "state", "handle", "id"], name="member_handles"),
        ]

    # Required of a user model by django.contrib.auth.
    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: list[str] = []
    is_anonymous = False
    # Roles of the row that nothing proves (`middleware.trusted_row`); never stored.
    disbelieved: frozenset[str] = frozenset()
    is_authenticated = True

    @property
    def is_active(self) -> bool:
        """Whether the guest's stay, if it is one, has not ended."""
        today = datetime.datetime.now(datetime.UTC).date()
        return self.stay_until is None or self.stay_until >= today

    def has_usable_password(self) -> bool:
        """Every account has a passphrase; allauth checks this before reauthentication."""
        return True

    def has_role(self, *wanted: str) -> bool:
        """Whether the account has one of these roles."""
        held = set(self.roles.split(",")) - self.disbelieved
        return not held.isdisjoint(wanted)

    def get_session_auth_hash(self) -> str:
        """Compared at each request; a new stamp ends every session of this account."""
        return bytes(self.stamp).hex()

    def get_session_auth_fallback_hash(self) -> list[str]:
        """None: an older stamp is never valid."""
        return []


class PersonalSettings(models.Model):
    """What a person chose for their own use; every account has such a row."""

    id = RandomIdField()
    member = models.OneToOneField(
        Member, models.CASCADE, help_text=ColumnText("Whose settings these are.")
    )
    box = SealedField(
        max_length=6200,
        help_text=ColumnText(
            "Their regions, what they want to be told about and, while they wait, "
            "what they wrote when they asked to join; locked with their own key, "
            "the same size for everyone, also without any."
        ),
    )

    class Meta:
        verbose_name = ColumnText("Settings people make for themselves")


# Codes that work; "outside" are those that somebody of another organisation made.
OPEN_CODES = ("open", "outside")


class Invitation(models.Model):
    """An open invitation: a key pair that only its code can regenerate."""

    id = RandomIdField()
    handle = SealedField(
        max_length=32,
        unique=True,
        help_text=ColumnText("Finds the invitation when its code is typed."),
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, help_text=ColumnText("The organisation that invites.")
    )
    roles = models.CharField(
        max_length=60, help_text=ColumnText("What the account may do that comes of it.")
    )
    guest = models.BooleanField(
        default=False, help_text=ColumnText("Without an end date, or for 30 days.")
    )
    state = models.CharField(
        max_length=10,
        default="open",
        help_text=ColumnText(
            "Open; open and made by another organisation; asked for by a member and not "
            "accepted yet; or declined. The code works only while it is open."
        ),
    )
    public_key = SealedField(
        max_length=1216,
        help_text=ColumnText("Others lock things with it that only the code can open."),
    )
    epoch = NumberField(default=0, help_text=ColumnText("Which network key it brings; 0 for none."))
    network_box = SealedField(
        null=True,
        max_length=300,
        help_text=ColumnText(
            "The network key, the number of the oldest one that still opens "
            "something, and what checks moderators' signatures, locked with the "
            "code; for accounts without the network key, the fingerprint of the "
            "organisation's moderation key."
        ),
    )
    network_seal = SealedField(
        null=True,
        max_length=1200,
        help_text=ColumnText("A newer network key, locked for the code."),
    )
    row_mac = SealedField(
        max_length=32,
        help_text=ColumnText(
            "Proof that someone who holds the network key made it or, for an account "
            "without that key, this server."
        ),
    )
    expires = DayField(help_text=ColumnText("The last day on which the code works."))

    class Meta:
        verbose_name = ColumnText("Open invitations")
