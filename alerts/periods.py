"""How long what belongs to an alert stays. `/kept/` states these, and housekeeping acts on them.

How long an alert itself lives stands with its level, in `alerts.report.vocabulary`.
"""

AUTHORSHIP_DAYS = 30
DESK_NOTE_DAYS = 30
OBJECTION_DAYS = 90
INCOMING_DAYS = 14
# A confirmation restarts an alert's life, so many times at most.
MOST_RENEWALS = 2
# What one moderator can do alone with a very dangerous note: hide it for so long (72 hours).
HIDDEN_DAYS = 3
# A change that waits for a second organisation.
CHANGE_REQUEST_DAYS = 30
