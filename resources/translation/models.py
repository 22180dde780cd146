"""What translators leave for one another: words of the glossary, remarks; and a private bookmark.

Nobody's name is stored. A tag is made from somebody's own secret key and what it stands at; it
shows her own work to herself and tells nobody else anything.
"""

from __future__ import annotations

from django.db import models

from safety_app.locales.inventory import ColumnText
from safety_app.privacy.fields import DayField, FlagField, LineField, SealedField
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
