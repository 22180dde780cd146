"""How much one person may do in a while. `/kept/` states these; a restart empties them."""

from safety_app.privacy.budgets import Budget

_HOUR, _DAY = 60 * 60, 24 * 60 * 60

CHECKS = Budget("checks", 60, _HOUR)
REPORTER_CHECKS = Budget("checks for others", 300, _HOUR)
PARTIAL_PLATES = Budget("partial plates", 10, _DAY)
CARDS = Budget("cards", 2_000, _DAY)
OPENED = Budget("opened alerts", 300, _DAY)
# What is sent, corrections too: generous, so that only a flood meets it.
SENT = Budget("sent", 30, _DAY)
REPORTER_SENT = Budget("sent for others", 100, _DAY)
FLAGS = Budget("flags", 20, _DAY)
# For everyone outside together: as many as people can read.
OBJECTIONS = Budget("objections", 30, _DAY)
TRANSLATED = Budget("translations", 30, _DAY)
# Files for other networks.
EXPORTED = Budget("exports", 10, _DAY)
