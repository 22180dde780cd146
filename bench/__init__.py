"""Ratios that must hold, each side measured in the same run: `make bench`."""
