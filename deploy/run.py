"""`make run`: serve the network of a data directory. `make found` makes one there first."""

import os

from deploy import serve


def main() -> None:
    """Refuse a directory without a network, before anything is written; prepare; serve."""
    data = serve.data_directory()
    serve.refuse_without_network(data)
    serve.prepare(data, demo=False)
    port = os.environ.get("PORT", "8000")
    lines = [f"http://localhost:{port}/"]
    if not serve.provided_pepper():
        lines.append(
            f"The pepper is {data / 'pepper'}, beside the data. Before real people join, move it "
            "to another place and name it in NIGHTJAR_PEPPER_FILE: docs/operations.md says why."
        )
    serve.serve(port, "\n".join(lines))


if __name__ == "__main__":
    main()
