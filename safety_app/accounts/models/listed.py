"""Which rows the pages for moderators show. A new network key is sealed to these and to no others:
nobody would see a row that is not listed, and end its access.
"""

import datetime

from django.db.models import Q, QuerySet

from safety_app.accounts.models.people import OPEN_CODES, Invitation, Member
from safety_app.accounts.periods import INVITATION_DAYS
from safety_app.locales.dates import today
from safety_app.privacy.ids import LOWEST

# Whoever writes "waiting" into the row of somebody who is in does not hide it.
APPLICANTS = Q(state="waiting", epoch=0, application__isnull=False)


def listed_people() -> QuerySet[Member]:
    """Everyone but applicants, each shown to the moderators of an organisation."""
    return Member.objects.filter(pk__gte=LOWEST).exclude(APPLICANTS)


def listed_invitations() -> QuerySet[Invitation]:
    """The codes that can be used, each shown to the moderators of an organisation."""
    rows = Invitation.objects.filter(pk__gte=LOWEST, state__in=OPEN_CODES)
    return rows.filter(expires__range=(today(), last_day_of_code()))


def last_day_of_code() -> datetime.date:
    """The last day of a code that is made today; none has a later one."""
    return today() + datetime.timedelta(days=INVITATION_DAYS)
