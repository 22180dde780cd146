"""What comes out of the logs holds nothing about anyone."""

import io
import logging

import pytest
from django.conf import settings

from safety_app.privacy.backends.logs import BareFormatter

PERSONAL = ["Nightowl", "0639981234", "203.0.113.7", "Mozilla/5.0", "open-sesame", "canary"]


@pytest.fixture
def output(monkeypatch):
    """Everything the configured handlers write; pytest adds handlers of its own kind."""
    stream = io.StringIO()
    loggers = [logging.getLogger(name) for name in ("", *settings.LOGGING["loggers"])]
    handlers = {
        h for logger in loggers for h in logger.handlers if type(h) is logging.StreamHandler
    }
    assert handlers
    for handler in handlers:
        monkeypatch.setattr(handler, "stream", stream)
    return stream


def record(message="x", *, error=None, level=logging.ERROR) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("some.logger", level, __file__, 7, message, (), info)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_a_broken_view_tells_kind_and_place_only(someone, output):
    someone.post(
        "/en/a/breaks/canary",
        {"text": "open-sesame"},
        HTTP_USER_AGENT="Mozilla/5.0",
        REMOTE_ADDR="203.0.113.7",
    )
    someone.send(
        "/en/a/breaks/",
        {"text": "open-sesame", "pseudonym": "Nightowl", "q": "0639981234"},
        HTTP_USER_AGENT="Mozilla/5.0",
        HTTP_X_FORWARDED_FOR="203.0.113.7",
        QUERY_STRING="canary",
    )
    text = output.getvalue()
    assert text.startswith("ERROR ValueError at tests.privacy.pages:")
    assert len(text.splitlines()) == 1
    for word in [*PERSONAL, "breaks", "secret of"]:
        assert word not in text


@pytest.mark.parametrize(
    ("path", "extra"),
    [
        ("/en/canary/", {}),
        ("/en/", {"HTTP_HOST": "canary.example"}),
        ("/en/in/", {"HTTP_ORIGIN": "https://canary.example"}),
    ],
)
def test_refused_requests_tell_nothing(nobody, output, path, extra):
    nobody.get(path, **extra)
    nobody.post(path, {"q": "canary"}, **extra)
    assert "canary" not in output.getvalue()


@pytest.mark.parametrize("path", ["/en/", "/en/in/", "/en/a/"])
@pytest.mark.parametrize("who", ["nobody", "someone"])
def test_nobody_can_fill_the_log(request, output, who, path):
    """What is refused can be sent as often as somebody likes: it leaves no line at all."""
    browser = request.getfixturevalue(who)
    many = "&".join("a" * 900)
    browser.get(f"{path}?{many}")
    browser.raw(path, many.encode())
    browser.raw(path, b"q=" + b"x" * 2_000_000)
    browser.post(path, {"file": io.BytesIO(b"x")})
    browser.get(path, HTTP_HOST="evil.example")
    browser.get(path, HTTP_COOKIE="s=\xff; c=\x00")
    assert output.getvalue() == ""


def test_message_and_arguments_are_never_printed():
    text = BareFormatter().format(record("canary %s"))
    assert text == "ERROR some.logger at tests.privacy.test_logs:7"


def test_causes_are_named_and_their_words_are_not():
    try:
        try:
            raise KeyError("canary")
        except KeyError as cause:
            raise ValueError("canary") from cause
    except ValueError as error:
        text = BareFormatter().format(record(error=error))
    assert text.startswith("ERROR ValueError from KeyError at tests.privacy.test_logs:")
    assert "canary" not in text


def test_the_place_in_a_library_is_named_beside_ours():
    try:
        logging.Formatter(style="canary")
    except ValueError as error:
        text = BareFormatter().format(record(error=error))
    assert "tests.privacy.test_logs:" in text
    assert "(__init__:" in text
    assert "/" not in text


def test_an_error_that_was_never_raised():
    assert BareFormatter().format(record(error=ValueError("canary"))) == (
        "ERROR ValueError at an unknown place"
    )


def test_stack_information_and_extra_are_dropped():
    kept = record(error=raised(ValueError("canary")))
    kept.stack_info = "canary"
    kept.request = "canary"
    kept.exc_text = "canary"
    assert "canary" not in BareFormatter().format(kept)


def test_every_handler_uses_it():
    for handler in settings.LOGGING["handlers"].values():
        assert handler["formatter"] == "plain"
    assert settings.LOGGING["formatters"]["plain"]["()"].endswith("BareFormatter")
    assert "mail" not in str(settings.LOGGING)


def test_no_access_log(nobody, output, capsys):
    nobody.get("/en/")
    nobody.get("/en/canary/")
    captured = capsys.readouterr()
    assert output.getvalue() + captured.out + captured.err == ""
