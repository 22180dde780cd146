"""A request that can always be made, so that every refusal is a page of ours."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters


class PlainRequest(WSGIRequest):
    """Django's request, whose content type may be anything.

    Django makes a request before any middleware runs: what that raises is answered by the server,
    without a page and its headers. It reads the content type with the parser for e-mail, which
    raises on unknown encodings (RFC 2231) and more, and reads the query in the encoding that is
    claimed there. Everything is UTF-8 here, and a content type that cannot be read is none.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            kind, parameters = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except Exception:  # whatever the parser for e-mail stumbles over
            kind, parameters = "", {}
        self.content_type, self.content_params = kind, parameters
