"""Organisations, members, invitations and keys."""

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from safety_app.accounts import budgets
from safety_app.accounts.periods import (
    APPLICATION_DAYS,
    DISCLOSURE_DAYS,
    INVITATION_DAYS,
    MESSAGE_DAYS,
    PROPOSAL_DAYS,
    RENEWAL_MONTHS,
    STAY_DAYS,
    VOUCHING_DAYS,
)
from safety_app.privacy.budgets import register
from safety_app.registry import RowMac, SealedRow, Tool


class AccountsConfig(AppConfig):
    name = "safety_app.accounts"
    label = "accounts"
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
            format_lazy(_("{days} days, or until that person erases them"), days=MESSAGE_DAYS),
        ),
        (
            _("That a moderator looked who sent something"),
            format_lazy(_("{days} days"), days=DISCLOSURE_DAYS),
        ),
        (
            _("Proposals of new organisations"),
            format_lazy(_("{days} days"), days=PROPOSAL_DAYS),
        ),
        (_("Who was signed in, and what anyone has left of a budget"), _("in memory only")),
        (_("Pseudonyms, names, addresses, telephone numbers, times"), _("never kept readable")),
    ]
    desk_waiting = [
        "safety_app.accounts.flows.queue_items.applications",
        "safety_app.accounts.flows.queue_items.vouchings",
        "safety_app.accounts.flows.disclosures.waiting",
        "safety_app.accounts.rotation.desk_rotation.waiting",
        "safety_app.accounts.flows.proposals.waiting",
        "safety_app.accounts.flows.departures.waiting",
    ]
    desk_tools = [
        Tool(_("People"), "accounts:people"),
        Tool(_("Invitations"), "accounts:invite"),
        Tool(_("Who looked who sent a note"), "accounts:disclosures"),
        Tool(_("Organisations"), "accounts:organisations"),
        Tool(_("New keys for the desk"), "accounts:renew_desk"),
        Tool(_("The network's key"), "accounts:network_key"),
    ]
    row_macs = [
        RowMac("accounts.Proposal", "mac", "safety_app.accounts.flows.proposals.proposal_mac"),
    ]
    sealed_rows = [
        SealedRow("pseudonym", "accounts.Member", "pseudonym_seal", "pseudonym_mac"),
        SealedRow("application", "accounts.Application", bound=("member_id", "organisation_id")),
        SealedRow("vouching", "accounts.Vouching", bound=("organisation_id",)),
        SealedRow("look", "accounts.AuthorDisclosure", bound=("organisation_id", "day")),
        SealedRow("letter", "accounts.Message", bound=("day",), desk=""),
    ]

    def ready(self) -> None:
        register(*budgets.ROWS)
