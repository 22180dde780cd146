"""Texts of the interface: `extract` them into the catalogues, `compile` those, or `check` them.

Babel does the work, so no gettext programs are needed. English is written in the code itself.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
# Why each column exists, for "What we keep": a catalogue of its own, which need not be complete.
INVENTORY = "inventory"
SOURCES = [
    ("python", ["safety_app/**/*.py", "alerts/**/*.py", "resources/**/*.py"]),
    ("template", ["templates/**/*.html"]),
]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
INVENTORY_KEYWORDS = {"ColumnText": None}
# A comment on the line before a text that begins so goes into the catalogues.
COMMENT_TAGS = ("Translators:",)


def extract_template(
    stream: BinaryIO, keywords: Any, comment_tags: Any, options: dict[str, Any]
) -> Iterator[Any]:
    """Babel's extractor for Django templates: let Django turn them into Python first."""
    code = templatize(stream.read().decode(), origin="template")
    # The indentation is that of HTML, which Python's tokenizer would stumble over.
    lines = "\n".join(line.strip() for line in code.split("\n"))
    return extract_python(BytesIO(lines.encode()), keywords, comment_tags, options)


def catalogue(domain: str = "django") -> Catalog:
    """Everything the interface says, in English, or the texts of the inventory."""
    keywords = INVENTORY_KEYWORDS if domain == INVENTORY else KEYWORDS
    found = Catalog(charset="utf-8")
    for method, patterns in SOURCES:
        for path in sorted(p for pattern in patterns for p in ROOT.glob(pattern)):
            if "migrations" in path.parts:
                continue
            with path.open("rb") as stream:
                how = extract_template if method == "template" else "python"
                texts = extract(how, stream, keywords, COMMENT_TAGS)
                for _line, message, comments, context in texts:
                    found.add(
                        message,
                        locations=[(path.relative_to(ROOT).as_posix(), None)],  # type: ignore[list-item]
                        auto_comments=comments,
                        context=context,
                    )
    return found


def po_path(language: str, domain: str = "django") -> Path:
    """A catalogue of a language."""
    return ROOT / "locale" / to_locale(language) / "LC_MESSAGES" / f"{domain}.po"


def code_of(folder: str) -> str:
    """The language whose catalogues a folder has: "pt-br" for "pt_BR"."""
    return folder.replace("_", "-").lower()


def languages() -> list[str]:
    """All languages but English, which stands in the code."""
    found = ROOT.glob("locale/*/LC_MESSAGES/django.po")
    return sorted(code_of(path.parent.parent.name) for path in found)


def read(language: str, domain: str = "django") -> Catalog:
    """A language's catalogue as it is stored; empty when there is none."""
    path = po_path(language, domain)
    if not path.exists():
        return Catalog(locale=to_locale(language), charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=to_locale(language))


def updated(language: str, template: Catalog, domain: str = "django") -> Catalog:
    """A language's catalogue with exactly the texts of `template`; new ones are empty."""
    stored = read(language, domain)
    stored.update(template, no_fuzzy_matching=True)
    stored.obsolete.clear()
    return stored


def french_spaces(text: str) -> str:
    """U+00A0 before two-part punctuation and inside quotation marks, however it was typed.

    French print has a narrow one (U+202F) in some of these places; old phones lack it.
    """
    return re.sub(r"[ \u202f](?=[;:!?»](?!:))|(?<=«)[ \u202f]", "\u00a0", text)


def extract_all() -> None:
    """Write what is new into every catalogue and drop what is gone."""
    for domain in ("django", INVENTORY):
        for language in languages():
            stored = updated(language, catalogue(domain), domain)
            if language == "fr":
                _mend_spaces(stored)
            write(language, stored, domain)
            missing = sum(1 for message in stored if message.id and not is_done(message))
            print(f"{language} {domain}: {len(stored)} texts, {missing} missing")


def _mend_spaces(stored: Catalog) -> None:
    for message in stored:
        if isinstance(message.string, str):
            message.string = french_spaces(message.string)
        elif message.string:
            message.string = tuple(french_spaces(form or "") for form in message.string)


def write(language: str, stored: Catalog, domain: str = "django") -> None:
    """Store a catalogue, sorted, with nothing in its head that changes from day to day."""
    stored.mime_headers = []
    out = BytesIO()
    write_po(out, stored, width=100, sort_output=True, include_lineno=False, omit_header=True)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {to_locale(language)}\\n"\n"Plural-Forms: {stored.plural_forms}\\n"\n\n'
    )
    po_path(language, domain).write_text(header + out.getvalue().decode(), encoding="utf-8")


def is_done(message: Message) -> bool:
    """Whether a text is translated, every plural form of it, and nobody marked it doubtful."""
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(texts) and all(texts) and not message.fuzzy


def compile_all() -> None:
    """Write the compiled catalogues, which are not kept in the repository."""
    for language in languages():
        for domain in ("django", INVENTORY):
            with po_path(language, domain).with_suffix(".mo").open("wb") as stream:
                write_mo(stream, read(language, domain))


def problems() -> list[str]:
    """What keeps the catalogues from being complete and true; empty when all is well."""
    found = []
    for domain in ("django", INVENTORY):
        template = catalogue(domain)
        wanted = {_key(message) for message in template if message.id}
        for language in languages():
            stored = read(language, domain)
            kept = {_key(message) for message in stored if message.id}
            found += [f"{language}: new text {text!r}" for text, _context in wanted - kept]
            found += [f"{language}: text is gone {text!r}" for text, _context in kept - wanted]
            for message in stored:
                if message.id and domain != INVENTORY and not is_done(message):
                    found.append(f"{language}: not translated {message.id!r}")
                found += [
                    f"{language}: {wrong} in {message.id!r}" for wrong in message.check(stored)
                ]
    return found


def _key(message: Message) -> tuple[str, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


if __name__ == "__main__":
    if not settings.configured:
        settings.configure(USE_I18N=True)
    match sys.argv[1:]:
        case ["extract"]:
            extract_all()
        case ["compile"]:
            compile_all()
        case ["check"]:
            sys.exit("\n".join(problems()) or None)
        case _:
            sys.exit("usage: deploy/strings.py extract|compile|check")
