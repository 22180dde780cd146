"""Attack 4: do ids, or places in the file, tell who came first, and who wrote?"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby

from tests.seizure.attacks.pages import Cell, File
from tests.seizure.image import DATABASE, Image

ALERTS, LABELS = "alerts_alert", "alerts_blindindexentry"
# Ids in the order in which they seem to have come; several lists where only parts can be compared.
Orders = list[list[int]]


def tau(true_order: Sequence[int], stored: Orders) -> tuple[float, float]:
    """Kendall's tau between the true order and the stored ones, and how many standard deviations
    (normal approximation) it is away from chance.
    """
    place = {one: at for at, one in enumerate(true_order)}
    agreeing, pairs, variance = 0, 0, 0.0
    for group in stored:
        known = [place[one] for one in dict.fromkeys(group) if one in place]
        agreeing += sum(1 if one < other else -1 for one, other in combinations(known, 2))
        count = len(known)
        pairs += count * (count - 1) // 2
        variance += count * (count - 1) * (2 * count + 5) / 18
    return (agreeing / pairs, agreeing / math.sqrt(variance)) if pairs else (0.0, 0.0)


def telling(true_order: Sequence[int], stored: Orders, what: str = "the order") -> list[str]:
    """A finding when stored orders follow the true one more than chance allows.

    Five standard deviations: one run in a million fails by chance.
    """
    found, deviations = tau(true_order, stored)
    if abs(deviations) > 5 or (abs(found) == 1 and sum(map(len, stored)) > 9):
        return [f"{what} shows, tau {found:+.2f}"]
    return []


def places(image: Image) -> dict[str, Orders]:
    """Everything in the file from which an order of alerts could be read, by name."""
    file = File(image)
    about = {row["id"]: row["alert_id"] for row in image.tables[LABELS]}
    found: dict[str, Orders] = {
        "bodies": [_by_body(image, file.raw)],
        "journal": [_by_body(image, image.files.get(f"{DATABASE}-wal", b""))],
        "overflow pages": [
            [cell.row for cell in sorted(file.cells(ALERTS), key=lambda cell: cell.overflow)]
        ],
    }
    for name, table in file.trees.items():
        if table not in (ALERTS, LABELS):
            continue
        rows = ([cell.row for cell in cells] for cells in _by_age(file.cells(name)))
        found[f"entries of {name}"] = [
            [about[row] for row in group if about.get(row)] if table == LABELS else group
            for group in rows
        ]
    return found


def after_joining(image: Image, joined: Iterable[tuple[int, int]]) -> list[str]:
    """For each newcomer (member, her first alert): is that the one on the next pages?"""
    file = File(image)
    alerts = sorted((cell.overflow, cell.row) for cell in file.cells(ALERTS))
    pages = {cell.row: cell.overflow or cell.page for cell in file.cells("accounts_member")}
    pairs = [(pages[member], alert) for member, alert in joined if member in pages]
    guessed = [
        next((row for page, row in alerts if page > joining), None) == alert
        for joining, alert in pairs
    ]
    right, chance = sum(guessed), 1 / max(1, len(alerts))
    tail = sum(
        math.comb(len(pairs), hits) * chance**hits * (1 - chance) ** (len(pairs) - hits)
        for hits in range(right, len(pairs) + 1)
    )
    if right and tail < 0.001:
        return [f"the first alert after joining: {right} of {len(pairs)} right"]
    return []


def _by_age(cells: Iterable[Cell]) -> Iterator[list[Cell]]:
    """The entries of each page, oldest first: a new one lies before those that were there."""
    for _page, group in groupby(sorted(cells, key=lambda cell: cell.page), lambda cell: cell.page):
        yield sorted(group, key=lambda cell: -cell.offset)


def _by_body(image: Image, raw: bytes) -> list[int]:
    """The ids of alerts in the order in which their bodies' ends lie in some bytes."""
    found = {row["id"]: raw.find(row["body"][-64:-16]) for row in image.tables[ALERTS]}
    return sorted((one for one in found if found[one] >= 0), key=found.__getitem__)
