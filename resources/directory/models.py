"""Tables of the directory: a service at a place, its opening hours, what is known about it.

After Open Referral HSDS 3.0 (service, organization, location, schedule, attribute) as far as a
person looking for help needs it: an entry is one service at one place, so the organisation and
the place stand in its own row. `hsds.py` says what becomes what.

All of it is public once published. No column holds a time of anything that happened; opening
hours are text. Nobody's name is stored: an entry belongs to an organisation.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from resources.directory import hours, vocabulary
from safety_app.locales.countries import is_country
from safety_app.locales.inventory import ColumnText
from safety_app.locales.languages import is_language
from safety_app.locales.phrases import join_signs
from safety_app.privacy.fields import ReferenceField, SmallNumberField
from safety_app.privacy.ids import RandomIdField
from safety_app.privacy.public.content import PublicContent

LONGEST_TEXT = 3000
MOST_LANGUAGES = 40
_PHONE = RegexValidator(
    r"^\+?[0-9][0-9 ()./\-]{1,38}$", _("Digits and spaces only, with + and the country's code.")
)
_WEB = URLValidator(["http", "https"])


def check_kinds(value: str) -> None:
    """Raises ValidationError unless it is kinds of ours, joined by commas."""
    unknown = sorted(set(split_codes(value)) - set(vocabulary.Kind.values))
    if unknown:
        raise ValidationError(_("Unknown kind: %(kinds)s."), params={"kinds": join_signs(unknown)})


def check_languages(value: str) -> None:
    """Raises ValidationError unless it is codes of languages, joined by commas."""
    unknown = [code for code in split_codes(value) if not is_language(code)]
    if unknown or len(split_codes(value)) > MOST_LANGUAGES:
        raise ValidationError(
            _("Unknown language: %(codes)s."), params={"codes": join_signs(unknown)[:100]}
        )


def check_language(value: str) -> None:
    """Raises ValidationError unless it is the code of one language."""
    if not is_language(value):
        raise ValidationError(_("Unknown language: %(codes)s."), params={"codes": value[:100]})


def check_country(value: str) -> None:
    """Raises ValidationError unless it is a country's two letters."""
    if not is_country(value):
        raise ValidationError(_("Two letters of a country, like FR."))


def split_codes(joined: str) -> list[str]:
    """The codes of a comma-joined column: ",food,shelter," → food, shelter."""
    return [word for word in joined.split(",") if word]


def join_codes(parts: Iterable[str]) -> str:
    """Joined, with a comma at both ends, so that a query can look for ",code,"."""
    joined = ",".join(parts)
    return f",{joined}," if joined else ""


