"""The seizure test: fill a real server, take it, attack every byte.

Small by default; SEIZURE=full runs the full size. The pepper is taken to be in the
thief's hands as well, which makes each attack stronger, except where a test says otherwise.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.seizure import controls, texts
from tests.seizure.arrivals import NEWCOMERS, settle
from tests.seizure.attacks import canaries, census, dictionary, leftovers, order, revoked
from tests.seizure.client import FORWARDED_FOR
from tests.seizure.deeds import (
    age,
    back_up,
    expire,
    interrupt,
    populate,
    read_everything,
    withdraw,
)
from tests.seizure.image import Image
from tests.seizure.server import Server
from tests.seizure.world import FULL, NAMES, SMALL, World, sign_in

pytestmark = pytest.mark.seizure

PACKED = [bytes(int(part) for part in FORWARDED_FOR.split("."))]


@dataclass(frozen=True)
class Seized:
    """One image, and what its attacker and its judge know."""

    image: Image
    world: World
    deleted: dict[str, bytes]
    began: float
    ended: float
    area: list[str]


STOPS = ["A", "B", "C", "D"]


@pytest.fixture(scope="module")
def seized(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seized]:
    """The world is filled once and taken four ways.

    L as a copy while it runs, A after a clean stop, B after `kill -9` in the middle of posts, C as
    a copy after that, D only a backup. After each stop somebody signs in and reads everything.
    """
    began = time.time()
    server = Server(tmp_path_factory.mktemp("seized"))
    size = FULL if os.environ.get("SEIZURE") == "full" else SMALL
    taken: dict[str, tuple[Image, dict[str, bytes]]] = {}
    try:
        world = populate(server, size)
        settle(world)
        taken["L"] = server.image(pepper=True), dict(world.deleted)
        server.stop()
        taken["A"] = server.image(pepper=True), dict(world.deleted)
        age(world)
        server.start()
        read_everything(world)
        sign_in(world.alerts[-1].author)
        withdraw(world, world.alerts[-1])
        unsure = interrupt(world)
        taken["B"] = server.image(pepper=True), dict(world.deleted)
        server.start()
        read_everything(world, unsure)
        settle(world)
        taken["C"] = server.image(pepper=True), dict(world.deleted)
        server.stop()
        expire(world, world.alerts[0])
        taken["D"] = back_up(world), dict(world.deleted)
        server.start()
        read_everything(world)
    finally:
        server.stop()
    ended = time.time() + 600
    return {
        stop: Seized(image, world, deleted, began, ended, world.area)
        for stop, (image, deleted) in taken.items()
    }


# Each attack: what was found in an image.
ATTACKS: dict[str, Callable[[Seized], list[str]]] = {
    "canaries": lambda of: canaries.search(of.image, of.world.canaries),
    "numbers": lambda of: dictionary.try_numbers(of.image, of.area),
    "names": lambda of: dictionary.try_names(of.image, NAMES),
    "sizes": lambda of: dictionary.sizes(of.image, census.SEALED),
    "undeclared": lambda of: census.undeclared(of.image),
    "values": lambda of: census.unlike_declared(of.image),
    "rowids": lambda of: census.hidden_rowids(of.image),
    "times": lambda of: census.fine_times(of.image, of.began, of.ended),
    "people": lambda of: census.people(of.image, PACKED),
    "deleted": lambda of: leftovers.search(of.image, of.deleted),
    "tags": lambda of: texts.equal_tags(of.image),
    "journal": lambda of: leftovers.people_in_journal(of.image),
}


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_is_found(seized: dict[str, Seized], attack: str, stop: str) -> None:
    assert ATTACKS[attack](seized[stop]) == []


def test_what_is_deleted_is_gone_at_once(seized: dict[str, Seized]) -> None:
    assert seized["B"].world.lingering == []


@pytest.mark.parametrize("stop", STOPS)
def test_pseudonyms_cannot_be_tested_without_passphrases(
    seized: dict[str, Seized], stop: str
) -> None:
    names = [person.pseudonym for person in seized[stop].world.people[:4]]
    assert dictionary.try_pseudonyms(seized[stop].image, names) == []


def test_a_known_pseudonym_is_refused_like_an_unknown_one(seized: dict[str, Seized]) -> None:
    known, unknown, _longer = seized["A"].world.refusals
    assert known == unknown
    assert known[0] == 403


def test_a_backup_holds_no_authorship(seized: dict[str, Seized]) -> None:
    alerts = seized["D"].image.tables["alerts_alert"]
    assert alerts
    assert not any(row["author_seal"] for row in alerts)


def test_without_the_pepper_there_is_even_less_to_try(seized: dict[str, Seized]) -> None:
    image = seized["A"].image
    less = Image({name: raw for name, raw in image.files.items() if name != controls.PEPPER})
    assert dictionary.keys_of(less) < dictionary.keys_of(image)


@pytest.mark.parametrize("stop", STOPS)
def test_ids_do_not_tell_who_came_first(seized: dict[str, Seized], stop: str) -> None:
    stored = {row["id"] for row in seized[stop].image.tables["alerts_alert"]}
    true_order = [one for one in seized[stop].world.in_order if one in stored]
    assert order.telling(true_order, [sorted(true_order)]) == []


@pytest.mark.parametrize("stop", ["L", *STOPS])
def test_places_in_the_file_do_not_tell_who_came_first(
    seized: dict[str, Seized], stop: str
) -> None:
    # In B, of those that came before the file was last rewritten: docs/limitations.md.
    world, places = seized[stop].world, order.places(seized[stop].image)
    true_order = world.settled if stop == "B" else world.in_order
    stored = {row["id"] for row in seized[stop].image.tables["alerts_alert"]}
    assert len(stored.intersection(true_order)) >= world.size.alerts // 2
    assert [
        found
        for what, orders in places.items()
        for found in order.telling(true_order, orders, what)
    ] == []


@pytest.mark.parametrize("stop", ["L", *STOPS])
def test_places_in_the_file_do_not_tell_who_wrote_after_joining(
    seized: dict[str, Seized], stop: str
) -> None:
    joined = seized[stop].world.joined
    assert len(joined) == NEWCOMERS
    assert order.after_joining(seized[stop].image, joined) == []


def test_a_file_that_is_never_rewritten_is_caught(seized: dict[str, Seized]) -> None:
    world = seized["L"].world
    bad = controls.never_rewritten(seized["L"].image, world)
    found = {
        what: order.tau(world.in_order, orders)[1] for what, orders in order.places(bad).items()
    }
    caught = {what for what, deviations in found.items() if deviations > 5}
    assert caught >= {"bodies", "overflow pages", "entries of alert_day"}
    assert order.after_joining(bad, world.joined) != []


def test_time_ordered_ids_are_caught(seized: dict[str, Seized]) -> None:
    snowflakes = [2**62 + (at << 22) for at in range(len(seized["A"].world.in_order))]
    assert order.telling(snowflakes, [sorted(snowflakes)]) != []


@pytest.mark.parametrize(
    ("attack", "spoil"),
    [
        pytest.param(attack, spoil, id=f"{attack}: {spoil.__name__}")
        for attack, spoils in controls.CONTROLS.items()
        for spoil in spoils
    ],
)
def test_a_bad_variant_is_caught(
    seized: dict[str, Seized], attack: str, spoil: Callable[[Image, World], Image]
) -> None:
    good = seized["A"]
    # Here the numbers that were typed are enough: one of them must be found.
    bad = replace(good, image=spoil(good.image, good.world), area=good.world.phones)
    assert ATTACKS[attack](bad) != []


@pytest.mark.parametrize("stop", STOPS)
def test_who_was_revoked_opens_nothing(
    seized: dict[str, Seized], stop: str, tmp_path: Path
) -> None:
    # Attack 7: everything she had, a copy from before, and this copy.
    of = seized[stop]
    assert [one.person.role for one in of.world.gone] == ["moderator", "member"]
    for gone in of.world.gone:
        assert revoked.attack(of.world.server, gone, of.image, of.world.phones, tmp_path) == {}


@pytest.mark.parametrize("stop", STOPS)
def test_an_old_copy_with_an_old_passphrase_opens_nothing(
    seized: dict[str, Seized], stop: str, tmp_path: Path
) -> None:
    # The same attack: she changed her passphrase and said that someone could know the old one.
    of = seized[stop]
    [changed] = of.world.changed
    found = revoked.attack(of.world.server, changed, of.image, of.world.phones, tmp_path)
    # A box under the key she had leads back to an older one, for members who were away since. It is
    # in her own copy too, and nothing is left that either of the two opens.
    assert found.keys() <= {"key before"}


def test_who_was_not_revoked_opens_what_she_read(seized: dict[str, Seized], tmp_path: Path) -> None:
    # The control: the same attack, with her access as it was.
    world = seized["A"].world
    for gone in world.gone:
        found = revoked.attack(world.server, gone, gone.before, world.phones, tmp_path)
        assert found.keys() >= {"signs in", "recovers", "card", "body", "label", "region"}
        assert found.keys() >= {"member row", "desk row", "network key", "alert author row"}
    assert found.keys().isdisjoint({"desk seal", "pseudonym"})
    moderator = revoked.attack(world.server, world.gone[0], world.gone[0].before, [], tmp_path)
    assert moderator.keys() >= {"desk seal", "desk key", "pseudonym", "vouching", "invitation"}


def test_an_empty_database_cannot_pass(seized: dict[str, Seized]) -> None:
    tables, world = seized["B"].image.tables, seized["B"].world
    assert len(tables["alerts_alert"]) >= len(world.alerts) >= world.size.alerts - 4
    assert len(tables["accounts_member"]) == len(world.people) + len(world.waiting)
    assert len(tables["accounts_application"]) == len(world.waiting) == 2
    for table in (
        "accounts_vouching",
        "accounts_message",
        "accounts_authordisclosure",
        "alerts_flag",
        "alerts_relay",
    ):
        assert tables[table], table
    for table in ("accounts_proposal", "alerts_changerequest", "alerts_partner", "alerts_incoming"):
        assert tables[table], table
    for table in ("alerts_translation", "alerts_objection"):
        assert tables[table], table
    assert len(tables["alerts_corroboration"]) > 0
    # Two texts that wait, an original that waits, a remark, a bookmark.
    assert texts.tags(seized["B"].image) == 5


def test_the_second_image_was_taken_in_the_middle(seized: dict[str, Seized]) -> None:
    assert any(name.endswith("-wal") and raw for name, raw in seized["B"].image.files.items())
    assert "ERROR" in seized["B"].image.files["logs/stderr.log"].decode()
