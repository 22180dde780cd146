"""Two moderators press the same button at the same moment: one takes effect, the other is told."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from safety_app.accounts.flows import departures, proposals
from safety_app.accounts.keys.keyring import EpochMoved
from safety_app.accounts.models import Proposal
from safety_app.locales.dates import today
from tests.cast import Person
from tests.stacks.threads import shared

pytestmark = pytest.mark.django_db(transaction=True)

TOLD = (
    proposals.ProposalNotPossible,
    departures.ClosingNotPossible,
    EpochMoved,
    proposals.OrganisationNameTaken,
)


@pytest.fixture
def together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[list[str], Callable[[str], int]]]:
    """Do several things at once on one database.

    Returns what each was told, "done" for the first, and a way to count in that database.
    """

    def run(*presses: Callable[[], object]) -> tuple[list[str], Callable[[str], int]]:
        count = shared(tmp_path, monkeypatch)
        start, outcomes = threading.Barrier(len(presses)), []

        def press(action: Callable[[], object]) -> None:
            start.wait()
            try:
                action()
                outcomes.append("done")
            except TOLD:
                outcomes.append("told")
            finally:
                connection.close()

        threads = [threading.Thread(target=press, args=(action,)) for action in presses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        return sorted(outcomes), count

    return run


@pytest.mark.thorough
def test_making_an_organisation(moderator: Person, other_moderator: Person, together) -> None:
    row, ring = moderator.keys
    proposals.propose(ring, row, "Riverside")
    proposal = Proposal.objects.get()
    proposals.confirm(other_moderator.ring, other_moderator.row, proposal.pk)
    outcomes, count = together(*[lambda: proposals.create_organisation(ring, row, proposal.pk)] * 2)
    assert outcomes == ["done", "told"]
    assert count("SELECT count(*) FROM accounts_organisation") == 3
    assert count("SELECT count(*) FROM accounts_proposal") == 0


@pytest.mark.thorough
def test_proposing_the_same_name(moderator: Person, other_moderator: Person, together) -> None:
    people = [moderator.keys, other_moderator.keys]
    outcomes, count = together(
        lambda: proposals.propose(people[0][1], people[0][0], "Riverside"),
        lambda: proposals.propose(people[1][1], people[1][0], "RIVER SIDE"),
    )
    assert outcomes == ["done", "told"]
    assert count("SELECT count(*) FROM accounts_proposal") == 1


@pytest.mark.thorough
def test_closing_an_organisation(moderator: Person, other_moderator: Person, together) -> None:
    leaving = other_moderator.row.organisation
    leaving.leaves = today() - datetime.timedelta(days=1)
    leaving.save()
    row, ring = moderator.keys
    outcomes, count = together(*[lambda: departures.close_organisation(ring, row, leaving.pk)] * 2)
    assert outcomes == ["done", "told"]
    assert count("SELECT count(*) FROM accounts_organisation") == 1
    assert count("SELECT max(number) FROM accounts_epoch") == ring.current + 1
