"""What `deploy/strings.py check` finds: each fault seen, and nothing in a good translation."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from deploy import strings
from safety_app.locales.catalogue_checks import UNSAFE, Text, faults

SINGLE = [
    ("fr", "Hello %(name)s", "Bonjour %(nom)s", "other placeholders"),
    ("fr", "Hello %(name)s", "Bonjour", "other placeholders"),
    ("fr", "100%% safe", "100 % sûr", "other placeholders"),
    ("ru", "Read <b>this</b>", "Читать это", "other tags"),
    ("ar", "Within 72 hours", "خلال ٧١ ساعة", "other numbers"),
    ("th", "Within 72 hours", "ภายใน ๗๓ ชั่วโมง", "other numbers"),
    ("pl", " and more", "i więcej", "other spaces at the ends"),
    ("de", "Saved.", "Gespeichert!", "an exclamation mark"),
    ("zh-hans", "Saved.", "已保存！", "an exclamation mark"),
    ("ru", "Until %(day)s", "До %(day)s.", "a full stop after a day"),
    ("zh-hans", "Until %(day)s", "直到%(day)s。", "a full stop after a day"),
    ("hu", "Nobody has read it yet", "Nobody has read it yet", "English"),
    ("fr", "Read this", "Lis <b>ceci", "other tags"),
    ("fr", "Read this", 'Lis ceci" onfocus=x', "signs that the English lacks"),
    ("fr", "Read this", "Lis &lt;ceci", "signs that the English lacks"),
    ("fr", "Read this", "Lis ceci à 5 %", "signs that the English lacks"),
    ("fr", "Read %(name)s", "Lis %(name)s {0.x}", "signs that the English lacks"),
    ("ar", "Read this", "اقرأ\u202e هذا", "signs that the English lacks"),
    ("bg", "Note", "Бележкa", "letters of two scripts in 'Бележкa'"),
]
GOOD = [
    ("ar", "Within 72 hours", "خلال ٧٢ ساعة"),
    ("pl", "1.5 mg of 72,000", "1,5 mg z 72 000"),
    ("de", "PrEP", "PrEP"),
    ("th", "Read this", "อ่าน\u200cนี่"),
    ("ru", "PrEP for %(name)s", "PrEP: %(name)s"),
]
PLURAL = ("%(count)s day", "%(count)s days")


@pytest.mark.parametrize(("language", "english", "translation", "fault"), SINGLE)
def test_a_fault_is_found(language: str, english: str, translation: str, fault: str) -> None:
    assert fault in list(strings.faults(language, Message(english, translation)))


@pytest.mark.parametrize(("language", "english", "translation"), GOOD)
def test_nothing_is_found_in_a_good_one(language: str, english: str, translation: str) -> None:
    assert list(strings.faults(language, Message(english, translation))) == []


def test_every_plural_form_is_there() -> None:
    good = Message(PLURAL, ("%(count)s день", "%(count)s дня", "%(count)s дней"))
    assert list(strings.faults("ru", good)) == []
    two = Message(PLURAL, ("%(count)s день", "%(count)s дней"))
    assert list(strings.faults("ru", two)) == ["2 plural forms"]


def test_only_the_last_plural_form_needs_its_number() -> None:
    assert list(strings.faults("fr", Message(PLURAL, ("un jour", "%(count)s jours")))) == []
    without = Message(PLURAL, ("un jour", "des jours"))
    assert list(strings.faults("fr", without)) == ["other placeholders"]


def test_labels_in_the_bar_are_short_and_signs_above_letters_take_no_room() -> None:
    long = Message("Check", "Überprüfung", context="bar")
    assert list(strings.faults("de", long)) == ["more than 9 characters"]
    assert list(strings.faults("th", Message("Write", "เขียนบันทึก", context="bar"))) == []


def test_words_wanted_and_avoided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "ROOT", tmp_path)
    (tmp_path / "locale" / "pt_BR").mkdir(parents=True)
    (tmp_path / "locale" / "pt_BR" / "words.csv").write_text(
        "english,wanted,avoided,why\nsex workers?,trabalh,prostitu,an insult\n", encoding="utf-8"
    )
    strings.word_rules.cache_clear()
    try:
        bad = Message("For sex workers", "Para prostitutas")
        assert list(strings.faults("pt-br", bad)) == [
            "'prostitu', which is avoided,",
            "not 'trabalh' for 'sex workers?'",
        ]
        good = Message("For sex workers", "Para quem trabalha com sexo")
        assert list(strings.faults("pt-br", good)) == []
    finally:
        strings.word_rules.cache_clear()


def test_a_language_is_compiled_once_members_and_doctors_can_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(strings, "ROOT", tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]  # type: ignore[attr-defined]
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "feed.py").write_text('_("Notes")\n')
    (tmp_path / "alerts" / "moderation_queue.py").write_text('_("Queue")\n')
    strings.add("zh-hans")
    state = tmp_path / "locale" / "zh_Hans" / "state.toml"
    assert strings.problems() == [], "begun"
    compiled = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    assert strings.languages() == ["zh-hans"]
    stored = strings.read("zh-hans")
    stored["Notes"].string = "记录"
    strings.write("zh-hans", stored)
    strings.compile_all()
    assert compiled.exists()
    assert strings.problems() == [], "the rest is begun"
    state.write_text("[members]\nstate = 'draft'\n[rest]\nstate = 'draft'\n")
    assert strings.problems() == ["zh-hans: not translated 'Queue'"]
    state.write_text("[members]\nstate = 'draft'\n[rest]\nstate = 'begun'\n")
    assert strings.problems() == []
    stored["Notes"].string = ""
    strings.write("zh-hans", stored)
    strings.compile_all()
    assert not compiled.exists()
    assert strings.problems() == ["zh-hans: not translated 'Notes'"]


@pytest.mark.parametrize("added", ["https://evil.example/", "WWW.evil.example", "a@evil.example"])
def test_an_address_that_the_english_lacks_is_never_served(added: str) -> None:
    """Some texts are sent on in messages, where a telephone makes a link of it."""
    found = list(faults("fr", Text("I am at"), [f"Je suis ici {added}"]))
    assert {fault.kind for fault in found} & UNSAFE == {"signs"}
    same = Text(f"I am at {added}")
    assert not {fault.kind for fault in faults("fr", same, [f"Je suis ici {added}"])} & UNSAFE
