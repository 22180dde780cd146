"""Posting and asking, as the tests of the check do it."""

import html
import re
from typing import Any

from alerts import content
from alerts.flows import lifecycle
from alerts.models import Alert
from tests.alerts.reports import report
from tests.cast import Person

PATH = "/en/a/check/"


def post(author: Person, *identifiers: content.Reported, **fields: Any) -> Alert:
    return lifecycle.post(author.ring, author.row, report(*identifiers, **fields))


def ask(person: Person, *lines: str, **data: Any) -> Any:
    return person.client.post(PATH, {"q": "\n".join(lines), "country": "FR", **data})


def results(response: Any) -> list[str]:
    """The text of each answer, without the select for its kind."""
    page = response.content.decode()
    parts = re.findall(r'<li class="result">(.*?)(?=<li class="result">|</ol>)', page, re.DOTALL)
    bare = [re.sub(r"<select.*?</select>|<[^>]+>", " ", part, flags=re.DOTALL) for part in parts]
    return [html.unescape(" ".join(part.split())) for part in bare]
