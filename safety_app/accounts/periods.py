"""Retention periods. `/kept/` states these numbers, and housekeeping acts on them."""

INVITATION_DAYS = 14
APPLICATION_DAYS = 14
VOUCHING_DAYS = 30
STAY_DAYS = 30
RENEWAL_MONTHS = 12
WITHOUT_NEW_KEYS_DAYS = 30  # before an account goes that was not used for so long
MESSAGE_DAYS = 30
DISCLOSURE_DAYS = 90
PROPOSAL_DAYS = 30
LEAVING_DAYS = 14
RENEWAL_REMINDER_MONTHS = 3  # after which the desk is reminded to renew the network key
