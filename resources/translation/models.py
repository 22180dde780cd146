"""What translators leave for one another: words of the glossary, remarks; and a private bookmark.

Nobody's name is stored. A tag is made from somebody's own secret key and what it stands at; it
shows her own work to herself and tells nobody else anything.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from safety_app.locales.inventory import ColumnText
from safety_app.locales.translation_states import Level
from safety_app.privacy.fields import DayField, FlagField, LineField, SealedField, WordsField
from safety_app.privacy.ids import RandomIdField
from safety_app.vault.labels import TAG_SIZE

# The bookmark before it is sealed, in bytes: JSON padded to one size.
BOOKMARK_SIZE = 1024


class Term(models.Model):
    """A word of the source language, and what to write for it, in one language or in all."""

    id = RandomIdField()
    source_language = LineField(
        max_length=12, help_text=ColumnText("The language of the word itself.")
    )
    term = LineField(max_length=80, help_text=ColumnText("The word, as originals have it."))
    language = LineField(
        max_length=12, blank=True, help_text=ColumnText("The language it is about; empty for all.")
    )
    preferred = LineField(
        max_length=160,
        blank=True,
        help_text=ColumnText("What to write; several are joined by commas."),
    )
    avoided = LineField(
        max_length=160,
        blank=True,
        help_text=ColumnText("What not to write; several are joined by commas."),
    )
    keep = FlagField(
        default=False, help_text=ColumnText("Whether it stays as it is and is not translated.")
    )
    note = LineField(max_length=300, blank=True, help_text=ColumnText("Why, in a line."))

    class Meta:
        verbose_name = ColumnText("word of the glossary")
        constraints = [
            models.UniqueConstraint(
                fields=["source_language", "term", "language"], name="one_entry_a_word"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.language}"


class Remark(models.Model):
    """A remark at a segment, from one translator to the others. Erased once it is settled."""

    id = RandomIdField()
    segment = models.ForeignKey(
        "pages.Segment",
        models.CASCADE,
        related_name="remarks",
        help_text=ColumnText("The paragraph it is about."),
    )
    language = LineField(
        max_length=12,
        blank=True,
        help_text=ColumnText("The language it is about; empty for the original."),
    )
    text = LineField(max_length=600, help_text=ColumnText("What it says."))
    day = DayField(help_text=ColumnText("The day it was written."))
    author_tag = SealedField(
        max_length=TAG_SIZE,
        help_text=ColumnText(
            "Shows to whoever wrote it, and to nobody else, that it is their own."
        ),
    )

    class Meta:
        verbose_name = ColumnText("translator's remark")

    def __str__(self) -> str:
        return self.text[:40]


class InterfaceOverride(models.Model):
    """A text of the interface as somebody here corrected it, in one language.

    It is found by its English. A text has at most two in a language: one that waits for a second
    person, and one that is served in place of the catalogue's.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        APPROVED = "approved", pgettext_lazy("translation", "reviewed")

    id = RandomIdField()
    language = LineField(max_length=12, help_text=ColumnText("The language of the text."))
    key = LineField(
        max_length=32, help_text=ColumnText("Made from the English, to find the text by.")
    )
    context = LineField(
        max_length=200,
        blank=True,
        help_text=ColumnText("What tells it apart from another text with the same English."),
    )
    english = WordsField(help_text=ColumnText("The English, as the program has it."))
    english_plural = WordsField(
        blank=True, help_text=ColumnText("The same in the plural, where there is a number in it.")
    )
    forms = WordsField(
        help_text=ColumnText("The corrected text; where there is a number in it, in all its forms.")
    )
    state = LineField(
        max_length=8,
        choices=State,
        default=State.WAITING,
        help_text=ColumnText("Whether it is waiting for review or was reviewed."),
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
    day = DayField(help_text=ColumnText("The day it was written or reviewed."))
    author_tags = SealedField(
        default=b"",
        help_text=ColumnText(
            "While it waits, shows to whoever wrote it, and to nobody else, that it is their own."
        ),
    )

    class Meta:
        verbose_name = ColumnText("corrected text of the site itself")
        constraints = [
            models.UniqueConstraint(
                fields=["language", "key", "state"], name="one_override_of_a_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.english[:40]}"


class TranslatorBookmark(models.Model):
    """What a translator has seen already. Only she finds and opens it."""

    id = RandomIdField()
    tag = SealedField(
        max_length=TAG_SIZE,
        unique=True,
        help_text=ColumnText("Lets a translator, and nobody else, find their own bookmark."),
    )
    box = SealedField(
        help_text=ColumnText(
            "Which changes of originals the translator has seen, locked with their own key."
        )
    )
    until = DayField(help_text=ColumnText("The first day of the month in which it is deleted."))

    class Meta:
        verbose_name = ColumnText("translator's bookmark")

    def __str__(self) -> str:
        return "bookmark"
