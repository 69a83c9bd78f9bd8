"""Bash's own quoting, and comments that stay comments."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterable

WIDTH = 100
_SPECIAL = re.compile(r'([\\"$`])')
_AWKWARD = re.compile(r"['$`]")
"""What single quotes cannot hold, or what shellcheck takes for a forgotten expansion in them."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def word(text: str) -> str:
    """A text as one literal word, in the quotes that need the fewest escapes."""
    return f'"{inside(text)}"' if _AWKWARD.search(text) else shlex.quote(text)


def inside(text: str) -> str:
    """A text as it stands between double quotes, meaning itself."""
    return _SPECIAL.sub(r"\\\1", text)


def comment(text: str) -> list[str]:
    """A text as comment lines; nothing in it begins a line of its own."""
    plain = _CONTROL.sub(" ", text)
    return [f"# {line}" for line in textwrap.wrap(plain, WIDTH - 2, break_on_hyphens=False)]


def here_document(text: str) -> tuple[str, str]:
    """A quoted here-document's beginning, and the lines that follow the command it belongs to."""
    mark, lines = "END", text.splitlines()
    while mark in lines:
        mark += "_"
    body = text if text.endswith("\n") else text + "\n"
    return f"<<'{mark}'", f"{body}{mark}"


def function(name: str, lines: Iterable[str]) -> list[str]:
    """A function; lines that hold several are left as they are after their first."""
    return [f"{name}() {{", *(f"  {line}" if line else "" for line in lines), "}"]


def indented(line: str) -> str:
    """A command two places further in; a here-document's text stays where it is."""
    command, mark, document = line.partition("<<'")
    return "  " + command.replace("\n", "\n  ") + mark + document


def continued(words: Iterable[str], indent: str = "    ") -> str:
    """One command over as many lines as it needs."""
    lines: list[str] = []
    line = ""
    for each in words:
        if line and len(line) + len(each) > WIDTH - 4:
            lines.append(line)
            line = ""
        line += f" {each}" if line else each
    return f" \\\n{indent}".join([*lines, line])
