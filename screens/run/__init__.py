"""A run while it runs, how it ended, and what may be done about it."""
