"""This app's budgets, for reading, looking up and sending.

The columns: name, what `/kept/` calls it, amount, seconds, unit, keyed by, when spent.
"""

from django.utils.translation import gettext_lazy as _

from safety_app.privacy.budgets import DAY, HOUR, Budget

CHECKS = Budget("checks", _("Lines checked"), 60, HOUR, "amounts", "person", "refuse")
# For somebody at the door when the hour's are used up: one line at a time.
RESERVE = Budget(
    "single checks",
    _("Lines checked one by one when these are used up"),
    10,
    HOUR,
    "amounts",
    "person",
    "refuse",
)
REPORTER_CHECKS = Budget(
    "checks for others",
    _("Lines checked, for people who write for others"),
    300,
    HOUR,
    "amounts",
    "person",
    "refuse",
)
PARTIAL_PLATES = Budget(
    "partial plates", _("Parts of a plate checked"), 5, DAY, "amounts", "person", "refuse"
)
CARDS = Budget("cards", _("Notes listed"), 2_000, DAY, "amounts", "person", "refuse")
OPENED = Budget("opened alerts", _("Notes opened"), 300, DAY, "amounts", "person", "refuse")
# Sending and correcting: generous, so that only a flood reaches the limit.
SENT = Budget("sent", _("Notes sent or corrected"), 30, DAY, "requests", "person", "refuse")
REPORTER_SENT = Budget(
    "sent for others",
    _("Notes sent or corrected, for people who write for others"),
    100,
    DAY,
    "requests",
    "person",
    "refuse",
)
CONFIRMED = Budget("confirmations", _("Notes confirmed"), 30, DAY, "requests", "person", "refuse")
TRANSLATED = Budget(
    "translations", _("Translations of notes"), 30, DAY, "requests", "person", "refuse"
)
EXPORTED = Budget("exports", _("Files for other networks"), 10, DAY, "requests", "person", "refuse")
WATCHED = Budget(
    "watches", _("Numbers and names to be told about"), 40, DAY, "amounts", "person", "refuse"
)
DISCLOSED = Budget(
    "disclosures", _("Notes looked at for who wrote them"), 30, DAY, "requests", "person", "refuse"
)
FLAGS = Budget("flags", _("Requests to look at a note"), 20, DAY, "requests", "person", "refuse")
# As many as moderators can read.
OBJECTIONS = Budget("objections", _("Objections"), 30, DAY, "requests", "everyone", "refuse")

ROWS = (
    CHECKS,
    RESERVE,
    REPORTER_CHECKS,
    PARTIAL_PLATES,
    CARDS,
    OPENED,
    SENT,
    REPORTER_SENT,
    CONFIRMED,
    TRANSLATED,
    EXPORTED,
    WATCHED,
    DISCLOSED,
    FLAGS,
    OBJECTIONS,
)
