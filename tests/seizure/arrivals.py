"""People who join and write at once: does the file tell whose alert is whose?"""

import sqlite3
import time
from contextlib import closing

from tests.seizure.image import DATABASE
from tests.seizure.world import World, invite, join, post, readers, report

NEWCOMERS = 6
# The file is rewritten soon after anything was written; on a busy machine that can take a while.
MOST_SECONDS = 120.0


def newcomers(world: World) -> None:
    """Each joins, writes, and others write after her."""
    for number in range(NEWCOMERS):
        before = _members(world)
        person = join(world, invite(world, world.people[number % 2], "member"), "member")
        (member,) = _members(world) - before
        world.joined.append((member, post(world, report(world, person)).id))
        for _ in range(2):
            post(world, report(world, world.chance.choice(readers(world))))


def settle(world: World) -> None:
    """Wait until the file has been rewritten after the last write.

    What was there the first time is what no place may tell the order of, even after `kill -9`.
    """
    wait_for_rewrite(world)
    world.settled = world.settled or list(world.in_order)


def wait_for_rewrite(world: World) -> None:
    """Until the journal is empty, as it is once the file has been rewritten."""
    journal = world.server.data / f"{DATABASE.removeprefix('data/')}-wal"
    patience = time.monotonic() + MOST_SECONDS
    while journal.exists() and journal.stat().st_size:
        if time.monotonic() > patience:
            raise AssertionError("the file was not rewritten")
        time.sleep(0.1)


def _members(world: World) -> set[int]:
    with closing(sqlite3.connect(world.server.data / "db.sqlite3")) as connection:
        return {one for (one,) in connection.execute("select id from accounts_member")}
