"""Colons, commas and days belong to the language of the page, not to code and templates."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CODE = [
    path
    for folder in ("alerts", "resources", "safety_app")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not {"migrations", "management", "data"} & set(path.parts)
]
# After a translated word or a value: what stands here is one language's punctuation.
AFTER_WORDS = re.compile(
    r"(\{% (translate|_) [^%]*%\}|\{% endblocktranslate %\})(</\w+>)?[:;,.!?]"
    r"|\}\}: |\}\}, \{\{"
)
IN_A_TEXT = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
# Django's filters know neither "29 ноября 2026 г." nor the Arabic comma.
FOREIGN_FILTERS = re.compile(r"\|date\b|\|join:\"[,;] \"")
JOINED = re.compile(r"\"[,;] \"\.join\(")
# What is joined here is no sentence: files for programs, numbers, SQL, codes in errors.
NOT_WORDS = {
    "alerts/flows/feed.py",
    "alerts/flows/feed_rows.py",
    "alerts/index.py",
    "resources/directory/exchange",
    "resources/directory/models.py",
    "resources/directory/hours.py",
    "resources/directory/content.py",
    "resources/translation/checks.py",
    "resources/translation/po",
    "resources/pages/starter.py",
    "safety_app/privacy/bulk_update.py",
    "safety_app/privacy/retention/backup.py",
    "safety_app/privacy/retention/backup_rows.py",
    "safety_app/privacy/retention/postgres.py",
    "safety_app/privacy/retention/postgres_checks.py",
    # Two texts of members become one.
    "alerts/flows/merge.py",
}


def name(path: Path) -> str:
    """The path from the root."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_no_template_adds_punctuation(template: Path) -> None:
    text = template.read_text()
    outside = IN_A_TEXT.sub("{% endblocktranslate %}", text)
    assert AFTER_WORDS.search(outside) is None
    assert FOREIGN_FILTERS.search(text) is None


def test_no_code_joins_words_with_commas() -> None:
    joining = [name(path) for path in CODE if JOINED.search(path.read_text())]
    assert [path for path in joining if not path.startswith(tuple(NOT_WORDS))] == []


def test_no_code_writes_a_day_as_django_does() -> None:
    writing = [name(path) for path in CODE if re.search(r"\bdate_format\(", path.read_text())]
    assert writing == []


def test_the_pattern_finds_what_it_is_for() -> None:
    assert AFTER_WORDS.search('{% translate "Marks" %}: x')
    assert AFTER_WORDS.search("{{ label }}: {{ count }}")
    assert not AFTER_WORDS.search('{% translate "Marks" %} · x')
