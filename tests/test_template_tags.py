"""Parts of pages that are rendered once: the right ones, and nothing of anybody."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from safety_app.template_tags import rendered

TEMPLATES = Path(__file__).parent.parent / "templates"
# What a constant part may depend on. Each is one of a few values of our own: a level, the name of
# a view, a role, a setting, the id of a form. Nothing typed, stored or anybody's.
VALUES = {
    "draft": {"draft", "draft_form", "form"},
    "edits": {"edits"},
    "here": {"here"},
    "level": {
        "content.level",
        "other.content.level",
        "note.level",
        "candidate.level",
        "level.number",
        "level",
    },
    "member": {"reads_alerts"},
    "moderates": {"moderates", "mod"},
    "name": {"site_name"},
    "nuisance": {"filters.nuisance"},
    "seconds": {"lock_seconds"},
    "signed_in": {"signed_in"},
    "to": {"exit_to"},
    "translates": {"translates", "tr"},
    # How many things wait for moderators: the same number for all of them.
    "waiting": {"waiting"},
}


def test_constant_parts_depend_on_nothing_of_anybody():
    seen = set()
    for path in sorted(TEMPLATES.rglob("*.html")):
        for given in re.findall(r'\{% constant "[\w/.]+"([^%]*)%\}', path.read_text()):
            for name, value in re.findall(r"(\w+)=(\S+)", given):
                assert value in VALUES[name], f"{path.name}: {name}={value}"
                seen.add(name)
    assert seen == set(VALUES)


def test_a_part_is_rendered_once_for_each_language_and_value():
    rendered.cache_clear()
    template = Template('{% constant "partials/level.html" with level=level %}')
    for _time in range(3):
        for language in ("en", "fr"):
            with translation.override(language):
                first, second = (template.render(Context({"level": level})) for level in (1, 2))
                assert first != second
                assert ("Risky" in first) == (language == "en")
    assert rendered.cache_info().misses == 4


def test_a_part_sees_nothing_but_its_values():
    template = Template('{% constant "partials/cover.html" %}')
    html = template.render(Context({"csrf_token": "secret", "signed_in": True}))
    assert "secret" not in html


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"x", object()])
def test_only_texts_and_numbers_are_values(value):
    template = Template('{% constant "partials/level.html" with level=level %}')
    with pytest.raises(TypeError):
        template.render(Context({"level": value}))


@pytest.mark.parametrize("tag", ["with", "level=1", "with level=1 only", "only"])
def test_a_tag_that_says_something_else_does_not_load(tag):
    with pytest.raises(TemplateSyntaxError):
        Template('{% constant "partials/level.html" ' + tag + " %}")


def test_what_follows_the_language_is_escaped_and_kept_nowhere():
    rendered.cache_clear()
    template = Template("{% language_links %}")
    for rest in ("a/1/", 'x"><script>', "a/2/?s=abc"):
        html = template.render(Context({"path_rest": rest}))
        assert "<script>" not in html
        assert html.count("<a") == len(settings.LANGUAGES)
    assert 'href="/fr/a/2/?s=abc"' in html
    assert rendered.cache_info().currsize == 1
