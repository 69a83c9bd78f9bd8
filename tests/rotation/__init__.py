"""Rotating passwords on the stand-in."""

FULL = "ROTATION_KILLED_EVERYWHERE"
"""Set in the environment, a rotation is killed at each of its changing calls."""
