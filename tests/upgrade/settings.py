"""The site's own settings with one more app: an example of what a later release may bring."""

from safety_app.settings import *  # noqa: F403
from safety_app.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.upgrade.example"]
