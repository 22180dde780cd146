"""The interface's texts: every listed language is complete, and no catalogue is stale."""

from deploy import strings


def test_every_listed_language_says_everything_and_nothing_else() -> None:
    assert strings.problems() == []


def test_the_languages_with_a_catalogue_are_the_ones_on_offer(settings) -> None:
    offered = {code for code, _name in settings.LANGUAGES} - {"en"}
    assert offered == set(strings.languages())
