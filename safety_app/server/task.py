"""What a thread does with one whole request."""

from __future__ import annotations

import time
from typing import Any

from waitress.task import ErrorTask, WSGITask

from safety_app.server.refusals import Refusals
from safety_app.server.request import TOO_BUSY
from safety_app.server.tally import tally


class PageTask(WSGITask):
    """Runs Django, or sends a page that was made at start."""

    def __init__(self, channel: Any, request: Any) -> None:
        super().__init__(channel, request)
        self.is_head = request.command == "HEAD"
        if request.unread:
            self.set_close_on_finish()

    def execute(self) -> None:
        """Send the answer into the connection's memory; the event loop takes it from there."""
        began = time.monotonic()
        try:
            self._answer()
        finally:
            is_busy = self.request.refusal == TOO_BUSY
            status = int(self.status.partition(" ")[0])
            tally.answered(status, time.monotonic() - began, is_busy=is_busy)

    def _answer(self) -> None:
        if not self.request.refusal:
            super().execute()
            return
        refusals: Refusals = self.channel.server.refusals
        self.status, headers, body = refusals.answer(self.request)
        self.complete = True
        self.response_headers.extend(headers)
        self.content_length = len(body)
        self.write(body)

    def write(self, data: bytes) -> None:
        """Send the headers first; to HEAD nothing else."""
        super().write(b"" if self.is_head else data)

    def finish(self) -> None:
        """Whatever has to follow the body; to HEAD nothing."""
        if self.is_head:
            self.write(b"")
            self.chunked_response = False
        super().finish()


class PlainError(ErrorTask):
    """A request that is none, in as few words as there are."""

    def execute(self) -> None:
        """Say what it is, and close."""
        error = self.request.error
        body = f"{error.reason}\n".encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ]
        )
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
