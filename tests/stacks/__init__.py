"""The databases and caches that the tests run on, beside SQLite and the process's own memory."""
