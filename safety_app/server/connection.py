"""One connection: how long it may take, and what it holds in memory meanwhile."""

from __future__ import annotations

import socket
import time
from typing import Any

from waitress.channel import HTTPChannel

from safety_app.server import limits
from safety_app.server.request import Request
from safety_app.server.task import PageTask, PlainError


class Connection(HTTPChannel):
    """waitress's channel. It is at any time in one of five states, and may stay in four of them
    only so long: idle, receiving a request, (being served,) sending an answer, throwing away.
    """

    close_when_flushed: bool
    parser_class = Request
    task_class = PageTask
    error_task_class = PlainError

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._state: tuple[object, ...] = ()
        self._since = time.monotonic()
        self._seconds = 0.0
        self._served = 0
        self._unread = 0  # bytes of a refused body that may still come
        self._is_throwing_away = False
        super().__init__(*arguments, **named)

    def service(self) -> None:
        """Run one request; in a thread of its lane."""
        request = self.requests[0]
        self._unread = min(request.unread, limits.THROWN_AWAY)
        try:
            super().service()
        finally:
            self._served += 1
            self.server.has_grown(int(self.total_outbufs_len))
            self.server.is_done_with(request)

    def recv(self, buffer_size: int) -> bytes:
        """What has come; the server is told how much."""
        got = bytes(super().recv(buffer_size))
        self.server.has_grown(len(got))
        return got

    def handle_write(self) -> None:
        """Send what can be sent. After a refused body the connection is closed only in our
        direction at first: closed in both, what is still on its way would make the system withdraw
        the answer (RFC 9112, 9.6).
        """
        if not (self.close_when_flushed and self._unread):
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif not self.total_outbufs_len:
            self.close_when_flushed = False
            self._is_throwing_away = True
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.handle_close()

    def handle_read(self) -> None:
        """Take in what came, or throw it away."""
        if not self._is_throwing_away:
            super().handle_read()
            return
        try:
            self._unread -= len(self.recv(self.adj.recv_bytes))
        except OSError:
            self._unread = 0
        if self._unread <= 0:
            self.handle_close()

    @property
    def held(self) -> int:
        """Bytes in memory because this peer is slow."""
        request = self.request
        return int(self.total_outbufs_len) + (0 if request is None else int(request.held))

    @property
    def can_be_cut_off(self) -> bool:
        """Whether no thread is at work for it."""
        return not self.requests

    def age(self, now: float) -> float:
        """Seconds in its present state; none while it is served. For the event loop only."""
        state = self._present_state()
        if state != self._state:
            self._state, self._since, self._seconds = state, now, self._allowed(state[0])
        return now - self._since

    def is_overdue(self, now: float) -> bool:
        """Whether it has been as it is for longer than it may."""
        return self.age(now) > self._seconds

    def _present_state(self) -> tuple[object, ...]:
        if self.requests:
            return "served", self._served
        if self._is_throwing_away:
            return "throwing away", 0
        if self.total_outbufs_len:
            return "sending", self._served
        if self.request is not None:
            return "receiving", id(self.request)
        return "idle", self._served

    def _allowed(self, state: object) -> float:
        if state == "served":
            return float("inf")
        if state == "throwing away":
            return limits.LINGER_SECONDS
        if state == "idle":
            return limits.IDLE_SECONDS
        request = self.request
        body = 0 if request is None or state == "sending" else int(request.content_length)
        return limits.SLOW_SECONDS + (int(self.total_outbufs_len) + body) / limits.SLOWEST
