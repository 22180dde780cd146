"""The site's own settings, with a cheap passphrase, a database in memory and a data directory."""

import os
import secrets
import tempfile

# Nothing of the machine the tests run on may matter.
for _name in [name for name in os.environ if name.startswith("NIGHTJAR_")]:
    del os.environ[_name]
os.environ["NIGHTJAR_DATA"] = tempfile.mkdtemp(prefix="nightjar-tests-")  # readable by us only
os.environ["NIGHTJAR_DEMO"] = "1"  # cookies that the test client and plain http can carry
# SQLite in memory and the process's own memory, or what `tests.stacks` started for us.
for _name in ("DATABASE_URL", "CACHE_URL"):
    os.environ.pop(_name, None)
    if f"TESTS_{_name}" in os.environ:
        os.environ[_name] = os.environ[f"TESTS_{_name}"]

from safety_app.settings import *  # noqa: E402, F403
from safety_app.settings import BASE_DIR, CACHE_URL, CACHES, DATABASES, MIDDLEWARE  # noqa: E402
from safety_app.vault.passphrase import Cost  # noqa: E402

PEPPER = secrets.token_bytes(32)
SIGN_IN_COST = Cost(passes=1, memory=8, lanes=1)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = ":memory:"
if CACHE_URL:
    # Each of those who run tests beside one another empties a cache of its own.
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    CACHES["default"]["LOCATION"] = f"{CACHE_URL}?db={_worker}"
for _name in ("DATABASE_URL", "CACHE_URL"):
    os.environ.pop(_name, None)  # processes that tests start have a database of their own
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = BASE_DIR / "static"
# Tests move alerts to a new key when they want it (`accounts.rotation.reencrypt.move_all`).
REENCRYPT_IN_BACKGROUND = False
REWRITE_AFTER_WRITES = False
# How many queries a page makes does not depend on when it is asked for.
INTERFACE_TEXTS_SECONDS = None
# Inside all others: it sees what a view answers.
MIDDLEWARE = [*MIDDLEWARE, "tests.said.every_step_is_said"]