class Service(PublicContent):
    """A service at one place, and who edits it."""

    id = RandomIdField()
    name = models.CharField(max_length=120, help_text=ColumnText("The name people know it by."))
    organisation = models.CharField(
        max_length=120, blank=True, help_text=ColumnText("Who runs it, when that is another name.")
    )
    description = models.TextField(
        max_length=LONGEST_TEXT,
        blank=True,
        help_text=ColumnText("What one finds there, in a few lines."),
    )
    language = models.CharField(
        max_length=12,
        default="en",
        validators=[check_language],
        help_text=ColumnText("The language its texts are written in."),
    )
    kinds = models.CharField(
        max_length=400,
        blank=True,
        validators=[check_kinds],
        help_text=ColumnText("What help it is."),
    )
    languages = models.CharField(
        max_length=300,
        blank=True,
        validators=[check_languages],
        help_text=ColumnText("The languages spoken there."),
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[check_country],
        help_text=ColumnText("The country it is in."),
    )
    region = models.CharField(
        max_length=80, blank=True, help_text=ColumnText("The region, by the name people there use.")
    )
    city = models.CharField(max_length=80, blank=True, help_text=ColumnText("The town or quarter."))
    address = models.CharField(
        max_length=200,
        blank=True,
        help_text=ColumnText(
            "The street address, where it is public; empty when the address is secret."
        ),
    )
    postal_code = models.CharField(
        max_length=16, blank=True, help_text=ColumnText("The postal code.")
    )
    confidential = models.BooleanField(
        default=False,
        help_text=ColumnText(
            "Whether its address is secret: then none is kept, not even the town."
        ),
    )
    taken = models.TextField(
        max_length=600,
        blank=True,
        help_text=ColumnText("How someone is taken to a secret address."),
    )
    phone = models.CharField(
        max_length=40,
        blank=True,
        validators=[_PHONE],
        help_text=ColumnText("Its public telephone number."),
    )
    email = models.EmailField(
        max_length=120, blank=True, help_text=ColumnText("Its public e-mail address.")
    )
    website = models.CharField(
        max_length=300, blank=True, validators=[_WEB], help_text=ColumnText("Its website.")
    )
    hours_note = models.CharField(
        max_length=300,
        blank=True,
        help_text=ColumnText("What else there is to say about opening hours."),
    )
    time_zone = models.CharField(
        max_length=40, blank=True, help_text=ColumnText("Whose clock the opening hours follow.")
    )
    source = models.CharField(
        max_length=120,
        blank=True,
        help_text=ColumnText("The publication that describes it, if any."),
    )
    checked = models.DateField(
        null=True,
        blank=True,
        help_text=ColumnText("The day someone last checked everything about it."),
    )
    published = models.BooleanField(
        default=False, help_text=ColumnText("Whether everyone sees it, or only those who edit it.")
    )
    owner = ReferenceField(
        null=True,
        blank=True,
        help_text=ColumnText("The organisation here that edits it; empty for none."),
    )
    loaded = models.CharField(
        max_length=32,
        blank=True,
        help_text=ColumnText("Shows whether people changed it since the program brought it in."),
    )

    class Meta:
        verbose_name = ColumnText("place")
        constraints = [
            models.CheckConstraint(
                condition=Q(confidential=False) | Q(address="", postal_code="", city=""),
                name="a_secret_address_is_not_stored",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError for problems that concern several columns."""
        errors: dict[str, object] = {}
        if self.confidential:
            for column in ("address", "postal_code", "city"):
                if getattr(self, column):
                    errors[column] = _("Keep this empty: the address is secret.")
        if self.time_zone and hours.zone_of(self.time_zone) is None:
            errors["time_zone"] = _("Unknown time zone.")
        if errors:
            raise ValidationError(errors)


class Opening(PublicContent):
    """A time span on one weekday."""

    id = RandomIdField()
    service = models.ForeignKey(
        Service,
        models.CASCADE,
        related_name="openings",
        help_text=ColumnText("The place it belongs to."),
    )
    weekday = SmallNumberField(help_text=ColumnText("The day of the week; 0 is Monday."))
    opens = models.CharField(
        max_length=5, help_text=ColumnText("When it opens, on the clock there.")
    )
    closes = models.CharField(
        max_length=5, help_text=ColumnText("When it closes, on the clock there.")
    )

    class Meta:
        verbose_name = ColumnText("opening hours")
        ordering = ["weekday", "opens"]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class Fact(PublicContent):
    """The answer to one question about a service. Without a row it is not known."""

    id = RandomIdField()
    service = models.ForeignKey(
        Service,
        models.CASCADE,
        related_name="facts",
        help_text=ColumnText("The place it is about."),
    )
    question = models.CharField(
        max_length=16,
        choices=list(vocabulary.QUESTIONS.items()),
        help_text=ColumnText("What is asked, for example whether it may contact the police."),
    )
    answer = models.CharField(
        max_length=8, choices=vocabulary.Answer, help_text=ColumnText("Yes, no, or it depends.")
    )
    says = models.CharField(max_length=120, blank=True, help_text=ColumnText("Who says so."))
    checked = models.DateField(
        null=True, blank=True, help_text=ColumnText("The day someone last checked it.")
    )

    class Meta:
        verbose_name = ColumnText("what is known about a place")
        constraints = [
            models.UniqueConstraint(fields=["service", "question"], name="one_answer_a_question"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.answer}"
