"""Sharing alerts with other networks.

The format of a file and its signatures are in `safety_app.vault.sharing`. Here are its entries
(`entries`), the networks we know (`partners`), files we send (`outgoing`) and what others send us
(`incoming`).
"""
