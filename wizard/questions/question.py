"""What a question is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from wizard.answers import parsing

Values: TypeAlias = Mapping[str, Any]
"""Answers so far, by key."""


@dataclass(frozen=True, slots=True)
class Detected:
    """What the machine tells before anything is asked. Empty where nothing was found."""

    profile: str = ""
    region: str = ""
    region_reason: str = ""
    formae_version: str = ""
    active_profile: str = ""


class Kind(StrEnum):
    """How a question is put: the field, the flag and the prompt follow from it."""

    TEXT = "text"
    CHOICE = "choice"
    MANY = "many"
    YES_NO = "yes or no"


class Group(StrEnum):
    """The screens, in their order."""

    ACCOUNT = "Account and region"
    SIZING = "Sizing"
    DATABASE = "Database"
    SCOPE = "Permissions"
    PROTECTION = "Protection"
    ADVANCED = "Advanced"


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: what is stored, and what the person reads."""

    value: str
    label: str


def _always(_: Values) -> bool:
    return True


def _fine(_value: Any, _values: Values, _account: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `default` gives the text of the default and its reason."""

    key: str
    group: Group
    ask: str
    why: str
    default: Callable[[Values, Detected], tuple[str, str]]
    kind: Kind = Kind.TEXT
    parse: Callable[[str], Any] = parsing.text
    check: Callable[[Any, Values, str], str | None] = _fine
    when: Callable[[Values], bool] = _always
    choices: tuple[Choice, ...] = ()
    closed: bool = True
    """Whether only the choices are legal; otherwise they are suggestions."""
    environment: tuple[str, ...] = ()
    metavar: str = ""
    quiet: bool = False
    """Whether it is never put to anybody: it counts where it was answered beforehand."""
    names_file: bool = False
    """Whether the answer is the name of a file."""

    def put(self, values: Values) -> bool:
        """Whether it is shown and asked with these answers."""
        return self.when(values) and not (self.quiet and not values.get(self.key))

    @property
    def flag(self) -> str:
        """The command-line flag."""
        return "--" + self.key.replace("_", "-")


def fixed(value: str, reason: str) -> Callable[[Values, Detected], tuple[str, str]]:
    """A default that depends on nothing."""
    return lambda _values, _detected: (value, reason)


def existing_database(values: Values) -> bool:
    """Whether the database is to go into a cluster that is there."""
    return bool(values.get("database") == "existing")


def new_database(values: Values) -> bool:
    """Whether a cluster is to be made."""
    return not existing_database(values)
