"""Organisations, members, invitations and keys."""

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from safety_app.members import budgets
from safety_app.members.hooks import RowMac, SealedRow, Tool
from safety_app.members.periods import (
    APPLICATION_DAYS,
    INVITATION_DAYS,
    LETTER_DAYS,
    LOOK_DAYS,
    PROPOSAL_DAYS,
    RENEWAL_MONTHS,
    STAY_DAYS,
    VOUCHING_DAYS,
)
from safety_app.privacy.budgets import register


class MembersConfig(AppConfig):
    name = "safety_app.members"
    label = "members"
    # What `/kept/` says about this app: (what is kept, for how long).
    keeps: list[tuple[str | Promise, str | Promise]] = [
        (
            _("Invitations that nobody used"),
            format_lazy(_("{days} days"), days=INVITATION_DAYS),
        ),
        (
            _("Applications that were declined or that nobody answered, with their accounts"),
            format_lazy(_("{days} days"), days=APPLICATION_DAYS),
        ),
        (
            _("Who vouched for someone, invited or approved them, for that desk"),
            format_lazy(_("{days} days"), days=VOUCHING_DAYS),
        ),
        (
            _("Accounts of guests"),
            format_lazy(_("{days} days"), days=STAY_DAYS),
        ),
        (
            _("Accounts"),
            format_lazy(
                _("until erased, or {months} months after the month of the last sign-in"),
                months=RENEWAL_MONTHS,
            ),
        ),
        (
            _("Notes from an organisation to a person"),
            format_lazy(_("{days} days, or until that person erases them"), days=LETTER_DAYS),
        ),
        (
            _("That a moderator looked who sent something"),
            format_lazy(_("{days} days"), days=LOOK_DAYS),
        ),
        (
            _("Proposals of new organisations"),
            format_lazy(_("{days} days"), days=PROPOSAL_DAYS),
        ),
        (_("Who was signed in, and what anyone has left of a budget"), _("in memory only")),
        (_("Pseudonyms, names, addresses, telephone numbers, times"), _("never kept readable")),
    ]
    desk_waiting = [
        "safety_app.members.waiting.applications",
        "safety_app.members.waiting.vouchings",
        "safety_app.members.looks.waiting",
        "safety_app.members.renewing.waiting",
        "safety_app.members.organisations.waiting",
        "safety_app.members.leaving.waiting",
    ]
    desk_tools = [
        Tool(_("People"), "members:people"),
        Tool(_("Invitations"), "members:invite"),
        Tool(_("Who looked who sent a note"), "members:looks"),
        Tool(_("Organisations"), "members:organisations"),
        Tool(_("New keys for the desk"), "members:renew_desk"),
        Tool(_("The network's key"), "members:keys"),
    ]
    row_macs = [
        RowMac("members.Proposal", "mac", "safety_app.members.organisations.proposal_mac"),
    ]
    sealed_rows = [
        SealedRow("pseudonym", "members.Member", "pseudonym_seal", "pseudonym_mac"),
        SealedRow("application", "members.Application", bound=("member_id", "organisation_id")),
        SealedRow("vouching", "members.Vouching", bound=("organisation_id",)),
        SealedRow("look", "members.Look", bound=("organisation_id", "day")),
        SealedRow("letter", "members.Letter", bound=("day",), desk=""),
    ]

    def ready(self) -> None:
        register(*budgets.ROWS)
