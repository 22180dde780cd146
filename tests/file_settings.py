"""The tests' settings with the file DATABASE_FILE as database, for processes of their own."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["DATABASE_FILE"]
PEPPER = b"the same in all of these processes"[:32]
