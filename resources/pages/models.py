"""Pages, their segments and texts, their versions and sources, and what organisations fill in.

Days are dates and nobody's name is stored: a tag shows one's own work to oneself alone. Every
`help_text` is shown on `/kept/`, so it says in plain words why the column exists.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from safety_app.locales.inventory import ColumnText
from safety_app.locales.translation_states import Level
from safety_app.privacy.fields import (
    LONG_AGO,
    DayField,
    FlagField,
    LineField,
    NumberField,
    ReferenceField,
    SealedField,
    SmallNumberField,
    WordsField,
)
from safety_app.privacy.ids import RandomIdField
from safety_app.privacy.public.content import PublicContent


class Topic(models.TextChoices):
    """In the order the home page lists them; within "urgent help" too."""

    HARM = "harm", _("After something happened")
    WORK = "work", _("Working more safely")
    POLICE = "police", _("Police and the law")
    ONLINE = "online", _("Phones, photos and the internet")
    HEALTH = "health", _("Health")
    SUPPORT = "support", _("Support and other work")


# On urgent pages of these topics a text nobody reviewed gives way to the source.
HEALTH_TOPICS = frozenset({Topic.HARM.value, Topic.HEALTH.value})
# Health and the law: nobody publishes or approves their own words here.
SECOND_PERSON_TOPICS = HEALTH_TOPICS | {Topic.POLICE.value}


class Page(PublicContent):
    """A public page, whatever its language. `number` is its address, `/r/<number>/`."""

    id = RandomIdField()
    number = SmallNumberField(
        unique=True, help_text=ColumnText("The number in the page's address.")
    )
    topic = LineField(
        max_length=12,
        choices=Topic,
        help_text=ColumnText("The heading the page is under on the first screen."),
    )
    country = LineField(
        max_length=2,
        blank=True,
        help_text=ColumnText("The country it is true for; empty means everywhere."),
    )
    urgent = FlagField(
        default=False, help_text=ColumnText("Whether it comes first on the first screen.")
    )
    source_language = LineField(
        max_length=12,
        help_text=ColumnText(
            "The language it was written in, from which the others are translated."
        ),
    )
    checked = DayField(help_text=ColumnText("The day someone last checked that it is still true."))
    published = FlagField(
        default=True,
        help_text=ColumnText("Whether everyone sees it, or only those who edit pages."),
    )
    loaded = LineField(
        max_length=32,
        blank=True,
        help_text=ColumnText(
            "Shows whether people changed the page since the program brought it in."
        ),
    )

    class Meta:
        verbose_name = ColumnText("page")

    def __str__(self) -> str:
        return f"page {self.number}"

    @property
    def holds_back(self) -> bool:
        """Whether a text nobody reviewed gives way to the source."""
        return self.urgent and self.topic in HEALTH_TOPICS

    @property
    def needs_second_person(self) -> bool:
        """Whether nobody approves their own words here."""
        return self.topic in SECOND_PERSON_TOPICS


class Segment(PublicContent):
    """A place in a page: its title, its answer, its keywords, or one paragraph.

    A paragraph that was taken out of the page has no position. It is kept with its translations,
    so that they are there when the paragraph comes back.
    """

    class Role(models.TextChoices):
        TITLE = "title", _("title")
        ANSWER = "answer", _("answer")
        KEYWORDS = "keywords", _("keywords")
        BODY = "body", _("paragraph")

    id = RandomIdField()
    page = models.ForeignKey(
        Page,
        models.CASCADE,
        related_name="segments",
        help_text=ColumnText("The page this paragraph belongs to."),
    )
    position = SmallNumberField(
        null=True, help_text=ColumnText("Where in the page it is; empty when it was removed.")
    )
    role = LineField(
        max_length=8,
        choices=Role,
        default=Role.BODY,
        help_text=ColumnText(
            "Whether it is the title, the short answer, search words or a paragraph."
        ),
    )

    class Meta:
        verbose_name = ColumnText("paragraph")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["page", "position"], name="segment_place"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.position}"


class SegmentText(PublicContent):
    """The text of a segment in one language.

    In the page's source language it is the source. In any other, `source_digest` is the digest of
    the source text it was made from, so a changed source shows it as outdated by itself; empty
    says that it has to be worked on. A segment has at most two texts in a language: the one
    that stands, and one that waits for review.
    """

    class State(models.TextChoices):
        STARTER = "starter", _("came with the program")
        WAITING = "waiting", _("waiting for review")
        APPROVED = "approved", pgettext_lazy("translation", "reviewed")

    id = RandomIdField()
    segment = models.ForeignKey(
        Segment,
        models.CASCADE,
        related_name="segment_texts",
        help_text=ColumnText("The paragraph this is the text of."),
    )
    language = LineField(max_length=12, help_text=ColumnText("The language of the text."))
    text = WordsField(help_text=ColumnText("The public text itself."))
    source_digest = LineField(
        max_length=32,
        blank=True,
        help_text=ColumnText("Shows whether the original changed after it was translated."),
    )
    state = LineField(
        max_length=8,
        choices=State,
        default=State.WAITING,
        help_text=ColumnText(
            "Whether it came with the program, is waiting for review or was reviewed."
        ),
    )
    level = LineField(
        max_length=9,
        choices=Level,
        default=Level.DRAFT,
        help_text=ColumnText(
            "How far it is checked: draft, by someone else, by a native speaker, "
            "by the community or by a clinician."
        ),
    )
    day = DayField(default=LONG_AGO, help_text=ColumnText("The day it was written or reviewed."))
    author_tags = SealedField(
        default=b"",
        help_text=ColumnText(
            "While it waits, shows to whoever wrote it, and to nobody else, that it is their own."
        ),
    )
    fuzzy = FlagField(
        default=False,
        help_text=ColumnText(
            "A draft from elsewhere that nobody has worked through; readers never see it."
        ),
    )
    superseded = FlagField(
        default=False,
        help_text=ColumnText(
            "An urgent correction came after it: the original is shown in its place."
        ),
    )

    class Meta:
        verbose_name = ColumnText("text of a paragraph")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "language"],
                condition=Q(state="waiting"),
                name="one_waiting_text",
            ),
            models.UniqueConstraint(
                fields=["segment", "language"],
                condition=~Q(state="waiting"),
                name="one_standing_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.text[:40]}"


class Version(PublicContent):
    """The whole source of a page: published once, or not yet.

    `serial` counts what was published on the whole site, in order; it is empty until then. A page
    has at most one version that is not published.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ASKED = "asked", pgettext_lazy("page", "waiting for review")
        PUBLISHED = "published", _("published")

    id = RandomIdField()
    page = models.ForeignKey(
        Page,
        models.CASCADE,
        related_name="versions",
        help_text=ColumnText("The page it is a version of."),
    )
    state = LineField(
        max_length=9,
        choices=State,
        default=State.DRAFT,
        help_text=ColumnText("Whether it is a draft, is waiting for review, or was published."),
    )
    serial = NumberField(
        null=True,
        unique=True,
        help_text=ColumnText("Its number among all that was published here; empty until it is."),
    )
    day = DayField(help_text=ColumnText("The day it was written or published."))
    topic = LineField(max_length=12, choices=Topic, help_text=ColumnText("The page's heading."))
    country = LineField(
        max_length=2,
        blank=True,
        help_text=ColumnText("The country it is true for; empty for everywhere."),
    )
    urgent = FlagField(
        default=False, help_text=ColumnText("Whether the page comes first on the first screen.")
    )
    checked = DayField(help_text=ColumnText("The day someone last checked that it is still true."))
    title = WordsField(help_text=ColumnText("The page's title."))
    answer = WordsField(help_text=ColumnText("The page's one-sentence answer."))
    keywords = WordsField(blank=True, help_text=ColumnText("Other words the page is found by."))
    body = WordsField(help_text=ColumnText("The page's text."))
    sources = WordsField(
        blank=True, help_text=ColumnText("The page's sources, one a line: name | address | date.")
    )
    change_note = LineField(
        max_length=200,
        blank=True,
        help_text=ColumnText("What changed, in a line, for everyone to read."),
    )
    correction = FlagField(
        default=False,
        help_text=ColumnText("An urgent correction: older translations give way to the original."),
    )
    rejection_reason = LineField(
        max_length=200,
        blank=True,
        help_text=ColumnText("Why the reviewer sent it back, in a line, until it is published."),
    )
    author_tags = SealedField(
        default=b"",
        help_text=ColumnText(
            "Until it is published, shows to whoever wrote it, and to nobody else, that it is "
            "their own."
        ),
    )

    class Meta:
        verbose_name = ColumnText("version of a page")
        ordering = ["serial"]
        constraints = [
            models.UniqueConstraint(
                fields=["page"], condition=~Q(state="published"), name="one_unpublished_version"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.serial}"


class Source(PublicContent):
    """Where the facts of a page come from."""

    id = RandomIdField()
    page = models.ForeignKey(
        Page,
        models.CASCADE,
        related_name="sources",
        help_text=ColumnText("The page whose facts it supports."),
    )
    position = SmallNumberField(help_text=ColumnText("Where in the list it is."))
    title = LineField(max_length=200, help_text=ColumnText("The name of the publication."))
    url = models.URLField(max_length=300, blank=True, help_text=ColumnText("Where it can be read."))
    dated = LineField(
        max_length=20,
        blank=True,
        help_text=ColumnText("The date the publication gives itself, if any."),
    )

    class Meta:
        verbose_name = ColumnText("source")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["page", "position"], name="source_place"),
        ]

    def __str__(self) -> str:
        return self.title


class LocalNote(PublicContent):
    """What an organisation filled into a LOCAL block, for one country and one language."""

    id = RandomIdField()
    page = models.ForeignKey(
        Page,
        models.CASCADE,
        related_name="local_notes",
        help_text=ColumnText("The page it belongs to."),
    )
    key = models.SlugField(
        max_length=40, help_text=ColumnText("Which of the page's local boxes it fills.")
    )
    country = LineField(max_length=2, help_text=ColumnText("The country it is true for."))
    language = LineField(max_length=12, help_text=ColumnText("The language of the text."))
    text = WordsField(help_text=ColumnText("The public text itself."))
    checked = DayField(help_text=ColumnText("The day someone last checked that it is still true."))
    owner = ReferenceField(
        null=True, blank=True, help_text=ColumnText("The organisation here that edits it.")
    )

    class Meta:
        verbose_name = ColumnText("text in a local box")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "key", "country", "language"], name="one_note_a_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.country}"
