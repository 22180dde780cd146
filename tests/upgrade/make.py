"""Keep a network and the migrations of today's program, for the tests of later ones. At each
release, once, after its last change:

    python -m tests.upgrade.make 0.2.0
"""

import importlib
import os
import sys

import django


def main(version: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    importlib.import_module("tests.upgrade.network").keep(version)


if __name__ == "__main__":
    main(sys.argv[1])
