"""How long things around an alert are kept. `/kept/` states these, and housekeeping acts on them.

The life of an alert itself depends on its level: in `alerts.vocabulary.choices`.
"""

AUTHORSHIP_DAYS = 30
DESK_NOTE_DAYS = 30
OBJECTION_DAYS = 90
INCOMING_DAYS = 14
RELAY_DAYS = 90
# How many confirmations may restart an alert's life.
MOST_RENEWALS = 2
# How long one moderator can hide a very dangerous note alone.
HIDDEN_DAYS = 3
# How long a change waits for a second organisation to agree.
CHANGE_REQUEST_DAYS = 30
