"""The tests' settings with the file DATABASE_FILE as database, for processes of their own."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["DATABASE_FILE"]
PEPPER = b"the same in all of these processes"[:32]
# What the server has seen outlives each of them, as the file does.
EPOCH_PIN_FILE = Path(os.environ["DATABASE_FILE"]).with_name("epoch-pin.json")
