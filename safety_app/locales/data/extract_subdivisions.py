"""Make subdivisions.json from Unicode CLDR: `python extract_subdivisions.py CORE NAMES OLD`.

CORE  directory of the npm package cldr-core (codes, what contains what, aliases)
NAMES directory of the npm package cldr-subdivisions-full (names in English)
OLD   directory "common" of CLDR 41, the last release with subdivision names in most languages
      (Debian package unicode-cldr-core, /usr/share/unicode/cldr/common)

The result, one line for each country and language:
  version   CLDR versions
  top       country → its coarse regions, in the order of `names`
  inside    coarse region → all finer and former codes that lie in it
  names     language → country → names of its coarse regions, joined by "|"; empty where the
            language has none or the English one
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ElementTree  # noqa: S405  # nosec B405
from collections import defaultdict
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("subdivisions.json")

# The site's language → the name of its file in CLDR.
LANGUAGES = {
    "en": "en",
    "es": "es",
    "pt-BR": "pt",
    "ro": "ro",
    "fr": "fr",
    "ru": "ru",
    "bg": "bg",
    "de": "de",
    "uk": "uk",
    "zh-Hans": "zh",
    "hu": "hu",
    "it": "it",
    "ar": "ar",
    "th": "th",
    "pl": "pl",
    "sq": "sq",
}
# A word for "region" before every name of a list says nothing and makes it long.
PREFIXES = {"th": "แคว้น"}

# ISO 3166-2 codes of places that also have a country code of their own: one place, one key.
# CLDR marks most of these ("overlong"); the others:
TERRITORIES = {
    **{"FR-971": "GP", "FR-972": "MQ", "FR-973": "GF", "FR-974": "RE", "FR-976": "YT"},
    **{"CN-HK": "HK", "CN-MO": "MO", "CN-TW": "TW", "NO-21": "SJ", "NO-22": "SJ", "SH-AC": "AC"},
    **{"NL-BQ1": "BQ-BO", "NL-BQ2": "BQ-SA", "NL-BQ3": "BQ-SE"},
}
# Nobody lives there.
EMPTY = {"FR-CP", "FR-TF", "US-UM"}
# Codes that changed between the two releases: the names of the former serve for the present one.
# Paris lost its plain code, which people still use.
FORMER = {
    **{"FR-75": "FR-75C"},
    **{"IN-CT": "IN-CG", "IN-OR": "IN-OD", "IN-TG": "IN-TS", "IN-UT": "IN-UK"},
    **{"KZ-AKM": "KZ-11", "KZ-AKT": "KZ-15", "KZ-ALM": "KZ-19", "KZ-ATY": "KZ-23"},
    **{"KZ-ZAP": "KZ-27", "KZ-ZHA": "KZ-31", "KZ-KAR": "KZ-35", "KZ-KUS": "KZ-39"},
    **{"KZ-KZY": "KZ-43", "KZ-MAN": "KZ-47", "KZ-PAV": "KZ-55", "KZ-SEV": "KZ-59"},
    **{"KZ-YUZ": "KZ-61", "KZ-VOS": "KZ-63", "KZ-AST": "KZ-71", "KZ-ALA": "KZ-75"},
    **{"KZ-SHY": "KZ-79"},
}
# Names that the release lacks, or has in another language.
CORRECTIONS: dict[str, dict[str, str]] = {
    "en": {"CN-NM": "Inner Mongolia", "FR-20R": "Corsica", "NO-54": "Troms og Finnmark"},
    "es": {"ES-CN": "Canarias", "FR-20R": "Córcega"},
    "fr": {"FR-20R": "Corse"},
    "de": {"FR-20R": "Korsika"},
    "ru": {
        "KZ-10": "Абайская область",
        "KZ-33": "Жетысуская область",
        "KZ-61": "Туркестанская область",
        "KZ-62": "Улытауская область",
        "KZ-79": "Шымкент",
    },
    "zh-Hans": {"TW-NWT": "新北市"},
}
# Small countries whose first level is the municipality or the quarter: one region each.
WHOLE = {"LI", "MC", "MK", "MT", "SI", "SM"}


def main(core: Path, names: Path, old: Path) -> None:
    """Read the three directories, write TARGET."""
    containment = _json(core / "supplemental/subdivisionContainment.json")["supplemental"]
    aliases = _aliases(core)
    parents = _parents(containment["subdivisionContainment"])
    coarse = _coarse(parents, _old_parents(old), aliases)
    top = _top(parents, coarse)
    inside: dict[str, list[str]] = defaultdict(list)
    for code, region in sorted(coarse.items()):
        if code != region:
            inside[region].append(code)
    english = _english_names(names)
    result = {
        "version": {"codes": containment["version"]["_cldrVersion"], "names": "41"},
        "top": {country: " ".join(codes) for country, codes in top.items()},
        "inside": {region: " ".join(codes) for region, codes in sorted(inside.items())},
        "names": {
            language: _joined(
                top,
                english if language == "en" else _old_names(old, language, aliases),
                {} if language == "en" else english,
            )
            for language in LANGUAGES
        },
    }
    text = json.dumps(result, ensure_ascii=False, indent=0, separators=(",", ":"))
    TARGET.write_text(text + "\n", encoding="utf-8")


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _iso(key: str) -> str:
    """CLDR's "fridf" and "FR" as ISO's "FR-IDF" and "FR"."""
    return key.upper() if len(key) == 2 else f"{key[:2]}-{key[2:]}".upper()


def _aliases(core: Path) -> dict[str, str]:
    """Former and doubled codes → the present one (the first, where one became several)."""
    metadata = _json(core / "supplemental/aliases.json")["supplemental"]["metadata"]["alias"]
    found = {
        _iso(key): _iso(value["_replacement"].split()[0])
        for key, value in metadata["subdivisionAlias"].items()
        if " " not in value["_replacement"]
    }
    return found | TERRITORIES | FORMER


def _parents(containment: dict[str, Any]) -> dict[str, str]:
    return {
        _iso(child): _iso(parent)
        for parent, value in containment.items()
        for child in value["_contains"]
    }


def _old_parents(old: Path) -> dict[str, str]:
    tree = ElementTree.parse(old / "supplemental/subdivisions.xml")  # noqa: S314  # nosec B314
    return {
        _iso(child): _iso(group.attrib["type"])
        for group in tree.iter("subgroup")
        for child in group.attrib.get("contains", "").split()
    }


def _coarse(
    parents: dict[str, str], old_parents: dict[str, str], aliases: dict[str, str]
) -> dict[str, str]:
    """Each known code → the coarse region it lies in."""
    coarse = {}
    for code in {**old_parents, **parents, **aliases}.keys() - EMPTY:
        region = aliases.get(code, code)
        while "-" in region:
            above = parents.get(region) or old_parents.get(region, "")
            if "-" not in above:
                break
            region = aliases.get(above, above)
        country = region[:2]
        if country in WHOLE:
            region = country
        if "-" not in region or parents.get(region) == country:
            coarse[code] = region
    return coarse


def _top(parents: dict[str, str], coarse: dict[str, str]) -> dict[str, list[str]]:
    """Each country's coarse regions; a territory with a country code stands in both lists."""
    top: dict[str, list[str]] = defaultdict(list)
    for code, parent in sorted(parents.items()):
        if "-" not in parent and parent not in WHOLE and code in coarse:
            region = coarse[code]
            # Taiwan has regions of its own, under its own code.
            has_regions = region != code and region in parents.values()
            if region not in top[parent] and not has_regions:
                top[parent].append(region)
    return dict(sorted(top.items()))


