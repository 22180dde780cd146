"""Whether anything differs: a digest of a whole content, kept to see what was edited since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def fingerprint(content: DataclassInstance) -> str:
    """32 hex digits; equal exactly when nothing differs."""
    whole = json.dumps(asdict(content), sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
