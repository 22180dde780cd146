"""This app's rows of the table of budgets: ways in, messages and key renewals.

The columns: name, label on `/kept/`, amount, seconds, unit, keyed by, what happens when spent.
"""

from django.utils.translation import gettext_lazy as _

from safety_app.privacy.budgets import DAY, HOUR, MINUTE, Budget

# Keyed by pseudonym, because every wrong guess yields a different handle. Amounts, because a right
# passphrase gives its try back: else the delay of a guess would tell that the owner was here.
SIGN_IN = Budget("sign-in", _("Sign-ins tried"), 10, 15 * MINUTE, "amounts", "pseudonym", "wait")
# Whoever gets here knows the passphrase, so refusing locks nobody else out.
SECOND_STEP = Budget(
    "second step", _("Codes of the second step"), 20, HOUR, "requests", "person", "refuse"
)
# Counted outside the session, which parallel requests would overwrite.
SECOND_STEP_TRIES = Budget(
    "codes of one sign-in", _("Codes of the second step"), 5, HOUR, "requests", "sign-in", "end"
)
# Codes cannot be guessed. The next four only delay a flood; refusing would let one outsider lock
# everyone out.
JOIN = Budget("join", _("Invitations tried"), 1000, HOUR, "requests", "everyone", "wait")
# Only the organisation's own limit of waiting applicants refuses these.
APPLY = Budget("apply", _("Requests to join"), 200, HOUR, "requests", "everyone", "wait")
ARRIVAL = Budget("arrival", _("Four words tried"), 30, HOUR, "requests", "person", "wait")
RECOVER = Budget("recover", _("Recovery codes tried"), 1000, HOUR, "requests", "everyone", "wait")
DESK_CODE = Budget(
    "desk code", _("Codes for moderators tried"), 1000, HOUR, "requests", "everyone", "wait"
)
# A reader tries their key on a limited number of messages: one moderator must not crowd out the
# others.
MESSAGES = Budget(
    "messages", _("Messages from one moderator"), 100, DAY, "requests", "person", "refuse"
)
KEY_RENEWALS = Budget(
    "renewals of the keys", _("Renewals of the keys"), 6, DAY, "requests", "person", "refuse"
)
# Everything else that is sent, and all of that too: more than anybody does by hand.
FORMS = Budget("forms", _("Forms sent"), 600, HOUR, "requests", "person", "refuse")
# Any member may, since a passphrase that somebody knows opens what everyone wrote; but it makes
# work for all.
EXPOSED_RENEWALS = Budget(
    "renewals after a passphrase",
    _("Renewals of the keys because someone may know a passphrase"),
    2,
    DAY,
    "requests",
    "person",
    "refuse",
)

ROWS = (
    SIGN_IN,
    SECOND_STEP,
    SECOND_STEP_TRIES,
    JOIN,
    APPLY,
    ARRIVAL,
    RECOVER,
    DESK_CODE,
    MESSAGES,
    KEY_RENEWALS,
    EXPOSED_RENEWALS,
    FORMS,
)
