"""The part of attack 4 that the small form runs: do ids or places tell who came first?"""

import math
from itertools import combinations

from tests.seizure.image import DATABASE, Image


def tau(true_order: list[int], stored: list[int]) -> float:
    """Kendall's tau between the order things happened in and the order of stored values."""
    place = {one: at for at, one in enumerate(stored)}
    pairs = list(combinations(true_order, 2))
    agreeing = sum(1 if place[one] < place[other] else -1 for one, other in pairs)
    return agreeing / len(pairs)


def telling(true_order: list[int], stored: list[int]) -> list[str]:
    """A finding when the order of `stored` follows the true one more than chance allows.

    Five standard deviations (normal approximation): one run in a million fails by chance.
    """
    count = len(true_order)
    band = 5 * math.sqrt(2 * (2 * count + 5) / (9 * count * (count - 1)))
    found = tau(true_order, stored)
    return [f"the order shows, tau {found:.2f}"] if abs(found) > min(band, 0.999) else []


def by_place(image: Image) -> list[int]:
    """The ids of alerts in the order in which their bodies lie in the database file."""
    raw = image.files[DATABASE]
    rows = image.tables["alerts_alert"]
    places = {row["id"]: raw.find(row["body"][-64:-16]) for row in rows}
    return sorted((one for one in places if places[one] >= 0), key=places.__getitem__)
