"""What is a request, what of it is taken in, and what is refused before it is there."""

import pytest
from waitress.adjustments import Adjustments

from safety_app.server import limits
from safety_app.server.request import TOO_LARGE, Request

FORM = "Content-Type: application/x-www-form-urlencoded"
FILE = "Content-Type: multipart/form-data; boundary=x"


def receive(*lines: str, body: bytes = b"") -> Request:
    request = Request(Adjustments(max_request_header_size=limits.HEADERS))
    raw = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
    while raw and not request.completed:
        raw = raw[request.received(raw) :]
    return request


def post(*headers: str, body: bytes = b"") -> Request:
    return receive("POST /en/in/ HTTP/1.1", "Host: localhost", *headers, body=body)


def code(request: Request) -> int:
    return request.error.code if request.error else 0


def test_a_whole_request_is_complete() -> None:
    request = post(FORM, "Content-Length: 3", body=b"a=b")
    assert request.completed
    assert not request.error
    assert request.get_body_stream().read() == b"a=b"


def test_half_a_body_is_none() -> None:
    request = post(FORM, "Content-Length: 4", body=b"a=b")
    assert not request.completed
    assert request.held == 3


@pytest.mark.parametrize(
    "length", ["x", "-1", "+3", "1e9", "3, 3", "", "0x10", "9" * 19, "9" * 5000, "\xb2"]
)
def test_a_strange_length_is_refused(length: str) -> None:
    assert code(post(FORM, f"Content-Length: {length}", body=b"a=b")) == 400


def test_two_lengths_are_refused() -> None:
    assert code(post("Content-Length: 3", "Content-Length: 3", body=b"a=b")) == 400


@pytest.mark.parametrize("coding", ["chunked", "gzip, chunked", "identity", "\x0bchunked"])
def test_a_length_is_said(coding: str) -> None:
    request = post(f"Transfer-Encoding: {coding}", body=b"3\r\na=b\r\n0\r\n\r\n")
    assert request.completed
    assert code(request) in {400, 411, 501}


def test_what_is_too_large_is_refused_by_its_length_alone() -> None:
    request = post(FORM, f"Content-Length: {limits.FORM + 1}", "Expect: 100-continue")
    assert request.completed
    assert (request.refusal, request.unread) == (TOO_LARGE, limits.FORM + 1)
    assert not request.expect_continue
    assert request.held == 0


def test_a_refused_body_is_no_request_of_its_own() -> None:
    request = Request(Adjustments(max_request_header_size=limits.HEADERS))
    raw = f"POST / HTTP/1.1\r\nContent-Length: {2**30}\r\n\r\nGET /exit HTTP/1.1\r\n\r\n".encode()
    assert request.received(raw) == len(raw)


def test_a_large_file_is_taken_from_whoever_has_a_session_only(member_session: str) -> None:
    length = f"Content-Length: {limits.FILE}"
    assert post(FILE, length).refusal == TOO_LARGE
    assert post(FILE, length, f"Cookie: s={'A' * 43}").refusal == TOO_LARGE
    assert post(FILE, length, f"Cookie: {member_session}").refusal == ""
    assert post(FORM, length, f"Cookie: {member_session}").refusal == TOO_LARGE
    longer = f"Content-Length: {limits.FILE + 1}"
    assert post(FILE, longer, f"Cookie: {member_session}").refusal == TOO_LARGE


def test_too_many_and_too_long_headers_are_refused() -> None:
    assert code(receive("GET /" + "a" * limits.REQUEST_LINE + " HTTP/1.1", "Host: x")) == 414
    many = [f"X-{number}: a" for number in range(limits.HEADER_FIELDS + 2)]
    assert code(receive("GET / HTTP/1.1", *many)) == 431
    assert code(receive("GET / HTTP/1.1", "X: " + "a" * limits.HEADERS)) == 431


@pytest.mark.parametrize(
    "line",
    ["GET", "GET /", "get / HTTP/1.1", "GET http://[ HTTP/1.1", "GET / HTTP/1.1 x", "\0", "GET  /"],
)
def test_a_line_that_is_none_ends_in_a_sentence(line: str) -> None:
    request = receive(line, "Host: localhost")
    assert request.completed
    assert code(request) in {0, 400}


def test_a_name_that_proxies_read_differently_is_dropped() -> None:
    request = receive("GET / HTTP/1.1", "SCRIPT_NAME: /evil", "X_FORWARDED_PROTO: https")
    assert not request.headers
