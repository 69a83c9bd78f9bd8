"""The engine: the account as it is now, what of it differs from a plan, and what changed since."""
