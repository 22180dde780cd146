"""A serializer for the shared cache that never unpickles.

Django's own serializer for Redis and Valkey does, so whoever can write to that server could run
code here. This one only ever yields numbers, bytes and JSON values.
"""

import json


class PlainSerializer:
    """For `OPTIONS["serializer"]` of Django's Redis cache."""

    def dumps(self, obj: object) -> int | bytes:
        """An int as it is, so that the server can increment it; bytes; any JSON value.

        Raises TypeError for anything else.
        """
        if type(obj) is int:
            return obj
        if isinstance(obj, bytes):
            return b"b" + obj
        return b"j" + json.dumps(obj).encode()

    def loads(self, data: bytes) -> object:
        """Undo `dumps`. Raises ValueError for anything else."""
        if data[:1] == b"b":
            return data[1:]
        if data[:1] == b"j":
            return json.loads(data[1:])
        return int(data)
