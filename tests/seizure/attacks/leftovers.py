"""Attack 6: what was deleted is nowhere in the live files, the journal included."""

from tests.seizure.image import DATABASE, Image

# SQLite scatters a long value over pages; any piece of it counts.
PIECE = 16


def search(image: Image, deleted: dict[str, bytes]) -> list[str]:
    """The deleted values (name → bytes as they were stored) of which a piece is still there."""
    pieces = {
        value[at : at + PIECE]: name
        for name, value in deleted.items()
        for at in range(0, len(value) - PIECE + 1, PIECE)
        if len(set(value[at : at + PIECE])) > 4
    }
    found = set()
    for name, raw in image.files.items():
        for at in range(len(raw) - PIECE + 1):
            if raw[at : at + PIECE] in pieces:
                found.add(f"a piece of {pieces[raw[at : at + PIECE]]} in {name}")
    return sorted(found)


def people_in_journal(image: Image) -> list[str]:
    """Rows of members in SQLite's journal, where they would stand in order beside fresh alerts.

    What is written about a person at sign-in or joining must not lie next to what she then posts.
    A row is longer than a page, and an update writes only the page that changed: the one with the
    handle, or the one with the second step and the stamp.
    """
    journal = image.files.get(f"{DATABASE}-wal", b"")
    rows = image.tables["accounts_member"]
    marks = ("handle", "second_factor_box", "stamp")
    found = [row["id"] for row in rows if any(row[mark][-PIECE:] in journal for mark in marks)]
    return [f"{len(found)} of {len(rows)} members' rows stand in the journal"] if found else []
