"""Tables of organisations, members, invitations, desks and epochs.

No pseudonym, no hash of one, no time finer than a day. Each column's `help_text` says why it
exists; the page "What we keep" is made from these.
"""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from safety_app.privacy.columns import SealedField
from safety_app.privacy.ids import RandomIdField

# Roles that only go with a network key.
MEMBER_ROLES = frozenset({"member", "moderator", "reporter"})


class Instance(models.Model):
    """One row: what makes this installation different from every other one."""

    id = RandomIdField()
    salt = SealedField(
        max_length=32,
        help_text=_(
            "Random value mixed into every sign-in, so that tables made for another site "
            "are useless here."
        ),
    )

    class Meta:
        verbose_name = _("This installation")


class Organisation(models.Model):
    """A community organisation that vouches for people."""

    id = RandomIdField()
    name = models.CharField(
        max_length=80, unique=True, help_text=_("The organisation's public name, for newcomers.")
    )

    class Meta:
        verbose_name = _("Organisations")

    def __str__(self) -> str:
        return self.name


class Epoch(models.Model):
    """One network key. The key itself is nowhere in this table."""

    id = RandomIdField()
    number = models.PositiveIntegerField(
        unique=True, help_text=_("Which network key this is: 1, 2, 3 and so on.")
    )
    chain_mac = SealedField(
        max_length=32,
        help_text=_(
            "Proof that this key follows from the one before; nobody without that key can make it."
        ),
    )
    previous_box = SealedField(
        null=True,
        max_length=64,
        help_text=_(
            "The key before, locked with this one, while alerts move from one to the other."
        ),
    )

    class Meta:
        verbose_name = _("Network keys")


class Member(models.Model):
    """A person under a pseudonym, or a translator's or editor's account without network key."""

    id = RandomIdField()
    handle = SealedField(
        max_length=32,
        unique=True,
        help_text=_(
            "Finds this row when pseudonym and passphrase are typed together; neither can "
            "be got back or tested without the other."
        ),
    )
    verifier = SealedField(
        max_length=32, help_text=_("Checks the passphrase; made by a slow one-way function.")
    )
    recovery_handle = SealedField(
        max_length=32, unique=True, help_text=_("Finds this row when the recovery code is typed.")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, help_text=_("The organisation that vouches for this person.")
    )
    roles = models.CharField(
        max_length=60,
        help_text=_("What this account may do: member, moderator, reporter, translator, editor."),
    )
    state = models.CharField(max_length=10, default="active", help_text=_("Active or waiting."))
    public_key = SealedField(
        max_length=1216, help_text=_("Others lock things with it that only this person can open.")
    )
    seed_box = SealedField(
        max_length=64, help_text=_("This person's secret key, locked with the passphrase.")
    )
    recovery_box = SealedField(
        max_length=64, help_text=_("This person's secret key, locked with the recovery code.")
    )
    epoch = models.PositiveIntegerField(
        default=0, help_text=_("Which network key this person holds; 0 for none.")
    )
    network_box = SealedField(
        max_length=64,
        help_text=_(
            "The network key, locked with this person's own key; for accounts without one, "
            "the fingerprint of their organisation's desk."
        ),
    )
    network_seal = SealedField(
        null=True,
        max_length=1200,
        help_text=_("A newer network key, locked for this person, taken over at the next sign-in."),
    )
    pseudonym_seal = SealedField(
        max_length=1500,
        help_text=_("The pseudonym, locked for the moderators of this person's organisation."),
    )
    second_factor_box = SealedField(
        max_length=600,
        help_text=_("Settings of the second sign-in step, locked; the same size with and without."),
    )
    row_mac = SealedField(
        max_length=32,
        help_text=_(
            "Proof that key, organisation, roles and state were set by someone who holds "
            "the network key."
        ),
    )
    stamp = SealedField(
        max_length=16, help_text=_("Random; changed to end all sign-ins of this person at once.")
    )
    renewed = models.DateField(
        help_text=_("A month (never a day): the account goes a year after it.")
    )
    stay_until = models.DateField(
        null=True, help_text=_("For guests: the day on which the stay ends.")
    )

    class Meta:
        verbose_name = _("Accounts")

    # What django.contrib.auth asks of a user model.
    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: list[str] = []
    is_anonymous = False
    is_authenticated = True

    @property
    def is_active(self) -> bool:
        """Whether the guest's stay, if it is one, has not ended."""
        today = datetime.datetime.now(datetime.UTC).date()
        return self.stay_until is None or self.stay_until >= today

    def has_role(self, *wanted: str) -> bool:
        """Whether the account has one of these roles."""
        return not set(self.roles.split(",")).isdisjoint(wanted)

    def get_session_auth_hash(self) -> str:
        """What each request compares; a new stamp ends every session of this account."""
        return bytes(self.stamp).hex()

    def get_session_auth_fallback_hash(self) -> list[str]:
        """None: an older stamp never counts."""
        return []


class Invitation(models.Model):
    """An open invitation: a key pair that only its code can make again."""

    id = RandomIdField()
    handle = SealedField(
        max_length=32, unique=True, help_text=_("Finds the invitation when its code is typed.")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, help_text=_("The organisation that invites.")
    )
    roles = models.CharField(
        max_length=60, help_text=_("What the account may do that comes of it.")
    )
    guest = models.BooleanField(default=False, help_text=_("For good, or for a stay of 30 days."))
    public_key = SealedField(
        max_length=1216, help_text=_("Others lock things with it that only the code can open.")
    )
    epoch = models.PositiveIntegerField(
        default=0, help_text=_("Which network key it brings; 0 for none.")
    )
    network_box = SealedField(
        null=True,
        max_length=64,
        help_text=_(
            "The network key, locked with the code; for accounts without one, the "
            "fingerprint of the organisation's desk."
        ),
    )
    network_seal = SealedField(
        null=True, max_length=1200, help_text=_("A newer network key, locked for the code.")
    )
    row_mac = SealedField(
        max_length=32, help_text=_("Proof that someone who holds the network key made it.")
    )
    expires = models.DateField(help_text=_("The last day on which the code works."))

    class Meta:
        verbose_name = _("Open invitations")


class Desk(models.Model):
    """A key pair of an organisation's moderators or, without organisation, of all moderators."""

    id = RandomIdField()
    organisation = models.OneToOneField(
        Organisation, models.CASCADE, null=True, help_text=_("Whose desk it is; empty: everyone's.")
    )
    public_key = SealedField(
        max_length=1216, help_text=_("Others lock things with it that only moderators can open.")
    )
    recovery_box = SealedField(
        null=True,
        max_length=64,
        help_text=_("The desk's secret key, locked with the recovery code."),
    )
    row_mac = SealedField(
        max_length=32, help_text=_("Proof that someone who holds the network key made it.")
    )

    class Meta:
        verbose_name = _("Desks")


class DeskSeal(models.Model):
    """A desk's secret key, for one moderator or for the invitation of one."""

    id = RandomIdField()
    desk = models.ForeignKey(Desk, models.CASCADE, help_text=_("Which desk it opens."))
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, help_text=_("The moderator who can open it.")
    )
    invitation = models.ForeignKey(
        Invitation, models.CASCADE, null=True, help_text=_("Or the invitation whose code can.")
    )
    sealed = SealedField(max_length=1200, help_text=_("The desk's secret key, locked."))

    class Meta:
        verbose_name = _("Keys to desks")
