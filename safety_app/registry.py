"""How a room is extended by apps it must not import.

A room declares a `Registry` beside the code that reads it. Every app has a module `registration`
that adds to those it has something for; `safety_app.privacy` imports all of these modules once the
models are loaded, in the order of INSTALLED_APPS. What is registered are functions, models and
values, so mypy checks each of them. The registries are:

- `privacy.retention`: `housekeeping.sweeps`, `backup_rows.left_out`, `data_inventory.kept` and
  `status.lines`;
- `privacy.public.content.followers`: what must follow a change before a page is rendered;
- `accounts.start_pages.start_pages`: where an account of a role begins;
- `resources.nearby.finders`: where the directory lists places of a kind;
- `accounts.moderation_queue.sources` and `.tools`: what the desk lists;
- `accounts.flows.disclosures.readable`: where the notes are that moderators looked at;
- `accounts.flows.erase.offers` and `.always`: what happens before an account is erased;
- `accounts.keys.sealed_rows.registered`, `accounts.rotation.reencrypt.rotation_steps` and
  `accounts.rotation.renewed_rows.row_macs`: what a new key has to reach;
- `accounts.flows.renew_seed.reseal_actions`: what lies under a member's own key, for a new seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Entries of one kind, in the order in which apps registered them."""

    def __init__(self, *entries: Entry) -> None:
        self._entries = list(entries)

    def register(self, *entries: Entry) -> None:
        """Add entries. Call it from an app's `registration` module only."""
        self._entries += entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)
