"""What this app adds to the site's registries (`safety_app.registry`)."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from alerts import altered, budgets, moderation_queue, retention
from alerts.flows import disclose_author, lifecycle, objections, reencrypt
from alerts.models import Alert, DeskNote, Flag, Incoming, Objection, Relay
from alerts.periods import (
    AUTHORSHIP_DAYS,
    CHANGE_REQUEST_DAYS,
    DESK_NOTE_DAYS,
    HIDDEN_DAYS,
    INCOMING_DAYS,
    MOST_RENEWALS,
    OBJECTION_DAYS,
    RELAY_DAYS,
)
from alerts.sharing import incoming, partners
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts import moderation_queue as desk
from safety_app.accounts.flows import disclosures, erase
from safety_app.accounts.flows.erase import ErasureOffer
from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.sealed_rows import SealedRow
from safety_app.accounts.moderation_queue import LongSource, Source, Tool
from safety_app.accounts.rotation.reencrypt import RotationStep, rotation_steps
from safety_app.accounts.start_pages import StartPage, start_pages
from safety_app.privacy.budgets import register as register_budgets
from safety_app.privacy.retention import backup_rows, housekeeping, status
from safety_app.privacy.retention.backup_rows import LeftOut
from safety_app.privacy.retention.data_inventory import Kept, days_text, kept

register_budgets(*budgets.ROWS)
status.lines.register(retention.status_lines)

kept.register(
    *(
        Kept(
            format_lazy(_("Notes of the level “{level}”"), level=level.word),
            format_lazy(
                ngettext_lazy(
                    "{months} month, and to the end of that month",
                    "{months} months, and to the end of the last month",
                    level.months,
                ),
                months=level.months,
            )
            if level.months
            else format_lazy(
                ngettext_lazy("{days} day", "{days} days", level.days), days=level.days
            ),
        )
        for level in reversed(LEVELS)
    ),
    Kept(
        _("When someone confirms a note"),
        format_lazy(
            ngettext_lazy(
                "its time starts again, {times} time at most",
                "its time starts again, {times} times at most",
                MOST_RENEWALS,
            ),
            times=MOST_RENEWALS,
        ),
    ),
    Kept(
        _("Who wrote a note, for the moderators of their organisation"),
        format_lazy(
            ngettext_lazy("{days} day", "{days} days", AUTHORSHIP_DAYS), days=AUTHORSHIP_DAYS
        ),
    ),
    Kept(
        _("What was sent to an organisation's moderators"),
        format_lazy(
            ngettext_lazy(
                "{days} day, or until a moderator deletes it",
                "{days} days, or until a moderator deletes it",
                DESK_NOTE_DAYS,
            ),
            days=DESK_NOTE_DAYS,
        ),
    ),
    Kept(
        _("Objections from outside"),
        format_lazy(
            ngettext_lazy("{days} day at most", "{days} days at most", OBJECTION_DAYS),
            days=OBJECTION_DAYS,
        ),
    ),
    Kept(
        _("Who passed on which notes, for the moderators of their organisation"),
        days_text(RELAY_DAYS),
    ),
    Kept(_("The text that is passed on"), _("in memory only")),
    Kept(
        _("Requests to look at a note"),
        _("until a moderator decides, or as long as the note"),
    ),
    Kept(
        _("That a moderator hid a note, until it is shown again"),
        days_text(HIDDEN_DAYS),
    ),
    Kept(
        _("Changes of a note that wait for a second organisation"),
        format_lazy(
            ngettext_lazy("{days} day", "{days} days", CHANGE_REQUEST_DAYS),
            days=CHANGE_REQUEST_DAYS,
        ),
    ),
    Kept(
        _("That an organisation has hidden a very dangerous note before"),
        _("as long as the note"),
    ),
    Kept(
        _("Notes from another network that nobody has accepted"),
        format_lazy(
            ngettext_lazy(
                "{days} day, or until a moderator declines it",
                "{days} days, or until a moderator declines it",
                INCOMING_DAYS,
            ),
            days=INCOMING_DAYS,
        ),
    ),
    Kept(
        _("What belongs to a note that was deleted"),
        _("deleted right away; nameless entries of the index stay until the keys are renewed"),
    ),
    Kept(
        _("A note you deleted, so that you can put it back"),
        _("one minute, in memory only, locked with your session"),
    ),
    Kept(
        _("What a moderator's last step changed, to undo it"),
        _("15 seconds, in memory only, locked with their session"),
    ),
    Kept(_("What was checked"), _("never kept")),
)

housekeeping.sweeps.register(retention.sweep)
# A backup outlives the 30 days of authorship, so it has none at all.
backup_rows.left_out.register(LeftOut("alerts_alert", columns=("author_seal", "author_mac")))

start_pages.register(StartPage("member", "alerts:feed"))
desk.sources.register(
    Source("people", moderation_queue.desk_note_items),
    Source("flags", moderation_queue.flag_items),
    Source("flags", moderation_queue.change_request_items),
    Source("flags", objections.queue_items),
    Source("flags", altered.queue_items),
    Source("other", incoming.queue_items),
    Source("other", partners.queue_items),
    Source("other", moderation_queue.closed_items),
)
desk.long_sources.register(
    LongSource("notes", moderation_queue.count_notes, moderation_queue.note_items)
)
desk.describers.register(moderation_queue.describe)
desk.tools.register(
    Tool(_("Notes to review"), "alerts:unreviewed"),
    Tool(_("Sent to your organisation"), "alerts:desk_notes"),
    Tool(_("Objections"), "alerts:objections"),
    Tool(_("Statistics"), "alerts:figures"),
    Tool(_("Warning sheet to print"), "alerts:sheet"),
    Tool(_("Pass on the warnings of a week"), "alerts:relay_week"),
    Tool(_("What was passed on"), "alerts:relays"),
    Tool(_("Other networks"), "alerts:shared"),
)
disclosures.alert_addresses.register(disclose_author.readable_alerts)
erase.erasure_offers.register(
    ErasureOffer("withdraw", _("Delete every note that is still mine"), lifecycle.withdraw_all)
)

rotation_steps.register(
    RotationStep(
        reencrypt.reencrypt,
        retention.count_by_key,
        reencrypt.opens_older,
        retention.delete_closed,
    )
)
sealed_rows.sealed_row_kinds.register(
    SealedRow("alert author", Alert, "author_seal", "author_mac"),
    SealedRow("desk note", DeskNote, bound=("organisation", "day")),
    SealedRow("relay", Relay, bound=("organisation", "day")),
    SealedRow("flag", Flag, bound=("alert_id", "day"), by_month=("day",), desk="moderation"),
    SealedRow("objection", Objection, mac="", desk="moderation"),
    SealedRow("incoming", Incoming, bound=("day",), desk="moderation"),
)
