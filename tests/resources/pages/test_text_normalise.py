"""What counts as the same word in a search."""

import pytest

from resources.text.text_normalise import fold, is_unspaced, ngrams, word_positions, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PRESERVATIVO", "preservativo"),
        ("violée", "VIOLEE"),
        ("Straße", "STRASSE"),
        ("İstanbul ILIK", "istanbul ılık"),
        ("cœur", "coeur"),
        ("Łódź", "lodz"),
        ("ёлка й", "елка и"),
        ("ґанок", "ганок"),
        ("شُرْطَة", "شرطه"),
        ("إجهاض أمان آخر", "اجهاض امان اخر"),
        ("مستشفى", "مستشفي"),
        ("مـــساعدة", "مساعدة"),
        ("٧٢", "72"),
        ("دواء", "دوا"),
        ("Naïve façade", "naive facade"),
        ("ștergere țară", "ştergere ţară"),
        ("përdhunim", "PERDHUNIM"),
        ("megerőszakol", "megeroszakol"),
        ("ＨＩＶ", "hiv"),
        ("pre\u00adser\u200bvativo".replace("\u200b", ""), "preservativo"),
    ],
)
def test_the_same_to_somebody_who_types(one: str, other: str) -> None:
    assert words(one) == words(other)
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l’hépatite, B (3 doses)!", ["l", "hepatite", "b", "3", "doses"]),
        ("HIV检测和PrEP", ["hiv", "检测和", "prep"]),
        ("ตรวจ HIV ฟรี", ["ตรวจ", "hiv", "ฟรี"]),
        ("", []),
        (" .,;—…「」", []),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("الشرطة", "شرطه"),
        ("والشرطة", "شرطه"),
        ("بالشرطة", "شرطه"),
        ("للشرطة", "شرطه"),
        ("الم", "الم"),
        ("واقي", "واقي"),
        ("l'hôpital", "l hopital"),
        ("'п'ять'", "пять"),
        ("сім’я", "сімя"),
        ("сімʼя", "сімя"),
        ("сім`я", "сімя"),
    ],
)
def test_an_article_written_with_its_noun_and_an_apostrophe_inside_a_word_are_left_out(
    text: str, word: str
) -> None:
    assert words(text) == word.split()


def test_a_word_is_marked_without_its_article_and_with_its_apostrophe() -> None:
    for text, marked in (("عند الشرطة", "شرطة"), ("моя сім’я!", "сім’я")):
        _word, at = list(word_positions(text))[-1]
        assert text[at[0] : at[-1] + 1] == marked


def test_runs_without_spaces_come_apart_into_overlapping_pieces() -> None:
    assert is_unspaced("检测")
    assert not is_unspaced("hiv")
    assert ngrams("艾滋病毒") == ["艾滋", "滋病", "病毒"]
    assert ngrams("病") == ["病"]


def test_where_a_word_stands_is_known_also_when_letters_become_more_or_fewer() -> None:
    text = "Große ŒUVRE, été"
    found = {word: text[at[0] : at[-1] + 1] for word, at in word_positions(text)}
    assert found == {"grosse": "Große", "oeuvre": "ŒUVRE", "ete": "été"}


@pytest.mark.thorough
def test_letters_of_every_script_can_be_folded() -> None:
    # Every 61st of them.
    fold("".join(map(chr, range(0, 0x110000, 61))))
