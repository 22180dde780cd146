"""`make run`: a real network, empty at first. The first start founds it and prints two codes."""

import os
from pathlib import Path

from deploy import serve


def main() -> None:
    """Prepare, found when nothing is there yet, serve."""
    data = Path(os.environ.get("DATA") or serve.ROOT / "var" / "data").resolve()
    serve.prepare(data, demo=False)
    port = os.environ.get("PORT", "8000")
    lines = [f"http://localhost:{port}/"]
    if not serve.provided_pepper():
        lines.append(
            f"The pepper is {data / 'pepper'}, beside the data. Before real people join, move it "
            "to another place and name it in NIGHTJAR_PEPPER_FILE: docs/operations.md says why."
        )
    serve.found_if_empty(os.environ.get("ORGANISATION", "First organisation"))
    serve.serve(port, "\n".join(lines))


if __name__ == "__main__":
    main()
