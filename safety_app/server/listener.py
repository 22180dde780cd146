"""The event loop: connections, deadlines, and which thread gets what."""

from __future__ import annotations

import errno
import socket
import time
from contextlib import suppress
from threading import Lock
from typing import Any
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from safety_app.server import limits
from safety_app.server.connection import Connection
from safety_app.server.refusals import Refusals
from safety_app.server.request import TOO_BUSY, Request
from safety_app.server.tally import tally

# Above so many connections the loop waits a moment before it looks at all of them again, so that
# many who send little cost no more than few who send much.
_MANY = 100
_MOMENT = 0.01
_AT_ONCE = 128  # connections accepted in one go


class Lane:
    """Some threads, and those who wait for one."""

    def __init__(self, threads: int, waiting: int) -> None:
        self.most = threads + waiting
        self.under_way = 0
        self._lock = Lock()
        self.dispatcher = ThreadedTaskDispatcher()
        self.dispatcher.set_thread_count(threads)

    def enter(self) -> bool:
        """Whether there is a place, which is taken then."""
        with self._lock:
            if self.under_way >= self.most:
                return False
            self.under_way += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self.under_way -= 1


class Listener(TcpWSGIServer):
    """waitress's server, on a socket that listens already."""

    channel_class = Connection

    def __init__(
        self, application: WSGIApplication, listening: socket.socket, refusals: Refusals
    ) -> None:
        self.refusals = refusals
        self.lanes = {
            "pages": Lane(*limits.PAGES),
            "passphrases": Lane(*limits.PASSPHRASES),
            "express": Lane(*limits.EXPRESS),
        }
        self._next_look, self._grown = 0.0, 0
        self._is_stopping = False
        super().__init__(
            application,
            _sock=listening,
            bind_socket=False,
            sockinfo=(listening.family, listening.type, 0, listening.getsockname()),
            dispatcher=self.lanes["pages"].dispatcher,
            # Nothing may reach a temporary file: what is held in memory is bounded elsewhere.
            inbuf_overflow=2**40,
            outbuf_overflow=2**40,
            outbuf_high_watermark=2**40,
            max_request_header_size=limits.HEADERS,
            max_request_body_size=limits.FILE + 1,
            recv_bytes=64 * 1024,
            # Who is in front is known by one header, which Django reads: see settings.
            clear_untrusted_proxy_headers=False,
            log_socket_errors=False,
            ident="",
            server_name="localhost",
        )

    # Which thread gets what

    def add_task(self, channel: Connection) -> None:
        """A whole request has come. Runs in the event loop, or in the thread before it."""
        request: Request = channel.requests[0]
        if not request.error:
            request.lane = self.refusals.lane_of(request)
        lane = self.lanes["express" if request.error or request.refusal else request.lane]
        if not request.error and not request.refusal and not lane.enter():
            request.refusal = TOO_BUSY
            lane = self.lanes["express"]
        if lane is self.lanes["passphrases"]:
            tally.signing_in(lane.under_way)
        lane.dispatcher.add_task(channel)

    def is_done_with(self, request: Request) -> None:
        """Its place is free."""
        if not request.error and not request.refusal:
            self.lanes[request.lane].leave()

    # Connections

    def readable(self) -> bool:
        """Asked in each turn of the loop: the moment to look after the connections."""
        now = time.monotonic()
        if now >= self._next_look or self._grown > limits.HELD // 8:
            self._next_look, self._grown = now + 1, 0
            self.look_after_all(now)
        return bool(self.accepting)

    def has_grown(self, length: int) -> None:
        """So many bytes more may be held now. Called by all threads: a rough sum is enough."""
        self._grown += length

    def handle_accept(self) -> None:
        """Accept whoever waits; above the limit, whoever has taken longest goes."""
        for _ in range(_AT_ONCE):
            try:
                accepted = self.accept()
                if accepted is None:
                    return
                self.set_socket_options(accepted[0])
            except OSError as failure:
                if failure.errno in (errno.EMFILE, errno.ENFILE):
                    self._cut_off_the_slowest()  # else the loop would spin until somebody goes
                return
            self.channel_class(self, accepted[0], accepted[1], self.adj, map=self._map)
            if len(self.active_channels) > limits.CONNECTIONS:
                self._cut_off_the_slowest()

    def look_after_all(self, now: float) -> None:
        """Cut off who is overdue; and who holds most for longest, while too much is held."""
        connections: list[Connection] = list(self.active_channels.values())
        for one in connections:
            if one.is_overdue(now):
                one.handle_close()
        held = sum(one.held for one in connections if one.connected)
        if held <= limits.HELD:
            return
        # Those that came in this moment have no age yet: of them the largest first, never one that
        # only asks for a page.
        costs = {one: (one.held * one.age(now), one.held) for one in connections if one.held}
        for one in sorted(costs, key=lambda one: costs[one], reverse=True):
            if held <= limits.HELD:
                return
            if one.connected and one.can_be_cut_off:
                held -= one.held
                one.handle_close()

    def _cut_off_the_slowest(self) -> None:
        now = time.monotonic()
        idle = [one for one in self.active_channels.values() if one.can_be_cut_off]
        if idle:
            max(idle, key=lambda one: one.age(now)).handle_close()

    # Beginning and end

    def run(self) -> None:
        """Serve until `stop`; then finish what is under way."""
        while not self._is_stopping:
            self._turn()
        self.accepting = False
        self.del_channel()
        self.socket.close()
        until = time.monotonic() + limits.STOP_SECONDS
        while time.monotonic() < until and any(map(_is_at_work, self._connections())):
            self._turn()
        for lane in self.lanes.values():
            lane.dispatcher.shutdown()

    def stop(self, *_signal: Any) -> None:
        """End; also a signal's handler."""
        self._is_stopping = True
        self.pull_trigger()

    def _turn(self) -> None:
        if len(self.active_channels) > _MANY:
            time.sleep(_MOMENT)
        with suppress(InterruptedError):
            wasyncore.poll2(1.0, self._map)

    def _connections(self) -> list[Connection]:
        return list(self.active_channels.values())


def _is_at_work(connection: Connection) -> bool:
    return bool(connection.requests or connection.total_outbufs_len)
