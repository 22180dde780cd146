"""Static files as served: named by their content and compressed; the stylesheet is minified, so it
is small on a slow line and still readable in the repository.
"""

import re
from collections import Counter
from string import ascii_letters
from typing import Any

from django.core.files.base import ContentFile
from rcssmin import cssmin
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage
from zopfli import gzip

_ROUNDS = 200  # of zopfli: under a second for the largest file


class SmallFiles(Compressor):  # type: ignore[misc]
    """whitenoise's compressor with a slower and better gzip: files are compressed once."""

    @staticmethod
    def compress_gzip(data: bytes) -> bytes:
        """The same bytes for the same file: no time is written into it."""
        return bytes(gzip.compress(data, numiterations=_ROUNDS))


class SmallStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """whitenoise's storage; what ends in .css is made smaller on its way in."""

    def create_compressor(self, **options: Any) -> SmallFiles:
        """What compresses each file, called by whitenoise."""
        return SmallFiles(**options)

    def _save(self, name: str, content: Any) -> Any:
        if name.endswith(".css"):
            content.seek(0)  # its name was made from it a moment ago
            content = ContentFile(minified(content.read().decode()).encode())
        return super()._save(name, content)


_DEFINITION = re.compile(r"(--[\w-]+):([^;{}]+);?")
_USE = re.compile(r"var\((--[\w-]+)\)")
_TIMES = re.compile(r"calc\((\d+) \* (\d+)px\)")


def minified(css: str) -> str:
    """A stylesheet without comments and spaces, and without tokens that only have one value.

    Those with a value for each colour scheme get names of one letter; what can be worked out, is.
    """
    css = cssmin(css)
    defined = Counter(name for name, _value in _DEFINITION.findall(css))
    values = {name: value for name, value in _DEFINITION.findall(css) if defined[name] == 1}
    several = sorted(set(defined) - set(values))
    short = {name: f"--{letter}" for name, letter in zip(several, ascii_letters, strict=False)}

    def define(match: re.Match[str]) -> str:
        return "" if match[1] in values else match[0].replace(match[1], short[match[1]], 1)

    def use(match: re.Match[str]) -> str:
        name = match[1]
        return _USE.sub(use, values[name]) if name in values else f"var({short[name]})"

    css = _USE.sub(use, _DEFINITION.sub(define, css)).replace(";}", "}")
    return _TIMES.sub(lambda match: f"{int(match[1]) * int(match[2])}px", css)
