"""Types of answers: how a text becomes a value, how a value is said, and what TOML has for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from wizard.answers import checks, parsing


class Toml(Enum):
    """What TOML has for an answer; a text, as a flag takes it, will do for all of them."""

    TEXT = auto()
    NUMBER = auto()
    YES_NO = auto()
    LIST = auto()
    TABLE = auto()


@dataclass(frozen=True, slots=True)
class Shape:
    """One type of answer. `parse` raises ValueError with a sentence for the person."""

    toml: Toml
    parse: Callable[[str], Any]
    words: Callable[[Any], str] = parsing.written
    """The value as a person says it; `parse` reads it back."""
    unit: bool = False
    """Whether a number is said with its unit, so that TOML takes it as a text."""


TEXT = Shape(Toml.TEXT, parsing.text)
YES_NO = Shape(Toml.YES_NO, parsing.yes_no)
LIST = Shape(Toml.LIST, parsing.words)
TAGS = Shape(Toml.TABLE, parsing.tags)
CAPACITY = Shape(Toml.NUMBER, parsing.capacity)
VCPU = Shape(Toml.NUMBER, parsing.cpu, checks.vcpu, unit=True)
GIGABYTES = Shape(Toml.NUMBER, parsing.memory, checks.gigabytes, unit=True)
