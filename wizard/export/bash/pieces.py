"""Bash that is the same in every script: the helpers, and lines that hang on no step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

_FUNCTION = re.compile(r"^(\w+)\(\)", re.MULTILINE)
_HERE_DOCUMENT = re.compile(r"<<'(END_*)'$")
_WORD = re.compile(r"%([A-Z]+)%")


@cache
def _text(name: str) -> str:
    return (files("wizard.export.bash") / name).read_text(encoding="utf-8")


def piece(name: str, **words: str) -> list[str]:
    """Return the lines of pieces.sh under that name, with each `%WORD%` in them filled."""
    body = _text("pieces.sh").partition(f"# == {name}\n")[2].partition("\n# ==")[0].rstrip("\n")
    return _WORD.sub(lambda found: words[found[1].lower()], body).split("\n")


def helpers(body: Iterable[str]) -> list[str]:
    """Return the functions of helpers.sh that these lines use, and those they use themselves."""
    text = _text("helpers.sh")
    starts = [each.start() for each in _FUNCTION.finditer(text)]
    functions = {
        text[start : text.index("(", start)]: text[start:end].rstrip("\n").split("\n")
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    }
    lines = [line for line in _commands(body) if not line.startswith("#")]
    wanted: set[str] = set()
    found = {"say", "stop"}
    while found:
        wanted |= found
        lines += [line.partition(" # ")[0] for name in found for line in functions[name]]
        found = (functions.keys() & set(re.findall(r"[a-z]\w*", "\n".join(lines)))) - wanted
    return [line for name, each in functions.items() if name in wanted for line in each]


def _commands(body: Iterable[str]) -> Iterator[str]:
    """Give the lines that are bash: without the here-documents, whose words call nothing."""
    mark = ""
    for line in body:
        if mark:
            mark = "" if line == mark else mark
            continue
        begun = _HERE_DOCUMENT.search(line)
        mark = begun[1] if begun else ""
        yield line
