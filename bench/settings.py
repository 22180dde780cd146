"""The tests' settings with a database in a file, as in real use."""

import os
import tempfile
from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, MIDDLEWARE

MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("tests.")]

# One file for the processes that build a world and measure it, where the bench names it.
DATABASES["default"]["NAME"] = os.environ.get("DATABASE_FILE") or str(
    Path(tempfile.mkdtemp(prefix="nightjar-bench-")) / "db.sqlite3"
)
if "DATABASE_FILE" in os.environ:
    PEPPER = b"the same in all of these processes"[:32]
    EPOCH_PIN_FILE = Path(os.environ["DATABASE_FILE"]).with_name("epoch-pin.json")

HOUSEKEEPING_BY_TIMER = True
