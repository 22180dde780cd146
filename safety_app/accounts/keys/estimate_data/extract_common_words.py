"""Makes `common_words_*.txt` from an unpacked wordfreq 3.1.1.

    python -m safety_app.accounts.keys.estimate_data.extract_common_words wordfreq/data

Needs `msgpack`, which nothing else here does. The input is a list of lists: at place n the words
whose frequency is 10^(-n/100). The output has the 10,000 most frequent words of a language as they
are stretched, the most frequent first, without those that fold alike.
"""

import gzip
import sys
from pathlib import Path

import msgpack  # type: ignore[import-not-found]

from safety_app.vault.passphrase import fold_passphrase

LANGUAGES = (
    "ar",
    "bg",
    "ca",
    "de",
    "en",
    "es",
    "fr",
    "hu",
    "it",
    "pl",
    "pt",
    "ro",
    "ru",
    "uk",
    "zh",
)
MOST = 10_000


def words_of(file: Path) -> list[str]:
    """The most frequent words, folded."""
    with gzip.open(file) as packed:
        by_frequency = msgpack.load(packed, raw=False)[1:]
    folded = dict.fromkeys(fold_passphrase(word) for words in by_frequency for word in words)
    return [word for word in folded if not any(c.isdigit() for c in word)][:MOST]


for language in LANGUAGES:
    words = words_of(Path(sys.argv[1]) / f"small_{language}.msgpack.gz")
    (Path(__file__).parent / f"common_words_{language}.txt").write_text(
        "\n".join(words) + "\n", encoding="utf-8"
    )
