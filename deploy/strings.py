"""Texts of the interface: `add` a language, `extract` them into the catalogues, `compile` those,
`check` them.

Babel does the work, so no gettext programs are needed. English is written in the code itself.
"""

import csv
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
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
# Languages that members and doctors can read already, the rest of whose texts is still in English.
BEGUN: frozenset[str] = frozenset()
# Who works here has an organisation beside them: these texts are translated last.
LATER = re.compile(
    r"translation|glossary|remark|edit|version|local_|moderat|desk|organisation|network|people"
    r"|invit|vouch|epoch|partner|shar|incoming|objection|request|former|operator|applicat|role"
    r"|quit|found|statist|account|passphrase|second|recover|renew|arriv|keys"
    r"|directory/.*(import|form|review|hsds|csv|field)"
)
FIRST = re.compile(r"doctor|alerts/.*translation")
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


def needed_first(message: Message) -> bool:
    """Whether members or doctors read a text: without these a language is not offered."""
    paths = [path for path, _line in message.locations]
    return any(FIRST.search(path) or not LATER.search(path) for path in paths)


def is_readable(language: str) -> bool:
    """Whether everything that members and doctors read is translated."""
    return all(is_done(one) for one in read(language) if one.id and needed_first(one))


def add(language: str) -> None:
    """Begin a language: an empty catalogue with its plural forms."""
    po_path(language).parent.mkdir(parents=True, exist_ok=True)
    for domain in ("django", INVENTORY):
        write(language, updated(language, catalogue(domain), domain), domain)


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
                if not message.id:
                    continue
                late = domain == INVENTORY or (language in BEGUN and not needed_first(message))
                if not late and not is_done(message):
                    found.append(f"{language}: not translated {message.id!r}")
                wrongs = [*map(str, message.check(stored)), *faults(language, message)]
                found += [f"{language}: {wrong} in {message.id!r}" for wrong in wrongs]
    return found


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")
# A day may end with a full stop of its own.
DAY_AND_STOP = re.compile(r"%\((day|posted|until|expires|date|ends|last_day)\)s[.。]")
GROUPED = re.compile(r"(?<=\d)[ \u00a0\u202f.,٬'](?=\d{3}(?!\d))")
LONGEST_IN_BAR = 9


def faults(language: str, message: Message) -> Iterator[str]:
    """What a program can see is wrong with a translation, form by form."""
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if not is_done(message):
        return
    if len(sources) > 1 and len(forms) != Catalog(locale=to_locale(language)).num_plurals:
        yield f"{len(forms)} plural forms"
    for place, form in enumerate(forms, 1):
        # "One day" needs no number; the last form is that of large numbers.
        lacking = len(sources) > 1 and place < len(forms)
        if not _has_placeholders(form, sources, may_lack_one=lacking):
            yield "other placeholders"
        yield from _form_faults(form, sources)
        if message.context in ("bar", "exit button") and _shown_length(form) > LONGEST_IN_BAR:
            yield f"more than {LONGEST_IN_BAR} characters"
        yield from _word_faults(language, form, sources)


def _has_placeholders(form: str, sources: list[str], *, may_lack_one: bool) -> bool:
    there, wanted = (Counter(_signs(PLACEHOLDER, text)) for text in (form, sources[-1]))
    lacking = (wanted - there).total()
    return there <= wanted and lacking <= int(may_lack_one)


def _form_faults(form: str, sources: list[str]) -> Iterator[str]:
    source = sources[-1]
    if _signs(TAG, form) != _signs(TAG, source):
        yield "other tags"
    if not any(_numbers(form) == _numbers(one) for one in sources):
        yield "other numbers"
    if (form[:1].isspace(), form[-1:].isspace()) != (source[:1].isspace(), source[-1:].isspace()):
        yield "other spaces at the ends"
    if {"!", "！"} & set(form) and "!" not in source:
        yield "an exclamation mark"
    if DAY_AND_STOP.search(form):
        yield "a full stop after a day"
    if form == source and len(re.findall(r"[^\W\d_]{2,}", PLACEHOLDER.sub("", source))) > 2:
        yield "English"
    for word in re.findall(r"[^\W\d_]+", form):
        if len({_script(letter) for letter in word} & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            yield f"letters of two scripts in {word!r}"


def _word_faults(language: str, form: str, sources: list[str]) -> Iterator[str]:
    for english, wanted, avoided in word_rules(language):
        if avoided and (bad := re.search(avoided, form, re.IGNORECASE)):
            yield f"{bad.group()!r}, which is avoided,"
        said = bool(english) and any(re.search(rf"\b({english})\b", one, re.I) for one in sources)
        if said and wanted and not re.search(wanted, form, re.IGNORECASE):
            yield f"not {wanted!r} for {english!r}"


@cache
def word_rules(language: str) -> tuple[tuple[str, str, str], ...]:
    """A language's `words.csv`: English words, what they become, what is never written."""
    path = po_path(language).parent.parent / "words.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return tuple((row["english"], row["wanted"], row["avoided"]) for row in rows)


def _signs(pattern: re.Pattern[str], text: str) -> list[str]:
    return sorted(match.group() for match in pattern.finditer(text))


def _numbers(text: str) -> list[str]:
    """The numbers of a text in Western digits, however it writes and groups them."""
    plain = PLACEHOLDER.sub("", TAG.sub("", text)).replace("٫", ".")
    plain = "".join(str(unicodedata.digit(sign, sign)) for sign in plain)
    found = re.findall(r"\d+(?:[.,]\d+)?", GROUPED.sub("", plain))
    return sorted(number.replace(",", ".") for number in found)


def _shown_length(text: str) -> int:
    """How many places a text takes: signs above and below letters take none."""
    return sum(unicodedata.category(sign) != "Mn" for sign in text)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _key(message: Message) -> tuple[str, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


if __name__ == "__main__":
    if not settings.configured:
        settings.configure(USE_I18N=True)
    match sys.argv[1:]:
        case ["add", language]:
            add(language)
        case ["extract"]:
            extract_all()
        case ["compile"]:
            compile_all()
        case ["check"]:
            sys.exit("\n".join(problems()) or None)
        case _:
            sys.exit("usage: deploy/strings.py add LANGUAGE|extract|compile|check")
