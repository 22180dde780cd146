"""The interface's texts: every listed language is complete, and no catalogue is stale."""

from io import BytesIO

import pytest

from deploy import strings

TEMPLATE = b"""
  <ul>
      {# Translators: the button that leaves the site #}
    <li>{% translate "Leave" context "exit" %}</li>
    {% comment %}Translators: at most
    9 characters{% endcomment %}
    <li>{% translate "Write" %}</li>
      <li>{% translate "Notes" %} it's (open</li>
    {# Why the list is short. #}
    <li>{% blocktranslate count n=n trimmed %}
      one <b>{{ n }}</b>
    {% plural %}
      many {{ n }}
    {% endblocktranslate %}</li>
  </ul>
"""


@pytest.mark.thorough
def test_every_listed_language_says_everything_and_nothing_else() -> None:
    assert strings.problems() == []


@pytest.mark.thorough
def test_the_languages_that_members_can_read_are_the_ones_on_offer(settings) -> None:
    offered = {code for code, _name in settings.LANGUAGES}
    assert offered == set(settings.ALL_LANGUAGES)
    assert offered - {"en"} <= {code for code in strings.languages() if strings.is_readable(code)}


def test_comments_for_translators_stand_with_their_text_only() -> None:
    keywords, tags = strings.KEYWORDS, strings.COMMENT_TAGS
    found = list(strings.extract_template(BytesIO(TEMPLATE), keywords, tags, {}))
    assert [(message, comments) for _line, _name, message, comments in found] == [
        (("exit", "Leave"), ["Translators: the button that leaves the site"]),
        ("Write", ["Translators: at most", "9 characters"]),
        ("Notes", []),
        (("one <b>%(n)s</b>", "many %(n)s", None), []),
    ]


def test_a_comment_in_the_code_reaches_the_catalogue(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(strings, "ROOT", tmp_path)
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "hair.py").write_text(
        '# Translators: of a head of hair\n_("grey")\n# Not for them.\n_("red")\n'
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_bytes(TEMPLATE)
    comments = {message.id: message.auto_comments for message in strings.catalogue() if message.id}
    assert comments["grey"] == ["Translators: of a head of hair"]
    assert comments["red"] == []
    assert comments["Write"] == ["Translators: at most", "9 characters"]
