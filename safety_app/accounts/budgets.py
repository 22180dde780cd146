"""Budgets of ways in, of messages and of keys: this app's rows of the table of budgets.

The columns: name, what `/kept/` calls it, amount, seconds, unit, keyed by, when spent.
"""

from django.utils.translation import gettext_lazy as _

from safety_app.privacy.budgets import DAY, HOUR, MINUTE, Budget

# Keyed by the pseudonym because every wrong guess has another handle.
SIGN_IN = Budget("sign-in", _("Sign-ins tried"), 10, 15 * MINUTE, "requests", "pseudonym", "wait")
# Whoever tries codes knows the passphrase, so refusing locks out nobody else.
SECOND_STEP = Budget(
    "second step", _("Codes of the second step"), 20, HOUR, "requests", "person", "refuse"
)
# Counted beside the session: codes typed at the same moment must not share one count.
SECOND_STEP_TRIES = Budget(
    "codes of one sign-in", _("Codes of the second step"), 5, HOUR, "requests", "sign-in", "end"
)
# Codes cannot be guessed: the next four only slow a flood down, and refusing would let one
# outsider close the door for all.
JOIN = Budget("join", _("Invitations tried"), 1000, HOUR, "requests", "everyone", "wait")
# Nothing refuses these but the organisation's own limit of how many wait.
APPLY = Budget("apply", _("Requests to be let in"), 200, HOUR, "requests", "everyone", "wait")
RECOVER = Budget("recover", _("Recovery codes tried"), 1000, HOUR, "requests", "everyone", "wait")
DESK_CODE = Budget(
    "desk code", _("Codes for moderators tried"), 1000, HOUR, "requests", "everyone", "wait"
)
# A person's key is tried on so many messages and no more: one moderator must not push out those
# of the others.
MESSAGES = Budget(
    "messages", _("Messages from one moderator"), 100, DAY, "requests", "person", "refuse"
)
KEY_RENEWALS = Budget(
    "renewals of the keys", _("Renewals of the keys"), 6, DAY, "requests", "person", "refuse"
)

ROWS = (
    SIGN_IN,
    SECOND_STEP,
    SECOND_STEP_TRIES,
    JOIN,
    APPLY,
    RECOVER,
    DESK_CODE,
    MESSAGES,
    KEY_RENEWALS,
)
