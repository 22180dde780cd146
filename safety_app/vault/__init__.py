"""The vault: everything that turns keys into bytes and back.

Pure Python on top of `cryptography` and `argon2-cffi`; knows nothing of Django, requests or
tables. `docs/vault-spec.md` describes every byte; `tests/vault/vectors/` holds the examples.
"""
