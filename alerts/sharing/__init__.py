"""Handing alerts to another network, and looking at what another one hands to ours.

What a file is, and who signs it for whom, is `safety_app.vault.sharing`. Here is what its entries
say (`entries`), whom we know (`partners`), what goes out (`outgoing`) and what comes in
(`incoming`).
"""
