"""What this app adds to the site's registries (`safety_app.registry`)."""

from django.core.checks import Tags
from django.core.checks import register as register_check
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from safety_app.accounts import budgets, checks, moderation_queue, operator_status, retention
from safety_app.accounts.flows import applications, departures, disclosures, proposals, vouch
from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.sealed_rows import SealedRow
from safety_app.accounts.models import (
    Application,
    AuthorDisclosure,
    Member,
    Message,
    Proposal,
    Vouching,
)
from safety_app.accounts.moderation_queue import Source, Tool
from safety_app.accounts.periods import (
    APPLICATION_DAYS,
    DISCLOSURE_DAYS,
    INVITATION_DAYS,
    MESSAGE_DAYS,
    PROPOSAL_DAYS,
    RENEWAL_MONTHS,
    STAY_DAYS,
    VOUCHING_DAYS,
    WITHOUT_NEW_KEYS_DAYS,
)
from safety_app.accounts.rotation import desk_upkeep, network_rotation
from safety_app.accounts.rotation.renewed_rows import RowMac, row_macs
from safety_app.privacy.budgets import register as register_budgets
from safety_app.privacy.retention import backup_rows, housekeeping, status
from safety_app.privacy.retention.backup_rows import LeftOut
from safety_app.privacy.retention.data_inventory import Kept, days_text, kept

register_budgets(*budgets.ROWS)

kept.register(
    Kept(
        _("Invitations that nobody used"),
        format_lazy(
            ngettext_lazy("{days} day", "{days} days", INVITATION_DAYS), days=INVITATION_DAYS
        ),
    ),
    Kept(
        _("Applications that were declined or that nobody answered, with their accounts"),
        format_lazy(
            ngettext_lazy("{days} day", "{days} days", APPLICATION_DAYS), days=APPLICATION_DAYS
        ),
    ),
    Kept(
        _("Who vouched for someone, invited or accepted them, for those moderators"),
        days_text(VOUCHING_DAYS),
    ),
    Kept(
        _("Accounts of guests"),
        days_text(STAY_DAYS),
    ),
    Kept(
        _("Accounts"),
        format_lazy(
            ngettext_lazy(
                "until deleted, or {months} month and {days} days after the month of the last "
                "sign-in; in those days they get no new keys",
                "until deleted, or {months} months and {days} days after the month of the last "
                "sign-in; in those days they get no new keys",
                RENEWAL_MONTHS,
            ),
            months=RENEWAL_MONTHS,
            days=WITHOUT_NEW_KEYS_DAYS,
        ),
    ),
    Kept(
        _("The last account with the network key, and the last moderator of an organisation"),
        _("until it is deleted: without them nobody could open what is kept"),
    ),
    Kept(
        _("Messages from an organisation to a person"),
        format_lazy(
            ngettext_lazy(
                "{days} day, or until that person deletes them",
                "{days} days, or until that person deletes them",
                MESSAGE_DAYS,
            ),
            days=MESSAGE_DAYS,
        ),
    ),
    Kept(
        _("That a moderator looked who sent something"),
        format_lazy(
            ngettext_lazy("{days} day", "{days} days", DISCLOSURE_DAYS), days=DISCLOSURE_DAYS
        ),
    ),
    Kept(
        _("Proposals of new organisations"),
        days_text(PROPOSAL_DAYS),
    ),
    Kept(_("Who was signed in, and what anyone has left of a budget"), _("in memory only")),
    Kept(_("Pseudonyms, names, addresses, telephone numbers, times"), _("never kept readable")),
)

register_check(checks.pepper_fits, Tags.database, deploy=True)
register_check(checks.database_fits, Tags.database, deploy=True)
housekeeping.sweeps.register(retention.sweep)
status.lines.register(operator_status.status_lines)

# Backups contain neither applicants nor who admitted whom.
_WAITING = "SELECT id FROM accounts_member WHERE state = 'waiting'"
_CLOSED = "SELECT id FROM accounts_invitation WHERE state <> 'open'"
backup_rows.left_out.register(
    LeftOut("accounts_application", rows="TRUE"),
    LeftOut("accounts_vouching", rows="TRUE"),
    LeftOut("accounts_member", rows="state = 'waiting'"),
    LeftOut("accounts_personalsettings", rows=f"member_id IN ({_WAITING})"),  # noqa: S608 (no input)
    LeftOut("accounts_invitation", rows="state <> 'open'"),
    LeftOut("accounts_deskseal", rows=f"member_id IN ({_WAITING})"),  # noqa: S608 (no input)
    LeftOut("accounts_deskseal", rows=f"invitation_id IN ({_CLOSED})"),  # noqa: S608 (no input)
)

moderation_queue.sources.register(
    Source("people", applications.queue_items),
    Source("people", vouch.queue_items),
    Source("people", desk_upkeep.queue_items),
    Source("people", departures.queue_items),
    Source("other", network_rotation.queue_items),
    Source("other", desk_upkeep.forgery_items),
    Source("other", disclosures.queue_items),
    Source("other", proposals.queue_items),
)
moderation_queue.tools.register(
    Tool(_("People"), "accounts:people"),
    Tool(_("Invitations"), "accounts:invite"),
    Tool(_("Who looked who sent a note"), "accounts:disclosures"),
    Tool(_("Organisations"), "accounts:organisations"),
    Tool(_("New moderation keys"), "accounts:renew_desk"),
    Tool(_("The network's key"), "accounts:network_key"),
)

row_macs.register(RowMac(Proposal, "mac", proposals.proposal_mac))
sealed_rows.sealed_row_kinds.register(
    SealedRow("pseudonym", Member, "pseudonym_seal", "pseudonym_mac"),
    SealedRow("application", Application, bound=("member_id", "organisation_id")),
    SealedRow("vouching", Vouching, bound=("organisation_id",)),
    SealedRow("look", AuthorDisclosure, bound=("organisation_id", "day")),
    SealedRow("letter", Message, bound=("day",), desk=""),
)
