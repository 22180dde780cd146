"""What a report can say without free text: every list to tick or choose from.

Keys are stored (sealed) and never change; labels are translated when shown. Nothing here touches
the database or a request.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alerts.vocabulary.description import DESCRIPTION
from alerts.vocabulary.terms import Group, Label, Level, Question, Term, TimeOfDay, label_of

__all__ = [
    "TIMES_OF_DAY",
    "DESCRIPTION",
    "FLAGS",
    "KINDS",
    "LEVELS",
    "MINOR",
    "SETTINGS",
    "WHAT",
    "WHAT_LABELS",
    "WHEN",
    "TimeOfDay",
    "Group",
    "Label",
    "Level",
    "Question",
    "Term",
    "label_of",
    "suggest_level",
]

# What happened, in the order of the form.

WHAT: tuple[Group, ...] = (
    Group(
        "life",
        _("Life and body"),
        (
            Term("attempted_killing", _("Tried to kill")),
            Term("sexual_assault", _("Rape or sexual assault")),
            Term("physical_assault", _("Hit or hurt someone")),
            Term("confinement", _("Held someone against their will")),
            Term("weapon", _("Had a weapon")),
            Term("drugging", _("Drugged someone")),
        ),
    ),
    Group(
        "consent",
        _("Consent"),
        (
            Term("condom_removal", _("Refused or removed the condom")),
            Term("boundary", _("Crossed another boundary")),
            Term("filming", _("Filmed without consent")),
        ),
    ),
    Group(
        "money",
        pgettext_lazy("what happened", "Money"),
        (
            Term("non_payment", _("Refused to pay")),
            Term("payment_fraud", _("Fake or reversed payment")),
            Term("theft", _("Theft")),
            Term("armed_robbery", _("Armed robbery")),
            Term("extortion", _("Forced someone to pay")),
        ),
    ),
    Group(
        "pursuit",
        _("Pursuit"),
        (
            Term("stalking", _("Followed or stalked")),
            Term("harassment", _("Harassment")),
            Term("threats", _("Threats")),
            Term("outing", _("Outing, exposing or blackmail")),
        ),
    ),
    Group(
        "hate",
        pgettext_lazy("what happened", "Hate"),
        (Term("hate", _("Racist, transphobic or other hate")),),
    ),
    Group(
        "who",
        _("Who they were"),
        (
            Term("client", pgettext_lazy("who they were", "Client")),
            Term("fake_client", _("Pretended to be a client")),
            Term("group", _("A group")),
            Term("police", pgettext_lazy("who they were", "Police")),
            Term("fake_police", _("Pretended to be police")),
            Term("third_party", _("Manager, driver or landlord")),
        ),
    ),
    Group(
        "nuisance",
        pgettext_lazy("level", "Nuisance"),
        (
            Term("no_show", _("Did not come")),
            Term("false_address", _("False address")),
            Term("haggling", _("Kept bargaining")),
            Term("call_pest", _("Calls again and again")),
            Term("time_wasting", _("Wasted time")),
        ),
    ),
)

# Outside the groups: such a report is not published but goes to the organisation's desk.
MINOR = Term("minor", _("Someone under 18 was involved"))

WHAT_LABELS: dict[str, Label] = {term.key: term.label for group in WHAT for term in group.terms} | {
    MINOR.key: MINOR.label
}


# How dangerous. LEVELS[n] is level n.

LEVELS: tuple[Level, ...] = (
    Level(
        0, pgettext_lazy("level", "Nuisance"), "◇", _("Insisting, bargaining, not coming"), 0, 30
    ),
    Level(1, pgettext_lazy("level", "Risky"), "◆◇◇", _("Theft, refused or fake payment"), 12, 0),
    Level(
        2,
        pgettext_lazy("level", "Dangerous"),
        "◆◆◇",
        _("Someone was hurt, the condom removed, stalking, blackmail, threats, filming"),
        18,
        0,
    ),
    Level(
        3,
        pgettext_lazy("level", "Very dangerous"),
        "◆◆◆",
        _("Tried to kill, rape, a weapon, held against their will, drugging"),
        24,
        0,
    ),
)

# What the levels' definitions name, and what is nearest to that: an armed robbery has a weapon,
# extortion is blackmail for money. Who someone was does not matter for the level.
_SUGGESTED: dict[str, int] = {
    **dict.fromkeys(
        (
            "attempted_killing",
            "sexual_assault",
            "confinement",
            "weapon",
            "drugging",
            "armed_robbery",
            "minor",
        ),
        3,
    ),
    **dict.fromkeys(
        (
            "physical_assault",
            "condom_removal",
            "boundary",
            "filming",
            "extortion",
            "stalking",
            "threats",
            "outing",
            "fake_police",
        ),
        2,
    ),
    **dict.fromkeys(("non_payment", "payment_fraud", "theft", "harassment", "hate"), 1),
    **dict.fromkeys(("no_show", "false_address", "haggling", "call_pest", "time_wasting"), 0),
}


def suggest_level(what: Iterable[str]) -> int:
    """The level (0 to 3) that fits what was ticked; unknown keys do not count.

    Only nuisance suggests 0. Without anything to go by it is 1: an empty box must not send an
    alert to the nuisance list, where it lives 30 days.
    """
    return max((_SUGGESTED[key] for key in what if key in _SUGGESTED), default=1)


# When and where.

WHEN: tuple[Term, ...] = (
    Term("today", _("Today")),
    Term("week", _("This week")),
    Term("month", _("This month")),
    Term("earlier", pgettext_lazy("when", "Earlier")),
    Term("not_sure", _("Not sure")),
)

TIMES_OF_DAY: tuple[TimeOfDay, ...] = (
    TimeOfDay("night", _("Night, 0 to 6"), 0, 6),
    TimeOfDay("morning", _("Morning, 6 to 12"), 6, 12),
    TimeOfDay("afternoon", _("Afternoon, 12 to 18"), 12, 18),
    TimeOfDay("evening", _("Evening, 18 to 24"), 18, 24),
)

SETTINGS: tuple[Term, ...] = (
    Term("incall", _("At my place (incall)")),
    Term("outcall", _("At their place (outcall)")),
    Term("hotel", _("Hotel")),
    Term("car", pgettext_lazy("kind of place", "Car")),
    Term("street", _("Street")),
    Term("club", pgettext_lazy("kind of place", "Club")),
    Term("online", pgettext_lazy("kind of place", "Online")),
    Term("cam", pgettext_lazy("kind of place", "Cam")),
)


# Kinds of identifiers of the person whom the alert is about.

KINDS: tuple[Term, ...] = (
    Term("phone", _("Phone number")),
    Term("email", _("E-mail")),
    Term("username", _("User name or profile")),
    Term("plate", _("Number plate")),
    Term("payment", _("Payment name or account")),
    Term("name", _("Name they used")),
)


# Reasons to flag an alert to the moderation desk.

FLAGS: tuple[Term, ...] = (
    Term("private_detail", _("It shows a private detail")),
    Term("false", _("It is not true")),
    Term("revenge", _("It may have been written to hurt someone")),
    Term("worker_named", _("It names or describes a worker")),
    Term("minor", MINOR.label),
    Term("duplicate", _("It is here twice")),
)
