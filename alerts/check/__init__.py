"""The check: what was pasted, taken apart, and how much of it somebody may look up."""
