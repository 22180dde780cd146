"""Alerts about dangerous clients: report, feed, check, retention."""
