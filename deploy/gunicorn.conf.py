"""gunicorn: one process with threads, since sessions live in its memory. No access log.

With CACHE_URL (a Valkey or Redis that stores nothing) several processes can share sessions:
set WEB_CONCURRENCY then. Settings are read before forking, so all share one start-up key.
"""

import os
import sys

import gunicorn

gunicorn.SERVER = "web"  # which version runs here is nobody's business
bind = os.environ.get("NIGHTJAR_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "1")) if os.environ.get("CACHE_URL") else 1
worker_class = "gthread"
threads = 16
preload_app = True
timeout = 60
keepalive = 5
accesslog = None
errorlog = "-"
loglevel = "warning"
# Nobody in front of the server names a path of its own (SCRIPT_NAME), so no client may.
forwarder_headers = ""
limit_request_line = 2048
limit_request_fields = 60
limit_request_field_size = 8190
# The heartbeat file belongs in memory, not on the disk.
_memory = "/dev/shm"  # noqa: S108
worker_tmp_dir = _memory if os.path.isdir(_memory) else None


def post_worker_init(_worker):  # type: ignore[no-untyped-def]
    """The program is loaded: what comes now are requests."""
    from deploy.garbage import collect_garbage_rarely  # found only now: gunicorn has set the path

    collect_garbage_rarely()


def when_ready(_server):  # type: ignore[no-untyped-def]
    """Say where the site is only once it answers."""
    greeting = os.environ.pop("NIGHTJAR_GREETING", "")
    if greeting:
        print(greeting, file=sys.stderr if sys.stdout.closed else sys.stdout, flush=True)
