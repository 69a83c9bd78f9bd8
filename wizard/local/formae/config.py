"""The formae CLI's config on this machine as data: what is there, what is wanted, what came of it.

Without a line of code that reads or writes it, so that the plan can be loaded without either.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from wizard.base.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where the formae CLI of this machine will read its config, and which CLI it is."""

    path: str = "~/.config/formae/formae.conf.pkl"
    active_now: str = ""
    """The profile the CLI uses now; empty where it keeps none."""
    must_activate: bool = False
    reason: str = ""
    now: str = field(default="", repr=False)
    """The text that is in the file now; it may hold a password."""
    installed: bool = False
    version: str = ""
    """Version of the installed CLI; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Written:
    """A config that was put in place: whether it changed, and a sentence about it."""

    changed: bool
    note: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A config that is wanted against the one that is there; `diff` shows no secret."""

    new: bool
    """Whether there is none yet."""
    diff: str
    activates: bool
    """Whether another profile would become the active one."""

    @property
    def changes(self) -> bool:
        """Whether writing the config would change anything."""
        return self.new or bool(self.diff) or self.activates


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """The CLI config that is wanted."""

    name: str
    activate: bool
    version: str
    url: str
    username: str | None
    password: Secret | None
