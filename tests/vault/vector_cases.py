"""What every list of vectors is made of: cases with made-up bytes that never change."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vectors"
MEMBER, OTHER, ORGANISATION = 2**62 + 1, 2**62 + 2, 2**62 + 3

Case = dict[str, Any]


def fixed(name: str, size: int = 32) -> bytes:
    """The same made-up bytes at every run."""
    return hashlib.shake_256(name.encode()).digest(size)


def text(value: Any) -> Any:
    """Bytes as `hex:…`, everything else as JSON has it."""
    if isinstance(value, bytes):
        return f"hex:{value.hex()}"
    if isinstance(value, dict):
        return {name: text(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [text(one) for one in value]
    return value


def gives(name: str, do: str, output: Any, **inputs: Any) -> Case:
    """A case with an exact outcome."""
    return {"name": name, "do": do, "with": text(inputs), "gives": text(output)}


def refused(name: str, do: str, reason: str = "VaultError", /, **inputs: Any) -> Case:
    """A case that must raise VaultError, or the class of it that is named."""
    return {"name": name, "do": do, "with": text(inputs), "refused": reason}
