"""What the interface says, as the tests of this folder read it: in English and translated."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from deploy import strings


class Text(NamedTuple):
    """One form of a text: its words, its context, where it stands, its comments."""

    words: str
    context: str
    plural: bool
    places: tuple[str, ...]
    comments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.words!r} in {', '.join(self.places)}"


@cache
def english() -> tuple[Text, ...]:
    """Every form of every text."""
    return tuple(_forms())


@cache
def translated(language: str) -> tuple[str, ...]:
    """Every form of every translation."""
    found: list[str] = []
    for message in strings.read(language):
        if message.id:
            forms = (message.string,) if isinstance(message.string, str) else message.string
            found += forms
    return tuple(found)


def _forms() -> Iterator[Text]:
    for message in strings.catalogue():
        forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        for words in forms:
            yield Text(
                words=words,
                context=message.context or "",
                plural=len(forms) > 1,
                places=tuple(path for path, _line in message.locations),
                comments=tuple(message.auto_comments),
            )
