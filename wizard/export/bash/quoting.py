"""Write texts so that bash, `aws` and JMESPath take them for what they are."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WIDTH = 130
"""Columns of a script; a word that is longer stays whole."""
ONE_LINE = 168
"""Columns of a whole document in JSON that is not opened: a trust policy with one statement."""
CONTINUED = " \\"
"""Ends a line whose command goes on in the next."""
_SPECIAL = re.compile(r'([\\"$`])')
_AWKWARD = re.compile(r"['$`]")
"""What single quotes cannot hold, or what shellcheck takes for a forgotten expansion in them."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
VARIABLE = "\ue002"
"""Around the number of a variable in a text that is not yet a word of bash."""
_SHORTHAND = re.compile(rf"[\w.:/@%+{VARIABLE}-]*", re.ASCII)
_QUOTED = re.compile(rf"[\w.:/@%+={VARIABLE} -]*", re.ASCII)
"""What the `aws` command's own notation takes as it is, and between double quotes."""
_RAW = re.compile(r"[^'\\\x00-\x1f]*")


def word(text: str) -> str:
    """Quote a text as one literal word of bash."""
    return f'"{inside(text)}"' if _AWKWARD.search(text) else shlex.quote(text)


def inside(text: str) -> str:
    """Escape a text that stands between double quotes of bash."""
    return _SPECIAL.sub(r"\\\1", text)


def comment(text: str, indent: str = "") -> list[str]:
    """Return a text as comment lines, in which no control character begins a line of its own."""
    width = WIDTH - 2 - len(indent)
    lines = textwrap.wrap(
        _CONTROL.sub(" ", text), width, break_on_hyphens=False, drop_whitespace=not indent
    )
    return [f"# {indent}{line}" for line in lines]


def reason(title: str, why: str) -> list[str]:
    """Return a title and as much of its reason as one comment line holds, in whole sentences."""
    sentences = re.split(r"(?<=[.!?]) ", why)
    for number in range(len(sentences), 0, -1):
        told = " ".join(sentences[:number])
        for text in (f"{title}: {told}", told):
            if len(text) <= WIDTH - 2:
                return comment(text)
    return comment(f"{title}: {sentences[0]}")


def here_document(text: str) -> tuple[str, list[str]]:
    """Return the redirection of a quoted here-document, and the lines that follow its command."""
    mark, lines = "END", text.removesuffix("\n").split("\n")
    while mark in lines:
        mark += "_"
    return f"<<'{mark}'", [*lines, mark]


def filled(words: Iterable[str], indent: str = "  ") -> list[str]:
    """Lay out one command over as many lines as it needs, continued with backslashes."""
    lines: list[str] = []
    line = ""
    for each in words:
        if line and len(line) + len(each) > WIDTH - 3:
            lines.append(line)
            line = indent
        line += f" {each}" if line.strip() else each
    return [*(f"{each}{CONTINUED}" for each in lines), line]


def queried(words: Iterable[str], pick: str, fields: Sequence[str]) -> list[str]:
    """Lay out a command that ends in a `--query` for these fields of what `pick` leads to.

    The query breaks behind a comma, which neither bash nor JMESPath minds.
    """
    *lines, last = filled(words)
    line = f'{last} --query "{pick}[{fields[0]}'
    if len(line) >= WIDTH:
        lines.append(f"{last} \\")
        line = f'  --query "{pick}[{fields[0]}'
    for field in sorted(fields[1:], key=lambda each: len(each) > WIDTH):
        line += ","
        if len(line) + len(field) + 3 > WIDTH:
            lines.append(line)
            line = "   "
        line += f" {field}"
    return [*lines, f'{line}]"']


def shorthand(value: Mapping[str, Any]) -> str | None:
    """Return a structure in `aws`'s own notation, `A=b,C=[{D=e}]`; None where it can't be."""
    shown = {key: _shown(each) for key, each in value.items()}
    if None in shown.values() or not all(_SHORTHAND.fullmatch(key) for key in shown):
        return None
    return ",".join(f"{key}={text}" for key, text in shown.items())


def _shown(value: Any) -> str | None:
    """Return a member of a structure; a list of one plain text as that text."""
    match value:
        case Mapping():
            inner = shorthand(value)
            return None if inner is None else f"{{{inner}}}"
        case list() | tuple():
            return _listed([_shown(each) for each in value], plain=isinstance([*value, 0][0], str))
        case bool() | int() | float():
            return json.dumps(value)
        case str() if _QUOTED.fullmatch(value):
            return value if _SHORTHAND.fullmatch(value) else f'"{value}"'
        case _:
            return None


def _listed(texts: Sequence[str | None], *, plain: bool) -> str | None:
    """Return a list in `aws`'s own notation; one `plain` text stands for a list of it."""
    known = [each for each in texts if each is not None]
    if len(known) < len(texts) or not known:
        return None
    return known[0] if plain and len(known) == 1 else f"[{','.join(known)}]"


def structure(value: Mapping[str, Any] | Sequence[Any]) -> list[str] | None:
    """Return a structure as texts for the `aws` command: in its own notation, else as JSON.

    None where only JSON could say it, and it holds what only the run knows.
    """
    each = [value] if isinstance(value, Mapping) else value
    short = [shorthand(one) if isinstance(one, Mapping) else None for one in each]
    texts = [text for text in short if text is not None]
    if len(texts) == len(each):
        return texts
    whole = [json.dumps(one, ensure_ascii=False) for one in each]
    return None if any(VARIABLE in text for text in whole) else whole


def literal(value: Any) -> str:
    """Return a plain value as JMESPath writes it, unescaped for bash."""
    if isinstance(value, str) and _RAW.fullmatch(value):
        return f"'{value}'"
    return f"`{json.dumps(value, ensure_ascii=False).replace('`', chr(92) + '`')}`"


def compact_json(value: Any) -> str:
    """Return JSON in as few lines as WIDTH allows, ended by a line break.

    What does not fit into a line is opened at its end, and closed behind its last member.
    """
    flat = json.dumps(value, ensure_ascii=False)
    return (flat if len(flat) <= ONE_LINE else _folded(value, 0, 0, 0)) + "\n"


def _folded(value: Any, column: int, closing: int, indent: int) -> str:
    """Lay out a value that begins in `column`, with `closing` more marks behind it."""
    flat = json.dumps(value, ensure_ascii=False)
    if column + len(flat) + closing <= WIDTH or not isinstance(value, Mapping | list):
        return flat
    mapping = isinstance(value, Mapping)
    items = list(value.items()) if isinstance(value, Mapping) else [("", each) for each in value]
    text, indent = "{" if mapping else "[", indent + 2
    fresh = not mapping  # a list begins on a line of its own
    for number, (key, each) in enumerate(items):
        head = f"{json.dumps(key, ensure_ascii=False)}: " if mapping else ""
        end = closing + 1 if number == len(items) - 1 else 1
        line = column + len(text) if "\n" not in text else len(text) - text.rfind("\n") - 1
        one = head + json.dumps(each, ensure_ascii=False)
        opens = isinstance(each, list) and len(head) + line + 2 < WIDTH
        if fresh or (number and line + len(one) + 1 + end > WIDTH and not opens):
            text += "\n" + " " * indent
            line = indent
        elif number:
            text += " "
            line += 1
        text += head + _folded(each, line + len(head), end, indent)
        fresh = not mapping and "\n" in text[text.rfind("\n" + " " * indent) + 1 :]
        if number < len(items) - 1:
            text += ","
    return text + ("}" if mapping else "]")
