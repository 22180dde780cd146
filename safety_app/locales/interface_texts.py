"""Texts of the interface that were corrected on this site, in front of the compiled catalogues.

Django keeps one catalogue for each language in a process. Corrected texts are laid over it as a
whole, so whatever is rendered afterwards has them, and so has a request that is under way. Whoever
keeps words in memory that were made from these texts uses `text_cache`.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar, cast

from django.utils.translation.trans_real import TranslationCatalog, translation

from safety_app.locales.catalogue_checks import Text

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# The catalogues as they were compiled, of languages that have had corrections in this process.
_compiled: dict[str, Any] = {}
# How often `serve` was called; what is kept under an older number is never read again.
_changes = 0
_lock = Lock()


def text_cache(
    most: int,
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Like `lru_cache`, for what is made from texts of the interface; forgotten when they change.

    The language has to be among the arguments.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @lru_cache(maxsize=most, typed=True)
        def kept(_changes: int, *arguments: Any, **named: Any) -> Result:
            return function(*arguments, **named)

        @wraps(function)
        def cached(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
            # Read before the work: a text that changes meanwhile is not kept under the new number.
            return kept(_changes, *arguments, **named)  # type: ignore[arg-type]

        cached.cache_clear = kept.cache_clear  # type: ignore[attr-defined]
        cached.cache_info = kept.cache_info  # type: ignore[attr-defined]
        return cached

    return decorate


def serve(corrected: Mapping[str, gettext.GNUTranslations]) -> None:
    """From now on serve these over the compiled texts, by language, and none of earlier ones."""
    global _changes
    with _lock:
        for language in {*corrected, *_compiled}:
            served: Any = translation(language)  # its parts are not declared
            compiled = _compiled.setdefault(language, served._catalog)
            over = corrected.get(language)
            served._catalog = _laid_over(over, compiled) if over else compiled
        _changes += 1


def has_text(language: str, text: Text) -> bool:
    """Whether the compiled catalogue of a language has this text, with a plural or without."""
    served: Any = translation(language)
    compiled = _compiled.get(language, served._catalog)
    key = f"{text.context}\x04{text.english}" if text.context else text.english
    return ((key, 0) if text.plural else key) in compiled


def _laid_over(over: gettext.GNUTranslations, compiled: Any) -> TranslationCatalog:
    catalogue: Any = TranslationCatalog(over)
    catalogue._catalogs += compiled._catalogs
    catalogue._plurals += compiled._plurals
    return cast(TranslationCatalog, catalogue)
