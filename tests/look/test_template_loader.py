"""White space that nobody sees goes when a template is loaded; what it says stays the same."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Engine, engines
from django.template.loader import get_template
from hypothesis import given
from hypothesis import strategies as st

from safety_app.template_loader import BLOCKS, strip

DIRECTORY = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(path.relative_to(DIRECTORY).as_posix() for path in DIRECTORY.rglob("*.*"))
ENGINE = Engine(libraries={"i18n": "django.templatetags.i18n"})


@pytest.mark.parametrize(
    ("source", "stripped"),
    [
        # Just inside an element, and beside a block-level one.
        ("<a>\n  x\n</a>", "<a>x</a>"),
        ("x\n  <a>\n  y\n</a>\n  z", "x <a>y</a> z"),
        ("<div>\n\n  <p>x\n  <p>y\n</div>\n", "<div><p>x<p>y</div>"),
        ("<ul>\n  <li>x\n  <li>y\n</ul>", "<ul><li>x<li>y</ul>"),
        ("x\n<br>\ny", "x<br>y"),
        # Words and inline elements stay apart.
        ("<b>x</b>\n<i>y</i>\nz", "<b>x</b> <i>y</i> z"),
        ("x   \n\n\t y", "x y"),
        ('<img alt="a">\n<button>\n  x\n</button>', '<img alt="a"> <button>x</button>'),
        ("<label>\n  x\n</label>\n<input>\n<b>", "<label>x</label><input><b>"),
        ("{% csrf_token %}\n<b>", "{% csrf_token %}<b>"),
        ("{{ x }}\n{% translate 'y' %}", "{{ x }} {% translate 'y' %}"),
        ('{% include "a.html" %}\n{{ x }}', '{% include "a.html" %} {{ x }}'),
        ("x<!-- y -->\nz", "x<!-- y --> z"),
        ("<!doctype html>\n<html>", "<!doctype html><html>"),
        # A space within a line is the author's.
        ("<p> x </p> <p>", "<p> x </p> <p>"),
        # Attributes.
        ('<a\n  href="x"\n  lang="y"\n>\nz</a>', '<a href="x" lang="y">z</a>'),
        ("<a title='x\n  y'>", "<a title='x\n  y'>"),
        ('<p{% if x %} class="y"{% endif %}\n>', '<p{% if x %} class="y"{% endif %}>'),
        ('<p\n  {% if x %}class="y"{% endif %}>', '<p {% if x %}class="y"{% endif %}>'),
        ('<p{% if x %}\n id="y">\n{% else %}>\n{% endif %}z', None),
        # Tags that only steer are looked through; one space is enough.
        ("x\n{% if y %}\n  z\n{% endif %}\nw", "x {% if y %}z {% endif %}w"),
        ("x{% if y %}\n z{% else %}\n w{% endif %}", "x{% if y %} z{% else %} w{% endif %}"),
        ("<p>\n{% if x %}\n  y\n{% endif %}\n<p>", "<p>{% if x %}y{% endif %}<p>"),
        ("<b>\n{% if x %}\ny\n{% else %}\nz\n{% endif %}\n</b>", None),
        ("<ul>\n{% for x in y %}\n  <li>x\n{% endfor %}\n</ul>", None),
        ("<p>{% for x in y %}\nx{% endfor %}</p>", "<p>{% for x in y %} x{% endfor %}</p>"),
        ("<p>\n{% url 'x' as y %}\n{{ y }}", "<p>{% url 'x' as y %}{{ y }}"),
        ("x\n{# y #}\n<p>\n  z", "x{# y #}<p>z"),
        (
            "x\n{% comment %}\nz\n{% endcomment %}\nw\n<p>",
            "x {% comment %}\nz\n{% endcomment %}w<p>",
        ),
        # Edges of files and blocks; what another template puts in a block counts as words.
        ("{% load i18n %}\n\nx\n", "{% load i18n %}x"),
        ("x\n{% block y %}\n  z\n{% endblock %}\nw", "x {% block y %}z{% endblock %} w"),
        # Left alone.
        ("<pre>\n x\n</pre>", "<pre>\n x\n</pre>"),
        ("<textarea\n id=x>\n{{ y }}\n</textarea>", "<textarea id=x>\n{{ y }}\n</textarea>"),
        ("{% blocktranslate trimmed %}\n x\n{% endblocktranslate %}\n<p>", None),
        ("{% verbatim %}\n x\n{% endverbatim %}", "{% verbatim %}\n x\n{% endverbatim %}"),
    ],
)
def test_the_rules(source: str, stripped: str | None) -> None:
    """Where a row gives no result, only what it must not lose is of interest (see below)."""
    result = strip(source)
    if stripped is not None:
        assert result == stripped
    assert strip(result) == result
    assert re.sub(r"\s", "", result) == re.sub(r"\s", "", source)


def test_every_branch_of_an_element_has_clean_edges() -> None:
    source = "<b>\n{% if x %}\ny\n{% else %}\nz\n{% endif %}\n</b>"
    assert strip(source) == "<b>{% if x %}y{% else %}z{% endif %}</b>"


def test_a_trimmed_text_keeps_its_msgid() -> None:
    text = "{% blocktranslate trimmed %}\n  x\n  y\n{% endblocktranslate %}"
    assert strip(f"<p>\n  {text}\n</p>") == f"<p>{text}</p>"


def seen(html: str) -> str:
    """What a reader sees of `html`; all white space just inside an element is left out."""
    block = rf"</?(?:{'|'.join(sorted(BLOCKS))})\b[^>]*>"
    html = re.sub(rf"\s*({block})\s*", r"\1", html)
    html = re.sub(r"\s*(?=</)|(?<=<b>)\s*", "", html)
    return re.sub(r"\s+", " ", html).strip()


WORDS = st.sampled_from(["x", "{{ y }}", "{% translate 'z' %}", " ", "\n", "\n  ", "<br>"])
SHAPES = ["<p>{}</p>", "<b>w{}</b>", "<div>{}</div>", "{{% if y %}}{}{{% endif %}}"]
FORKS = [
    "{{% if n %}}{}{{% else %}}{}{{% endif %}}",
    "{{% for i in '12' %}}{}{{% empty %}}{}{{% endfor %}}",
]
LOOPS = ["{{% for i in two %}}{}{{% endfor %}}", "{{% with a=1 %}}{}{{% endwith %}}"]


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.lists(inner, max_size=4).map("".join)
    return st.one_of(
        st.builds(str.format, st.sampled_from(SHAPES + LOOPS), joined),
        st.builds(str.format, st.sampled_from(FORKS), joined, joined),
    )


TEMPLATES = st.lists(st.recursive(WORDS, nested, max_leaves=12), max_size=6).map("".join)


@pytest.mark.thorough
@given(TEMPLATES, st.booleans(), st.booleans(), st.sampled_from(["", "1", "12"]))
def test_readers_see_what_they_saw_before(source: str, y: bool, n: bool, two: str) -> None:
    context = {"y": "v" if y else "", "n": n, "two": two}
    load = "{% load i18n %}"
    as_written = ENGINE.from_string(load + source).render(Context(context))
    as_loaded = ENGINE.from_string(load + strip(source)).render(Context(context))
    assert seen(as_loaded) == seen(as_written)
    assert strip(strip(source)) == strip(source)
    assert len(as_loaded) <= len(as_written)


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles_and_says_the_same(name: str) -> None:
    source = (DIRECTORY / name).read_text()
    loaded = get_template(name).template.source  # type: ignore[attr-defined]
    assert re.sub(r"\s", "", loaded) == re.sub(r"\s", "", source)
    assert loaded == (strip(source) if name.endswith(".html") else source)


@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_longer_than_100_characters(name: str) -> None:
    lines = enumerate((DIRECTORY / name).read_text().splitlines(), 1)
    assert not [f"{name}:{number}" for number, line in lines if len(line) > 100]


def test_a_template_is_stripped_once() -> None:
    assert get_template("base.html").template is get_template("base.html").template  # type: ignore[attr-defined]
    (loader,) = engines["django"].engine.template_loaders  # type: ignore[attr-defined]
    assert "base.html" in loader.get_template_cache
