"""Run a program of Python's, such as pytest, on a PostgreSQL and a Redis of its own:

python -m tests.stacks pytest -q tests/alerts
"""

import os
import shutil
import subprocess
import sys

from tests.privacy.redis_server import own_redis
from tests.stacks.postgres import own_postgres, programs

if programs() is None or shutil.which("redis-server") is None:
    print("NOTHING WAS TRIED ON POSTGRESQL WITH REDIS: install postgresql and redis-server.")
    sys.exit(os.environ.get("CI") == "true")

# What a test stores is in a transaction that never ends well. Autovacuum, which looks at a table
# meanwhile, counts none of it, and the planner then reads all of it again for each row: 32 minutes
# in one statement. It stays on, as it has to, and looks once a day.
with own_postgres(autovacuum_naptime="1d") as cluster, own_redis() as redis:
    addresses = {"TESTS_DATABASE_URL": cluster.url(), "TESTS_CACHE_URL": redis}
    command = [sys.executable, "-m", *sys.argv[1:]]
    sys.exit(subprocess.run(command, env={**os.environ, **addresses}).returncode)
