"""What people were told was done, and what they were not told: the truth that a fault is held to.

An act whose answer never came may have been done or not. An act that was acknowledged was done.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any


@dataclass
class Note:
    """One note: every text it may have now, and whether it may be, or has to be, gone."""

    texts: list[str]
    author: str
    may_be_gone: bool = False
    is_gone: bool = False
    confirmed: str = "no"  # or "yes", or "maybe"
    is_taken: bool = False  # somebody is at work on it


@dataclass
class Ledger:
    """Everything that was tried."""

    notes: dict[int, Note] = field(default_factory=dict)
    unsure_notes: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    unsure_messages: list[str] = field(default_factory=list)
    # By pseudonym, the regions that may be saved now.
    regions: dict[str, list[list[str]]] = field(default_factory=dict)
    choosing: list[str] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)
    unsure: dict[str, int] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=Lock)

    def take(self, *, author: str = "", other_than: str = "") -> tuple[int, Note] | None:
        """A note that nobody is at work on and that was surely there; None if there is none."""
        with self.lock:
            for number, note in self.notes.items():
                is_free = not (note.is_taken or note.may_be_gone or note.is_gone)
                is_theirs = note.author == author if author else note.author != other_than
                if is_free and is_theirs:
                    note.is_taken = True
                    return number, note
        return None

    def may_choose(self, pseudonym: str) -> bool:
        """Whether she chooses regions in no other tab; from now on she does in this one."""
        with self.lock:
            is_free = pseudonym not in self.choosing
            if is_free:
                self.choosing.append(pseudonym)
            return is_free

    def count(self, deed: str, *, acknowledged: bool) -> None:
        """One more of these."""
        with self.lock:
            numbers = self.acknowledged if acknowledged else self.unsure
            numbers[deed] = numbers.get(deed, 0) + 1

    def total(self) -> int:
        """How many writes were acknowledged."""
        with self.lock:
            return sum(self.acknowledged.values())

    def settle(self) -> None:
        """Nobody is at work on anything any more."""
        for note in self.notes.values():
            note.is_taken = False
        self.choosing.clear()

    def as_json(self) -> dict[str, Any]:
        """Without the lock, for another process."""
        kept = {name: value for name, value in vars(self).items() if name not in ("lock", "notes")}
        return {**kept, "notes": {str(key): asdict(note) for key, note in self.notes.items()}}
