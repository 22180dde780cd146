"""Reports, the feed, checking and retention."""

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alerts import budgets
from alerts.periods import (
    AUTHORSHIP_DAYS,
    BACKUP_DAYS,
    CHANGE_REQUEST_DAYS,
    DESK_NOTE_DAYS,
    HIDDEN_DAYS,
    INCOMING_DAYS,
    MOST_RENEWALS,
    OBJECTION_DAYS,
)
from alerts.report.vocabulary import LEVELS
from safety_app.privacy.budgets import register
from safety_app.registry import Offer, RotationStep, SealedRow, Tool


class AlertsConfig(AppConfig):
    name = "alerts"
    # What `/kept/` says about this app: (what is kept, for how long).
    keeps: list[tuple[str | Promise, str | Promise]] = [
        *(
            (
                format_lazy(_("Notes of the level “{level}”"), level=level.word),
                format_lazy(_("{months} months"), months=level.months)
                if level.months
                else format_lazy(_("{days} days"), days=level.days),
            )
            for level in reversed(LEVELS)
        ),
        (
            _("When someone confirms a note"),
            format_lazy(_("its time starts anew, {times} times at most"), times=MOST_RENEWALS),
        ),
        (
            _("Who wrote a note, for the moderators of their organisation"),
            format_lazy(_("{days} days"), days=AUTHORSHIP_DAYS),
        ),
        (
            _("What was left for an organisation's desk"),
            format_lazy(_("{days} days, or until a moderator deletes it"), days=DESK_NOTE_DAYS),
        ),
        (
            _("Objections from outside"),
            format_lazy(_("{days} days at most"), days=OBJECTION_DAYS),
        ),
        (
            _("Requests to look at a note"),
            _("until a moderator decides, or as long as the note"),
        ),
        (
            _("That a moderator hid a note, until it is shown again"),
            format_lazy(_("{days} days"), days=HIDDEN_DAYS),
        ),
        (
            _("Changes of a note that wait for a second organisation"),
            format_lazy(_("{days} days"), days=CHANGE_REQUEST_DAYS),
        ),
        (
            _("That an organisation has hidden a very dangerous note before"),
            _("as long as the note"),
        ),
        (
            _("Notes from another network that nobody has taken in"),
            format_lazy(_("{days} days, or until a moderator declines it"), days=INCOMING_DAYS),
        ),
        (
            _("What belongs to a note that was taken back"),
            _("erased at once; nameless entries of the index stay until the keys are renewed"),
        ),
        (_("What was looked up"), _("never kept")),
        (
            _("Backups, which leave out who wrote a note, who let whom in and who waits"),
            format_lazy(_("{days} days"), days=BACKUP_DAYS),
        ),
    ]
    desk_waiting = [
        "alerts.moderation_queue.alert_items",
        "alerts.moderation_queue.flag_items",
        "alerts.moderation_queue.change_request_items",
        "alerts.moderation_queue.desk_note_items",
        "alerts.flows.objections.queue_items",
        "alerts.sharing.incoming.queue_items",
    ]
    desk_tools = [
        Tool(_("Notes to review"), "alerts:unreviewed"),
        Tool(_("Left for your organisation"), "alerts:desk_notes"),
        Tool(_("Objections"), "alerts:objections"),
        Tool(_("Figures"), "alerts:figures"),
        Tool(_("A sheet to print"), "alerts:sheet"),
        Tool(_("Other networks"), "alerts:shared"),
    ]
    readable = ["alerts.flows.disclose_author.readable_alerts"]
    before_erasing = [
        Offer(
            "withdraw",
            _("Take back every note that is still mine"),
            "alerts.flows.lifecycle.withdraw_all",
        ),
    ]
    rotation_steps = [
        RotationStep(
            "alerts.reencrypt.reencrypt",
            "alerts.reencrypt.count_remaining",
            "alerts.reencrypt.has_older",
            "alerts.reencrypt.finish",
        )
    ]
    sealed_rows = [
        SealedRow("alert author", "alerts.Alert", "author_seal", "author_mac"),
        SealedRow("desk note", "alerts.DeskNote", bound=("organisation", "day")),
        SealedRow("flag", "alerts.Flag", bound=("alert_id", "day"), desk="moderation"),
        SealedRow("objection", "alerts.Objection", mac="", desk="moderation"),
        SealedRow("incoming", "alerts.Incoming", bound=("day",), desk="moderation"),
    ]

    def ready(self) -> None:
        register(*budgets.ROWS)
