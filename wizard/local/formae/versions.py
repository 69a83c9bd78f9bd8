"""Version numbers of formae, and the versions at which its behaviour changes."""

import re
from dataclasses import dataclass
from functools import total_ordering

_SHAPE = re.compile(
    r"v?(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,2})"
    r"(?:-(?P<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
    r"(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)


@total_ordering
@dataclass(frozen=True, eq=False)
class Version:
    """A formae version, ordered as semantic versions are: `0.89.0-dev.7 < 0.89.0`."""

    text: str
    numbers: tuple[int, int, int]
    pre: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Version | None":
        """The version in `text` (`0.88.1`, `v0.89`, `0.89.0-dev.7`), or None if it is none."""
        found = _SHAPE.fullmatch(text.strip())
        if found is None:
            return None
        parts = [int(part) for part in found["numbers"].split(".")]
        major, minor, patch = [*parts, 0, 0][:3]
        pre = tuple(found["pre"].split(".")) if found["pre"] else ()
        return cls(text.strip().removeprefix("v"), (major, minor, patch), pre)

    @property
    def _key(self) -> tuple[tuple[int, int, int], bool, tuple[tuple[int, int, str], ...]]:
        """A release comes after its pre-releases; numbers in those come before words."""
        marks = tuple(
            (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
            for part in self.pre
        )
        return self.numbers, not self.pre, marks

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __lt__(self, other: "Version") -> bool:
        return self._key < other._key

    def __str__(self) -> str:
        return self.text


def at_least(version: Version | None, since: Version) -> bool:
    """Whether `version` has what came with `since`; an unknown version has nothing new."""
    return version is not None and version >= since


AUTH = Version("0.84.0", (0, 84, 0))
"""Typed `agent.auth` and `cli.auth`, `agent.resourcePlugins` and the `plugins:/` imports."""

PROFILES = Version("0.87.0-dev.1", (0, 87, 0), ("dev", "1"))
"""The profile store; before it only `~/.config/formae/formae.conf.pkl` is read."""

CONNECTION = Version("0.89.0-dev.6", (0, 89, 0), ("dev", "6"))
"""`cli.connection`; `cli.api` and `cli.auth` are deprecated, and refused next to it."""

AGENT_STATUS = Version("0.89.0-dev.7", (0, 89, 0), ("dev", "7"))
"""`formae agent status`; `formae status agent` is a deprecated alias from here on."""
