"""Hosts whose agent is brought up, changed and taken away on the stand-in."""
