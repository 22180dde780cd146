"""The words of the directory: kinds of help, questions about a service, answers.

Values are stored and exported, so they stay as they are; what people read comes from gettext.
"""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a service is or does, in the order the form and the filter list it."""

    DROP_IN = "drop-in", _("Drop-in centre")
    SHELTER = "shelter", _("Shelter or safe house")
    FOOD = "food", _("Food")
    SHOWER = "shower", _("Shower and laundry")
    CLOTHING = "clothing", _("Clothing")
    MEDICAL = "medical", _("Medical care")
    TESTING = "testing", _("STI and HIV testing")
    PEP = "pep", _("PEP")
    CONTRACEPTION = "contraception", _("Contraception and abortion")
    DRUGS = "drugs", _("Drug checking and naloxone")
    MIND = "mind", _("Psychological support")
    PEERS = "peers", _("Peer-support group")
    LEGAL = "legal", _("Legal help")
    PAPERS = "papers", _("Help with papers and migration")
    VICTIMS = "victims", _("Support after a crime")
    MONEY = "money", _("Debt and money")
    HOUSING = "housing", _("Housing search")
    LANGUAGE = "language", _("Language class")
    COMPUTER = "computer", _("Computer and CV class")
    TRAINING = "training", _("Training and other work")
    CHILDCARE = "childcare", _("Childcare")
    ART = "art", _("Art and body work")
    KITCHEN = "kitchen", _("Community kitchen")
    OUTREACH = "outreach", _("Outreach")
    LINE = "line", _("Phone or chat line")
    DIGITAL = "digital", _("Digital safety")
    RIGHTS = "rights", _("Rights information")
    COMMUNITY = "community", _("Sex workers' organisation")


class Answer(models.TextChoices):
    """What is known; no row at all means not known."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    DEPENDS = "depends", _("It depends")


NOT_KNOWN = _("Not known")

# The honest questions, in the order a page lists them: what can harm someone comes first.
QUESTIONS: dict[str, Promise] = {
    "police": _("May contact the police"),
    "immigration": _("May contact immigration authorities"),
    "papers": _("Asks for identity papers"),
    "anonymous": _("Can be used anonymously"),
    "undocumented": _("Takes people without papers"),
    "stop": _("Expects people to stop sex work"),
    "appointment": _("Needs an appointment"),
    "costs": _("Costs something"),
    "children": _("Takes children"),
    "women": _("Open to women"),
    "men": _("Open to men"),
    "trans": _("Open to trans people"),
    "workers": _("Run or co-run by sex workers"),
    "survivors": _("Run or co-run by survivors"),
}
# Nothing is published before somebody has answered these.
MUST_BE_ANSWERED = ("police", "immigration")

# Offered as tick boxes; any other language that Babel knows can come in through a file.
SPOKEN = (
    *("es", "en", "pt", "ro", "fr", "ru", "bg", "de", "uk", "zh", "hu", "it", "ar", "th", "pl"),
    *("sq", "bn", "nl", "el", "hi", "lt", "fa", "sr", "so", "sw", "tl", "ti", "tr", "ur", "vi"),
    "yo",
)
