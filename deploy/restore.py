"""`make restore`: bring a network back from a backup, in a new data directory."""

import os
import sys
from pathlib import Path

from django.core.management import CommandError, call_command

from deploy import serve
from safety_app.configuration import NETWORK_MARKER


def main() -> None:
    """Make the tables, write the backup into them, load the public pages."""
    data = serve.data_directory()
    if (data / NETWORK_MARKER).exists():
        sys.exit(f"There is a network in {data} already. Choose a new data directory.")
    place, key = os.environ.get("BACKUP", ""), os.environ.get("KEY", "")
    if not place or not key:
        sys.exit("Say which backup, and where its secret key is: BACKUP=file KEY=file")
    serve.prepare_tables(data, demo=False, founding=True)
    try:
        call_command("restore", str(Path(place).resolve()), key=key)
    except CommandError as error:
        sys.exit(str(error))
    serve.load_what_comes_with_it()
    print(f"Start it, with the pepper it had before: make run DATA={data}")


if __name__ == "__main__":
    main()
