"""The tests' settings with a database in a file, as in real use."""

import tempfile
from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, MIDDLEWARE

MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("tests.")]

DATABASES["default"]["NAME"] = str(Path(tempfile.mkdtemp(prefix="nightjar-bench-")) / "db.sqlite3")