def _english_names(names: Path) -> dict[str, str]:
    found = _json(names / "subdivisions/en/en.json")["subdivisions"]["localeDisplayNames"]
    plain = {_iso(key): _plain(name) for key, name in found["subdivisions"].items()}
    return plain | CORRECTIONS["en"]


def _old_names(old: Path, language: str, aliases: dict[str, str]) -> dict[str, str]:
    """Names by present code; a former code gives its name to the code that replaced it."""
    path = old / f"subdivisions/{LANGUAGES[language]}.xml"
    prefix = PREFIXES.get(language, "")
    tree = ElementTree.parse(path)  # noqa: S314  # nosec B314
    found = {
        _iso(element.attrib["type"]): _plain((element.text or "").removeprefix(prefix))
        for element in tree.iter("subdivision")
    }
    replaced = {aliases[code]: name for code, name in found.items() if code in aliases}
    return replaced | found | CORRECTIONS.get(language, {})


def _plain(name: str) -> str:
    """Without the marks that tell two places of one name apart, and starting as a line starts."""
    name = name.strip().rstrip("²³ †").replace("|", " ")
    return name[:1].upper() + name[1:]


def _joined(
    top: dict[str, list[str]], names: dict[str, str], fallback: dict[str, str]
) -> dict[str, str]:
    """Country → names in the order of `top`, joined; countries without any are left out.

    A name that `fallback` has too is left empty.
    """
    joined = {}
    for country, codes in top.items():
        own = [names.get(code, "") for code in codes]
        own = [
            "" if name == fallback.get(code) else name
            for code, name in zip(codes, own, strict=True)
        ]
        if any(own):
            joined[country] = "|".join(own)
    return joined


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
