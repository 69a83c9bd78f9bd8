"""The grammar of the script: quoting for bash, `aws` and JMESPath, variables, and its helpers."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from wizard.base.values import (
    Found,
    JsonText,
    NewPassword,
    NewPasswordHash,
    Ref,
    SecretRef,
    Sha256,
    Template,
    Text,
    parts,
)
from wizard.plan.model import Call, Output, Plan, Refusal, Step

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


SECRETS = (SecretRef, NewPassword, NewPasswordHash)

DYNAMIC = (Ref, Found, *SECRETS, Text, Sha256, JsonText, Template)
"""What only the run knows, of which SECRETS are never on a command line."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_NOT_WORD = re.compile(r"\W+")


def variable(*names: str) -> str:
    """Return the variable for these words, such as `CLUSTER_ARN`; a doubled last word is one."""
    text = _NOT_WORD.sub("_", "_".join(_HUMP.sub("_", name) for name in names)).upper()
    words = text.split("_")
    return "_".join(words[:-1] if words[-2:-1] == words[-1:] else words)


def seen(step: Step) -> dict[str, Refusal]:
    """Return the variables for what one look shows and the condition of another compares with."""
    across = (each for each in step.refusals if each.across)
    return {variable(step.id, "seen", str(at)): each for at, each in enumerate(across, 1)}


class Names:
    """The variables of one plan, by the outputs that its steps refer to."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._used = {part for part in parts(plan) if isinstance(part, Ref)}

    def known(self, ref: Ref) -> str | None:
        """Return the output's value where the step's own call names it; else None."""
        step = self._plan.step(ref.step)
        output = step.outputs[ref.output]
        member = output.path.rpartition(".")[2]
        given = step.make.params.get(member) if isinstance(step.make, Call) else None
        return given if isinstance(given, str) and given == output.like else None

    def ref(self, ref: Ref) -> str:
        """Return the variable that holds another step's output."""
        return variable(ref.step, ref.output)

    def found(self, step: Step, path: str) -> str:
        """Return the variable that holds a part of what the step's own looks found."""
        for name, output in step.outputs.items():
            if output.path == path:
                return self._tail(step, output) or variable(step.id, name)
        return variable(step.id, path.rpartition(".")[2])

    def _tail(self, step: Step, output: Output) -> str:
        """Return another variable's last part, where an ARN ends with what is looked for."""
        for name, other in step.outputs.items():
            if other is not output and other.like.endswith(f"/{output.like}"):
                return f"{variable(step.id, name)}##*/"
        return ""

    def of(self, step: Step) -> dict[str, str]:
        """Return what the step's looks must bring: the JMESPath of each variable."""
        wanted = {
            variable(step.id, name): output.path
            for name, output in step.outputs.items()
            if Ref(step.id, name) in self._used and self.known(Ref(step.id, name)) is None
        }
        for part in (*parts(_written(step)), *parts(step.wait and step.wait.call)):
            if isinstance(part, Found) and not self.given(step, part.path):
                wanted.setdefault(self.found(step, part.path), part.path)
        wanted |= {name: refusal.across for name, refusal in seen(step).items()}
        return {name: path for name, path in wanted.items() if "#" not in name}

    def fingerprint(self, of: Sha256) -> str | None:
        """Return a document's fingerprint that is known when the script is written; else None."""
        del of
        return None

    def given(self, step: Step, path: str) -> str:
        """Return a found member's value where the step's own call names it; empty where not."""
        for name, output in step.outputs.items():
            if output.path == path:
                return self.known(Ref(step.id, name)) or ""
        return ""


def _written(step: Step) -> list[Call]:
    """Return the calls of the looks that something hangs on: an output, or a condition."""
    paths = [each.path for each in step.outputs.values()]
    paths += [each.path for each in step.fits]
    paths += [f"{each.path} {each.across}" for each in step.refusals]
    text = " ".join([*paths, step.broken])
    return [
        look.call for look in step.lookups if not look.into or re.search(rf"\b{look.into}\b", text)
    ]
