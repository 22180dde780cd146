"""Sealing what an alert says, and what others say of it.

An alert is a *body* (everything) and a *card* (what a list needs, identifiers masked); each
confirmation may have a *note*. Each is padded to one size, in a box under a key of its epoch and
purpose. The box is bound to whose it is, so boxes cannot be swapped or an older text put back.

    card: 1,024 + 29 bytes      body: 8,192 + 29 bytes      note: 1,024 + 29 bytes
"""
