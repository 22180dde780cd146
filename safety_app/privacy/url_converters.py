"""Ids in URLs. Anything that cannot be a row's id does not match, so it is never looked up."""

from django.urls import register_converter

from safety_app.privacy.ids import LOWEST


class RandomIdConverter:
    """An id as `safety_app.privacy.ids` makes them: 19 digits, from 2^62 up to 2^63."""

    regex = "[4-9][0-9]{18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if not LOWEST <= number < 2 * LOWEST:
            raise ValueError
        return number

    def to_url(self, value: int) -> str:
        """Of an id that somebody else wrote, which no address takes: an address without a row.

        One such row would otherwise break every list that names it, and each page that counts it.
        """
        fits = not isinstance(value, int) or LOWEST <= value < 2 * LOWEST
        return str(value if fits else LOWEST)


def register() -> None:
    """Register the converter `<id:…>`, once, however many apps ask for it."""
    global _registered
    if not _registered:
        register_converter(RandomIdConverter, "id")
        _registered = True


_registered = False
