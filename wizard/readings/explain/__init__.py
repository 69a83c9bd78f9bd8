"""Explain a step: the command that does the same, where to look at it, and how long it takes."""

from wizard.readings.explain.commands import command, equivalent, watch
from wizard.readings.explain.links import console_link
from wizard.readings.explain.timing import Pace, pace, remaining, usual, waiting_on

__all__ = [
    "Pace",
    "command",
    "console_link",
    "equivalent",
    "pace",
    "remaining",
    "usual",
    "waiting_on",
    "watch",
]
