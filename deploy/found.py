"""`make found`: found a real network in a data directory, once, and print its two codes."""

import os
import sys

from django.core.management import CommandError, call_command

from deploy import serve


def main() -> None:
    """Prepare the directory and found."""
    data = serve.data_directory()
    serve.prepare(data, demo=False, founding=True)
    try:
        call_command("found_network", os.environ.get("ORGANISATION") or "First organisation")
    except CommandError as error:
        sys.exit(f"{error} Start it with: make run DATA={data}")
    if not serve.provided_pepper():
        print(
            f"\nThe pepper is {data / 'pepper'}, beside the data. Before real people join, move it "
            "to another place and name it in NIGHTJAR_PEPPER_FILE: docs/operations.md says why."
        )


if __name__ == "__main__":
    main()
