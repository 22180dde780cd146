"""Write the table of variables into the manual: `python -m deploy.environment`."""

import re
from pathlib import Path

from safety_app.environment import table

MANUAL = Path(__file__).resolve().parent.parent / "docs" / "operations.md"
_TABLE = re.compile(r"(?<=\n## Settings\n\n)(\|[^\n]*\n)+")


def with_table(manual: str) -> str:
    """The manual with the table as the code has it. Raises ValueError if it has no place for it."""
    if len(_TABLE.findall(manual)) != 1:
        raise ValueError("There is no table under Settings.")
    return _TABLE.sub(lambda _found: table(), manual)


if __name__ == "__main__":
    MANUAL.write_text(with_table(MANUAL.read_text(encoding="utf-8")), encoding="utf-8")
