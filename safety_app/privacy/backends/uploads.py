"""Uploads: in memory only, of bounded size, on few pages and from few roles.

Everywhere else, and from everybody else, a file is refused before any of it is kept; a contact that
another app shares is no larger than any form and is gone with the answer. Nothing
uploaded ever touches the disk: no handler here could write it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from safety_app.privacy.page_privacy import is_signed_in
from safety_app.privacy.page_state import page_state

KIND = "multipart/form-data"
# Of a whole form with its file, in bytes: 4 MiB, and room for the other fields.
MOST = 4 * 1024 * 1024 + 64 * 1024

View = TypeVar("View", bound=Callable[..., Any])


def takes_file(*roles: str) -> Callable[[View], View]:
    """Mark a view whose form brings one file, from people with one of these roles."""

    def mark(view: View) -> View:
        view.takes_file = roles  # type: ignore[attr-defined]
        return view

    return mark


def takes_small_file(view: View) -> View:
    """Mark a view whose form brings one file from anybody, no longer than any other form."""
    view.takes_small_file = True  # type: ignore[attr-defined]
    return view


def admit(request: HttpRequest, view: Callable[..., Any]) -> None:
    """Let this request bring a file, if the view takes one from this person.

    A body above the limit of other forms was set aside before. It is parsed now if it is admitted,
    and dropped otherwise.
    """
    state = page_state(request)
    body, state.set_aside = state.set_aside, None
    if getattr(view, "takes_small_file", False):
        state.may_bring_file = body is None
        return
    roles: tuple[str, ...] = getattr(view, "takes_file", ())
    if not roles or not is_signed_in(request):
        return
    if not request.user.has_role(*roles):  # type: ignore[union-attr]
        return
    state.may_bring_file = True
    if body is not None:
        state.is_too_large = False
        request._body = body
        del request._post, request._files  # type: ignore[attr-defined]


def set_aside(request: HttpRequest, body: bytearray) -> None:
    """Keep a large form until view and person are known; none above MOST bytes."""
    if request.content_type == KIND and len(body) <= MOST:
        page_state(request).set_aside = bytes(body)


class InMemory(FileUploadHandler):
    """Keeps an admitted file in memory. Its size is bounded by that of the form."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Raises TooManyFilesSent where no file is expected."""
        if self.request is None or not page_state(self.request).may_bring_file:
            raise TooManyFilesSent("no file is taken here")
        super().new_file(*args, **kwargs)
        self.content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take a chunk; none is passed on to other handlers."""
        self.content.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """The file."""
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.charset,
            self.content_type_extra,
        )
