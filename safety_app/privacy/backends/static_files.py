"""Static files as served: named by their content and compressed; the stylesheet is minified, so it
is small on a slow line and still readable in the repository.
"""

from typing import Any

from django.core.files.base import ContentFile
from rcssmin import cssmin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class SmallStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """whitenoise's storage; what ends in .css is made smaller on its way in."""

    def _save(self, name: str, content: Any) -> Any:
        if name.endswith(".css"):
            content.seek(0)  # its name was made from it a moment ago
            content = ContentFile(cssmin(content.read().decode()).encode())
        return super()._save(name, content)
