"""The vault: all cryptography.

Pure Python on top of `cryptography`, `argon2-cffi` and `fido2`; knows nothing of Django, requests
or tables. `docs/vault-spec.md` describes every byte; `tests/vault/vectors/` holds test vectors.
"""
