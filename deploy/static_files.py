"""Collect what is served beside pages, once the program is in its place."""

import os

import django

from deploy import serve


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safety_app.settings")
    django.setup()
    serve.collect_static()


if __name__ == "__main__":
    main()
