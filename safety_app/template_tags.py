"""Tags for the parts of pages that are the same for everybody: rendered once, then kept.

A template costs about 5 µs for each of its nodes, and the frame around a page has a hundred.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Hashable
from functools import cache
from urllib.parse import quote

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.base import FilterExpression, Node, Parser, Token, token_kwargs
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from safety_app.locales import translation_states
from safety_app.locales.interface_texts import text_cache

register = template.Library()

Value = bool | int | str | None
Values = tuple[tuple[str, Hashable], ...]

MOST_KEPT = 2_000
# Stands in kept links for what follows the language in an address; no template contains it.
_REST = "-rest-of-the-address-"


@text_cache(MOST_KEPT)
def rendered(name: str, language: str, values: Values) -> SafeString:
    """A template of our own rendered with nothing but these values, in the active language."""
    return render_to_string(name, dict(values))


class ConstantNode(Node):
    """An include whose result is kept under its language and values."""

    def __init__(self, name: str, values: dict[str, FilterExpression]) -> None:
        self.name = name
        self.values = values

    def render(self, context: template.Context) -> SafeString:
        values = tuple((name, value.resolve(context)) for name, value in self.values.items())
        for name, value in values:
            if value is not None and type(value) not in (bool, int, str, SafeString):
                raise TypeError(f"{name} in {self.name} is neither a text nor a number")
        return rendered(self.name, get_language() or settings.LANGUAGE_CODE, values)


@register.tag
def constant(parser: Parser, token: Token) -> ConstantNode:
    """`{% constant "partials/x.html" with a=b %}`: like `{% include … only %}`, rendered once.

    Never give it anything of somebody: the result stays in memory for all. Values are few and come
    from our own lists; `tests/test_template_tags.py` knows them all.
    """
    _tag, name, *rest = token.split_contents()
    values = token_kwargs(rest[1:], parser) if rest[:1] == ["with"] else {}
    if len(rest) != (len(values) + 1 if values else 0):
        raise template.TemplateSyntaxError(f"constant: what is {rest}?")
    return ConstantNode(name.strip("\"'"), values)


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> SafeString:
    """This page in other languages: links, or one link to them, or a button of the form that
    `draft_form` names (`safety_app.language_choice` says why).

    `path_rest` is what follows the language in its address.
    """
    language = get_language() or settings.LANGUAGE_CODE
    signed_in = bool(context.get("signed_in"))
    links = rendered(
        "partials/languages.html",
        language,
        (
            # As they are in the settings: Django's own tag for them would translate "English".
            ("languages", tuple(settings.LANGUAGES)),
            ("current", language),
            ("own_name", dict(settings.LANGUAGES).get(language, language)),
            ("signed_in", signed_in),
            ("draft", context.get("draft_form") or ""),
            ("rest", _REST),
        ),
    )
    rest = str(context.get("path_rest") or "")
    # Safe: what is put in is escaped, and the rest is our own template.
    return SafeString(  # nosec B703
        links.replace(_REST, escape(quote(rest) if signed_in else rest))
    )


@register.simple_tag
def is_draft_language() -> bool:
    """Whether nobody but its translator has read what this page is written in."""
    return translation_states.is_draft(get_language() or settings.LANGUAGE_CODE)


@register.simple_tag
def script(name: str) -> SafeString:
    """A script of ours. Browsers run it only if it is the file that was installed (W3C SRI), so
    whatever stands between the server and them cannot put another in its place unnoticed.
    """
    stored = getattr(staticfiles_storage, "stored_name", str)(name)
    return format_html(
        '<script src="{}" integrity="{}" defer></script>',
        staticfiles_storage.url(name),
        integrity(stored),
    )


@cache
def integrity(stored: str) -> str:
    """The digest of a static file, by the name under which it is stored."""
    with staticfiles_storage.open(stored) as file:
        digest = hashlib.sha256(file.read()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
