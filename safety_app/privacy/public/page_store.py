"""Rendered public pages in the memory of this process, as they are sent."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

MOST_PAGES = 2_000
MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class StoredPage:
    """An answer with status 200.

    `content` is what it was made from; `until`: when it is too old, on the monotonic clock.
    """

    content: Hashable
    headers: dict[str, str]
    body: bytes
    until: float


class PageStore:
    """Pages made from the same content, up to a number and a size; the least used go first."""

    def __init__(self, most_pages: int = MOST_PAGES, most_bytes: int = MOST_BYTES) -> None:
        self._most_pages, self._most_bytes = most_pages, most_bytes
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, StoredPage] = OrderedDict()
        self._bytes = 0
        self._content: Hashable = None

    def get(self, key: Hashable, now: float) -> StoredPage | None:
        """The page, unless it is too old. Whether its content is current, the caller finds out."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.until <= now:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: StoredPage) -> None:
        """Keep a page; whatever was made from other content goes."""
        with self._lock:
            if page.content != self._content:
                self._empty()
                self._content = page.content
            if key in self._pages:
                self._bytes -= len(self._pages.pop(key).body)
            self._pages[key] = page
            self._bytes += len(page.body)
            while len(self._pages) > self._most_pages or self._bytes > self._most_bytes:
                _key, oldest = self._pages.popitem(last=False)
                self._bytes -= len(oldest.body)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._empty()

    def pages(self) -> dict[Hashable, StoredPage]:
        """What is kept now."""
        with self._lock:
            return dict(self._pages)

    def _empty(self) -> None:
        self._pages.clear()
        self._bytes = 0


store = PageStore()
