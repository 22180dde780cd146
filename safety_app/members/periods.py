"""How long things stay. `/kept/` states these numbers, and housekeeping acts on them."""

INVITATION_DAYS = 14
STAY_DAYS = 30
RENEWAL_MONTHS = 12
