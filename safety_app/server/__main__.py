"""Serve: `python -m safety_app.server`. NIGHTJAR_BIND says where.

One process with threads, since sessions live in its memory. With CACHE_URL (a Valkey or Redis that
stores nothing) several can share sessions: WEB_CONCURRENCY says how many. They are forked after the
program is loaded, so all share one start-up key. If one of them ends, all end, and whoever started
them starts them again.
"""

import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module

from django.conf import settings
from django.db import connection

from safety_app import environment, wsgi  # the second loads the program, which the rest needs
from safety_app.allocator import use_one_arena
from safety_app.server import limits, metrics
from safety_app.server.alone import hold_alone
from safety_app.server.garbage import collect_garbage_rarely
from safety_app.server.listener import Listener
from safety_app.server.refusals import make_refusals

_BACKLOG = 1024


def main() -> None:
    """Listen, serve, and say where the site is once it answers."""
    os.umask(0o077)
    _dump_no_memory()
    use_one_arena()
    if not settings.CACHE_URL and settings.DATA_DIR.is_dir():
        hold_alone(settings.DATA_DIR)
    _allow_descriptors(limits.CONNECTIONS + 200)
    refusals = make_refusals(wsgi.application)
    collect_garbage_rarely()
    if connection.vendor == "postgresql":
        _be_ready_for_postgresql()
    listening = _listen(environment.text("NIGHTJAR_BIND"))
    greeting = os.environ.pop("NIGHTJAR_GREETING", "")
    if greeting:
        print(greeting, file=sys.stderr if sys.stdout.closed else sys.stdout, flush=True)
    number, others = _fork(_processes() - 1)
    if settings.METRICS_SOCKET:
        metrics.serve(metrics.place_of(settings.METRICS_SOCKET, number))
    server = Listener(wsgi.application, listening, refusals)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, server.stop)
    signal.signal(signal.SIGCHLD, partial(_stop_without, others, server))
    server.run()
    for other in others:
        with suppress(ProcessLookupError):
            os.kill(other, signal.SIGTERM)


def _processes() -> int:
    return int(environment.text("WEB_CONCURRENCY")) if settings.CACHE_URL else 1


def _fork(more: int) -> tuple[int, list[int]]:
    """Which of them this is, from 1 on, and the others' process numbers; none in each of them."""
    others: list[int] = []
    for place in range(2, more + 2):
        other = os.fork()
        if not other:
            return place, []
        others.append(other)
    return 1, others


def _stop_without(others: list[int], server: Listener, *_signal: object) -> None:
    """Stop once one of the others has ended. Other children, as housekeeping is, come and go."""
    ended = [other for other in others if os.waitpid(other, os.WNOHANG)[0]]
    if ended:
        others[:] = [other for other in others if other not in ended]
        server.stop()


def _be_ready_for_postgresql() -> None:
    """Wait for it only so long, and share no connection with those who are forked."""
    backend = import_module("safety_app.privacy.backends.postgres_connection")
    backend.wait_at_most(settings.STATEMENT_SECONDS)
    connection.close_pool()  # type: ignore[attr-defined]  # each process opens its own


def _dump_no_memory() -> None:
    """No picture of the memory after a crash: it holds open keys. At one byte the system writes
    none, to a file or to a program; 0 only stops files (core(5)).
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    least = 0 if hard == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (least, least))


def _allow_descriptors(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _listen(where: str) -> socket.socket:
    """A socket on host:port; an IPv6 address stands in brackets."""
    host, _colon, port = where.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, int(port)), family=family, backlog=_BACKLOG)


if __name__ == "__main__":
    main()
