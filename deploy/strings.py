"""Texts of the interface: `add` a language, `extract` them into the catalogues, `compile` those,
`check` them; give out what is missing of a `part`, `take` a file back.

Babel does the work, so no gettext programs are needed. English is written in the code itself.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
# Run by its path, Python looks for modules beside this file only.
sys.path.insert(0, str(ROOT))

from safety_app.locales import catalogue_checks  # noqa: E402
from safety_app.locales.catalogue_checks import Text, french_spaces, word_rules  # noqa: E402
from safety_app.locales.translation_states import (  # noqa: E402
    BEGUN,
    NEEDED_FIRST,
    PARTS,
    Part,
    is_begun,
    part_of,
)

# Why each column exists, for "What we keep": a catalogue of its own, which need not be complete.
INVENTORY = "inventory"
# What a doctor reads on the sheet, in languages that the site itself does not have.
SHEET = "sheet"
SHEET_FOLDER = "resources/doctor/locale"
DOMAINS = ("django", INVENTORY, SHEET)
SOURCES = [
    ("python", ["safety_app/**/*.py", "alerts/**/*.py", "resources/**/*.py"]),
    ("template", ["templates/**/*.html"]),
]
SHEET_SOURCES = [("python", ["resources/doctor/questions.py", "resources/doctor/presentation.py"])]
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
_STATE_HEAD = """\
# How far these texts have been checked, and since which day: begun, draft, checked, native,
# community or clinician. docs/translating.md says what each of them takes.
"""
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
    """Everything the interface says, in English, or the texts of the inventory or the sheet."""
    keywords = INVENTORY_KEYWORDS if domain == INVENTORY else KEYWORDS
    found = Catalog(charset="utf-8")
    for method, patterns in SHEET_SOURCES if domain == SHEET else SOURCES:
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
    if domain == SHEET:
        return ROOT / SHEET_FOLDER / to_locale(language) / "LC_MESSAGES" / "django.po"
    return ROOT / "locale" / to_locale(language) / "LC_MESSAGES" / f"{domain}.po"


def code_of(folder: str) -> str:
    """The language whose catalogues a folder has: "pt-br" for "pt_BR"."""
    return folder.replace("_", "-").lower()


def languages(domain: str = "django") -> list[str]:
    """All languages but English, which stands in the code; for SHEET, those it alone has."""
    folder = SHEET_FOLDER if domain == SHEET else "locale"
    found = ROOT.glob(f"{folder}/*/LC_MESSAGES/django.po")
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


def extract_all() -> None:
    """Write what is new into every catalogue and drop what is gone."""
    for domain in DOMAINS:
        for language in languages(domain):
            stored = updated(language, catalogue(domain), domain)
            if language == "fr":
                _mend_spaces(stored)
            write(language, stored, domain)
            missing = Counter(part(message) for message in stored if is_missing(message))
            told = ", ".join(f"{number} of {name}" for name, number in missing.items())
            print(f"{language} {domain}: {len(stored)} texts, missing: {told or 'none'}")


def _mend_spaces(stored: Catalog) -> None:
    for message in stored:
        if isinstance(message.string, str):
            message.string = french_spaces(message.string)
        elif message.string:
            message.string = tuple(french_spaces(form or "") for form in message.string)


def write(language: str, stored: Catalog, domain: str = "django") -> None:
    """Store a catalogue, sorted, with nothing in its head that changes from day to day."""
    po_path(language, domain).write_text(_po_text(language, stored), encoding="utf-8")


def _po_text(language: str, stored: Catalog) -> str:
    stored.mime_headers = []
    out = BytesIO()
    write_po(out, stored, width=100, sort_output=True, include_lineno=False, omit_header=True)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {to_locale(language)}\\n"\n"Plural-Forms: {stored.plural_forms}\\n"\n\n'
    )
    return header + out.getvalue().decode()


def is_done(message: Message) -> bool:
    """Whether a text is translated, every plural form of it, and nobody marked it doubtful."""
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(texts) and all(texts) and not message.fuzzy


def is_missing(message: Message) -> bool:
    """Whether a text is still to be translated; the head of a catalogue is none."""
    return bool(message.id) and not is_done(message)


def part(message: Message) -> Part:
    """Who reads a text (`safety_app/locales/data/parts.toml`)."""
    return part_of(path for path, _line in message.locations)


def is_readable(language: str) -> bool:
    """Whether everything that doctors and members read is translated."""
    return not any(is_missing(one) and part(one) in NEEDED_FIRST for one in read(language))


def add(language: str) -> None:
    """Begin a language: an empty catalogue with its plural forms, and its state."""
    try:
        Locale.parse(to_locale(language))
    except (ValueError, UnknownLocaleError) as error:
        sys.exit(f"no language that CLDR knows: {error}")
    po_path(language).parent.mkdir(parents=True, exist_ok=True)
    for domain in ("django", INVENTORY):
        write(language, updated(language, catalogue(domain), domain), domain)
    state = po_path(language).parent.parent / "state.toml"
    if not state.exists():
        parts = "".join(f'\n[{name}]\nstate = "{BEGUN}"\n' for name in PARTS if name != "pages")
        state.write_text(_STATE_HEAD + parts, encoding="utf-8")


def give(language: str, wanted: str) -> None:
    """Print what is missing of a part as a PO file, for `take` once it is translated."""
    stored = read(language)
    given = Catalog(locale=to_locale(language), charset="utf-8")
    for message in stored:
        if is_missing(message) and part(message) == wanted:
            given[message.id] = message
    sys.stdout.write(_po_text(language, given))


def take(path: Path) -> None:
    """Put what is translated in a PO file (of `part` or of a site) into the catalogue."""
    with path.open("rb") as stream:
        taken = read_po(stream)
    language = code_of(str(taken.locale))
    stored = read(language)
    for message in taken:
        if not message.id or not is_done(message):
            continue
        own = stored.get(_key(message)[0], message.context)
        if own is None or own.id != message.id:
            print(f"{language}: the English has changed {message.id!r}")
            continue
        own.string = message.string
    write(language, stored)


def compile_all() -> None:
    """Write the compiled catalogues, which are not kept in the repository.

    The site offers the languages that are compiled, so one that members cannot read yet is not.
    """
    for language in languages():
        readable = is_readable(language)
        for domain in ("django", INVENTORY):
            compiled = po_path(language, domain).with_suffix(".mo")
            if not readable:
                compiled.unlink(missing_ok=True)
                continue
            with compiled.open("wb") as stream:
                write_mo(stream, read(language, domain))
    for language in languages(SHEET):
        with po_path(language, SHEET).with_suffix(".mo").open("wb") as stream:
            write_mo(stream, read(language, SHEET))


def problems() -> list[str]:
    """What keeps the catalogues from being complete and true; empty when all is well."""
    found = []
    for domain in DOMAINS:
        template = catalogue(domain)
        wanted = {_key(message) for message in template if message.id}
        for language in languages(domain):
            stored = read(language, domain)
            if str(stored.locale) != to_locale(language):
                found.append(f"{language}: its head says Language: {stored.locale}")
            kept = {_key(message) for message in stored if message.id}
            found += [f"{language}: new text {text!r}" for text, _context in wanted - kept]
            found += [f"{language}: text is gone {text!r}" for text, _context in kept - wanted]
            for message in stored:
                if not message.id:
                    continue
                begun = domain == "django" and is_begun(language, part(message))
                late = domain == INVENTORY or begun
                if not late and not is_done(message):
                    found.append(f"{language}: not translated {message.id!r}")
                wrongs = [*map(str, message.check(stored)), *faults(language, message)]
                found += [f"{language}: {wrong} in {message.id!r}" for wrong in wrongs]
    return found


def faults(language: str, message: Message) -> Iterator[str]:
    """What a program can see is wrong with a translation, in words."""
    if not is_done(message):
        return
    english, plural = (message.id, "") if isinstance(message.id, str) else message.id
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    text = Text(english, plural, message.context or "")
    rules = word_rules(po_path(language).parent.parent)
    yield from map(str, catalogue_checks.faults(language, text, forms, rules))


def _key(message: Message) -> tuple[str, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


if __name__ == "__main__":
    if not settings.configured:
        settings.configure(USE_I18N=True, LOCALE_PATHS=[ROOT / "locale"])
    match sys.argv[1:]:
        case ["add", language]:
            add(language)
        case ["extract"]:
            extract_all()
        case ["part", language, wanted] if wanted in PARTS:
            give(language, wanted)
        case ["take", path]:
            take(Path(path))
        case ["compile"]:
            compile_all()
        case ["check"]:
            sys.exit("\n".join(problems()) or None)
        case _:
            sys.exit(
                "usage: deploy/strings.py add LANGUAGE|extract|part LANGUAGE PART|take FILE"
                "|compile|check"
            )
