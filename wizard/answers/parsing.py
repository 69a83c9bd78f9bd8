"""From the text a person gives (in a field, a flag, a file) to the value it means.

A `Shape` is a type of answer: how a text becomes a value, how a value is said, and what TOML has
for it. The functions raise ValueError with a sentence for the person where a text means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from wizard.answers import checks

UNITS = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(vcpu|v?cpus?|gb|gib|g|mb|mib)?", re.IGNORECASE)
YES = {"yes", "y", "true", "1", "on"}
NO = {"no", "n", "false", "0", "off"}


def text(raw: str) -> str:
    """The text without blanks around it."""
    return raw.strip()


def yes_no(raw: str) -> bool:
    """Yes or no, in the usual spellings."""
    word = raw.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(f"“{raw}” is neither yes nor no.")


def cpu(raw: str) -> int:
    """CPU units from "1 vCPU", "1" or "1024"."""
    return _units(raw, "Enter 1, 2 or 4 vCPU.", below=16)


def memory(raw: str) -> int:
    """MiB from "2 GB", "2" or "2048"."""
    return _units(raw, "Enter the memory in GB, such as 2 GB.", below=128)


def _units(raw: str, advice: str, below: float) -> int:
    match = UNITS.fullmatch(raw.strip())
    if not match:
        raise ValueError(f"“{raw}” is not a size. {advice}")
    number = float(match["number"])
    units = number * 1024 if number < below else number
    if units != int(units):
        raise ValueError(f"“{raw}” is not an available size. {advice}")
    return int(units)


def capacity(raw: str) -> float:
    """A number of Aurora capacity units, from a text such as "0.5" or "2 ACU"."""
    try:
        value = float(raw.strip().lower().removesuffix("acu").strip())
    except ValueError:
        raise ValueError(f"“{raw}” is not a number of capacity units, such as 0.5.") from None
    if value != value or abs(value) == float("inf"):
        raise ValueError(f"“{raw}” is not a number of capacity units, such as 0.5.")
    return value


def words(raw: str) -> tuple[str, ...]:
    """Several values, separated by commas or line breaks; repeated ones count once."""
    parts = (part.strip() for part in re.split(r"[,\n]", raw))
    return tuple(dict.fromkeys(part for part in parts if part))


QUOTED = re.compile(r"""(["'`])(?P<inside>.*)\1,?|“(?P<curly>.*)”,?""")
"""A value in quotation marks, with the comma that follows it in a list."""


def bare(raw: str) -> str:
    """A pasted value without the blanks and the quotation marks around it."""
    found = QUOTED.fullmatch(raw.strip())
    return (found["inside"] or found["curly"] or "").strip() if found else raw.strip()


def pasted(raw: str) -> list[str]:
    """The values of a pasted text, one a line."""
    return [value for value in map(bare, raw.splitlines()) if value]


def pasted_several(raw: str, whole: Callable[[str], object] = lambda _: False) -> list[str]:
    """The values of a text with several, apart by lines, commas or blanks; each of them once.

    `whole` says of a text in small letters whether it is one value, whatever blanks are in it.
    """
    parts = map(bare, re.split(r"[,\r\n]", raw.strip().strip("[]")))
    found: list[str] = []
    for part in filter(None, parts):
        found += [part] if whole(part.lower()) else map(bare, part.split())
    return list(dict.fromkeys(found))


def tags(raw: str) -> tuple[tuple[str, str], ...]:
    """Tags written key=value, separated by commas or line breaks."""
    pairs = []
    for part in words(raw):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise ValueError(f"“{part}” is not a tag; write it as key=value.")
        pairs.append((key.strip(), value.strip()))
    return tuple(pairs)


def written(value: object) -> str:
    """The text from which a value can be read back; the inverse of the functions above."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case tuple():
            return ",".join("=".join(part) if isinstance(part, tuple) else part for part in value)
        case _:
            return str(value)


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
    words: Callable[[Any], str] = written
    """The value as a person says it; `parse` reads it back."""
    unit: bool = False
    """Whether a number is said with its unit, so that TOML takes it as a text."""


TEXT = Shape(Toml.TEXT, text)
YES_NO = Shape(Toml.YES_NO, yes_no)
LIST = Shape(Toml.LIST, words)
TAGS = Shape(Toml.TABLE, tags)
CAPACITY = Shape(Toml.NUMBER, capacity)
VCPU = Shape(Toml.NUMBER, cpu, checks.vcpu, unit=True)
GIGABYTES = Shape(Toml.NUMBER, memory, checks.gigabytes, unit=True)
