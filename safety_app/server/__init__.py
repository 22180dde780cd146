"""The HTTP server: waitress, with limits of our own. `docs/decisions/0028` says why.

One thread reads and writes all connections. Only a whole request, held in memory, gets one of the
threads that run Django, and whoever reads the answer slowly holds none. What is too large, too slow
or too much is answered or cut off without one.
"""
