"""What goes into a shared cache, without pickle.

Django's own serializer for Redis and Valkey unpickles what it reads, so that whoever can write
into that server could run code here. Ours only ever makes numbers, bytes and JSON of it.
"""

import json


class PlainSerializer:
    """For `OPTIONS["serializer"]` of Django's Redis cache."""

    def dumps(self, obj: object) -> int | bytes:
        """An int as it is, so that it can be counted up in the server; bytes; anything JSON has.

        Raises TypeError for anything else.
        """
        if type(obj) is int:
            return obj
        if isinstance(obj, bytes):
            return b"b" + obj
        return b"j" + json.dumps(obj).encode()

    def loads(self, data: bytes) -> object:
        """Undo `dumps`. Raises ValueError for what `dumps` did not make."""
        if data[:1] == b"b":
            return data[1:]
        if data[:1] == b"j":
            return json.loads(data[1:])
        return int(data)
