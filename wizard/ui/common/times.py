"""AWS's times as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime


def minute(text: str) -> str:
    """A time to the minute, in UTC whatever this machine's zone is."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%d %b %Y %H:%M} UTC"
    except ValueError:
        return text


def span(begin: str, end: str) -> str:
    """When it began, and how long it took or that it goes on."""
    if not end:
        return f"since {minute(begin)}"
    try:
        took = datetime.fromisoformat(end) - datetime.fromisoformat(begin)
    except ValueError:
        return minute(begin)
    return f"{minute(begin)}, {_length(took.total_seconds())}"


def _length(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def later(one: str, other: str) -> bool:
    """Whether one is after the other; not where either is no time."""
    try:
        return datetime.fromisoformat(one) > datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return False
