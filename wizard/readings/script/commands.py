"""The commands of the script: values as words, calls as `aws` commands, documents as files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.documents.document import Body, Document, Kind
from wizard.documents.holes import holed_text, holes_of
from wizard.formae.pkl import pkl_string
from wizard.plan.model import Call, Plan, Step
from wizard.readings.explain.commands import cli_name
from wizard.readings.script.shell import continued, here_document, inside, word
from wizard.readings.script.variables import Variables, function_name, variable
from wizard.values import (
    EarlierTags,
    Found,
    JsonText,
    Merged,
    NewPassword,
    NewPasswordHash,
    Ref,
    SecretRef,
    Sha256,
    Template,
    Text,
    Value,
    parts,
)

DYNAMIC = (
    Ref,
    Found,
    SecretRef,
    NewPassword,
    NewPasswordHash,
    Text,
    JsonText,
    Sha256,
    Merged,
    Template,
)
_PLAIN = re.compile(r"[^'\\\x00-\x1f]*")
FETCHED = ("file://", "fileb://", "http://", "https://", "-")
"""Beginnings of a value that `aws` would take for something else than itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """A command, and the lines that must stand before it."""

    words: tuple[str, ...]
    before: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The command alone."""
        return continued(self.words)


@dataclass(slots=True)
class Commands:
    """Commands for the steps of one plan."""

    plan: Plan
    variables: Variables
    beside: bool = False
    """Whether the plan's documents lie beside the script, instead of in it."""
    kept: dict[str, str] = field(default_factory=dict)
    """The files that other files are made from, by name, where they lie beside the script."""

    def aws(self, call: Call, step: Step, *more: str) -> Line:
        """The `aws` words of a call, without `aws`; `more` words follow."""
        operation = cli_name(call.operation)
        head = [f"{call.service} {operation}"]
        request = JsonText(call.params)
        known = next((each for each in self.plan.documents if each.body == request), None)
        if known:
            path = f'"file://${{WORK}}/{self.file_name(known)}"'
            return Line((*head, f"--cli-input-json {path}", *more))
        if any(_needs_file(value) for value in call.params.values()):
            name = f"{function_name(step.id)}-{operation}.json"
            made = self.written(name, request, step)
            return Line((*head, f'--cli-input-json "file://${{WORK}}/{name}"', *more), made)
        before: list[str] = []
        for name, value in call.params.items():
            option = self._option(name, value, step)
            before += option.before
            head += option.words
        return Line((*head, *more), tuple(before))

    def _option(self, name: str, value: Value, step: Step) -> Line:
        flag = f"--{cli_name(name)}"
        before: tuple[str, ...] = ()
        match value:
            case bool():
                return Line((flag if value else f"--no-{flag[2:]}",))
            case str() | int() | float():
                said = word(str(value))
            case Ref() | Found() | Text() | Sha256():
                said = self.string(value, step)
            case SecretRef() | NewPassword() | NewPasswordHash() | JsonText() | Template():
                file, before = self.file(value, flag[2:], step)
                said = f'"file://{file}"'
            case EarlierTags():
                said = '"${EARLIER_KEYS[@]}"'
            case list() | tuple() if value and all(isinstance(each, str) for each in value):
                said = " ".join(word(str(each)) for each in value)
            case _:
                said = word(json.dumps(value, ensure_ascii=False))
        return Line((f"{flag} {said}",), before)

    def string(self, value: Value, step: Step) -> str:
        """A value without a secret as one word."""
        return f'"{self.part(value, step)}"'

    def part(self, value: Value, step: Step) -> str:
        """The same as it stands between double quotes."""
        match value:
            case Ref():
                return f"${{{self.variables.ref(value)}}}"
            case Found(path):
                return f"${{{self.variables.found(step, path)}}}"
            case Text(pieces):
                return "".join(self.part(each, step) for each in pieces)
            case Sha256(of):
                return f"${{{self.fingerprint(of)}}}"
            case str() | int() | float():
                return inside(str(value))
            case _:
                raise TypeError(f"{type(value).__name__} is no plain word")

    def literal(self, value: Value, step: Step) -> str:
        """A value as a JMESPath literal between double quotes of bash."""
        if isinstance(value, DYNAMIC):
            return f"'{self.part(value, step)}'"
        if any(isinstance(part, DYNAMIC) for part in parts(value)):
            raise ValueError(f"{step.id}: a script cannot compare with a list of references.")
        if isinstance(value, str) and _PLAIN.fullmatch(value):
            return f"'{inside(value)}'"
        text = json.dumps(value, ensure_ascii=False)
        return f"\\`{inside(text.replace('`', chr(92) + '`'))}\\`"

    def fingerprint(self, of: Value) -> str:
        """The variable of a document's SHA-256."""
        return variable("sha256", self._known(of))

    def _known(self, body: Value) -> str:
        document = next((each for each in self.plan.documents if each.body == body), None)
        if document is None:
            raise TypeError("Only a document of the plan has a fingerprint.")
        return self.file_name(document)

    def file_name(self, document: Document) -> str:
        """What a document is called in the script's own folder."""
        if document.kind is Kind.CLIENT_CONFIG:
            return "formae.conf.pkl"
        return document.name.replace("/", "-")

    def file(self, value: Value, name: str, step: Step) -> tuple[str, tuple[str, ...]]:
        """The file that holds a value which no command line may show, and how it comes there."""
        match value:
            case SecretRef(arn, key, ""):
                path = f"${{WORK}}/{name}"
                read = ("secret_member", self.string(arn, step), word(key), f'"{path}"')
                return path, (" ".join(read),)
            case NewPassword(called):
                return f"${{WORK}}/password.{called}", (f"new_password {word(called)}",)
            case NewPasswordHash(called):
                return f"${{WORK}}/hash.{called}", (f"new_hash {word(called)}",)
            case JsonText() | Template():
                known = [each for each in self.plan.documents if each.body == value]
                if known:
                    return f"${{WORK}}/{self.file_name(known[0])}", ()
                inner = f"{function_name(step.id)}-{name}"
                return f"${{WORK}}/{inner}", self.written(inner, value, step, compact=True)
            case _:
                raise TypeError(f"{type(value).__name__} needs no file")

    def written(
        self,
        name: str,
        body: Body,
        step: Step,
        *,
        compact: bool = False,
        beside: bool = False,
        given: Mapping[str, str] | None = None,
    ) -> tuple[str, ...]:
        """The lines that write a document into the script's folder, its holes filled.

        A `compact` one is JSON in one line; one that lies `beside` the script is read from there.
        `given` are holes that the script's own variables fill.
        """
        language = body.language if isinstance(body, Template) else "json"
        text, holes = text_and_holes(body)
        if compact and language == "json":
            text = json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
        before: list[str] = []
        words = ["document", word(name), language]
        words += [
            f'{hole}{"#" if hole == "port" else "="}"${{{name}}}"'
            for hole, name in (given or {}).items()
        ]
        for hole, value in holes.items():
            if given and hole in given:
                continue
            filled = self._hole(hole, value, step)
            before += filled.before
            words += filled.words
        if beside and self.beside:
            self.kept[name] = text
            return (*before, continued([*words, f'<"${{HERE}}/{name}"']))
        mark, rest = here_document(text)
        return (*before, f"{continued([*words, mark])}\n{rest}")

    def _merged(self, value: Merged, hole: str, step: Step) -> tuple[str, tuple[str, ...]]:
        """The file with what is there and ours in it, as JSON: `aws` itself puts them together."""
        root, _, below = value.path.partition(".")
        look = next(each for each in step.see if each.into == root)
        ours = {key: self.literal(each, step) for key, each in value.ours.items()}
        nothing = dict.fromkeys(value.without, "\\`null\\`")
        members = ", ".join(
            f"{inside(json.dumps(key))}: {said}" for key, said in {**nothing, **ours}.items()
        )
        theirs = f"not_null({inside(look.pick)}.{inside(below)}, \\`{{}}\\`)"
        query = f"merge({theirs}, {{{members}}})" if members else theirs
        path = f"${{WORK}}/{function_name(step.id)}-{hole}"
        asked = self.aws(look.call, step, f'--query "{query}"')
        return path, (*asked.before, continued(["merged", f'"{path}"', *asked.words]))

    def _hole(self, hole: str, value: Value, step: Step) -> Line:
        match value:
            case Merged():
                file, before = self._merged(value, hole, step)
                return Line((f'{hole}%"{file}"',), before)
            case Ref() | Found() | Text() | Sha256():
                return Line((f"{hole}={self.string(value, step)}",))
            case _:
                file, before = self.file(value, hole, step)
                return Line((f'{hole}@"{file}"',), before)


def _needs_file(value: Value) -> bool:
    """Whether a parameter has a structure with something in it that only the run knows."""
    match value:
        case str():
            return value.startswith(FETCHED)
        case Mapping() | list() | tuple():
            return any(isinstance(part, DYNAMIC) for part in parts(value))
        case _:
            return False


def text_and_holes(body: Body) -> tuple[str, dict[str, Value]]:
    """A document's text, in which only what the run knows is a hole, and each hole's value."""
    if isinstance(body, JsonText):
        return holed_text(body), dict(holes_of(body))
    text, holes = body.text, body.holes
    still = {name: value for name, value in holes.items() if isinstance(value, DYNAMIC)}
    if body.language == "json":
        text = json.dumps(_filled(json.loads(text), holes, still), indent=2) + "\n"
    for name in holes.keys() - still.keys():
        text = text.replace(f'"${{{name}}}"', pkl_string(str(holes[name])))
    return text, dict(still)


def _filled(node: Value, holes: Mapping[str, Value], still: Mapping[str, Value]) -> Value:
    match node:
        case Mapping():
            return {key: _filled(inner, holes, still) for key, inner in node.items()}
        case list():
            return [_filled(inner, holes, still) for inner in node]
        case str() if node.startswith("${") and node.endswith("}"):
            name = node[2:-1]
            return holes[name] if name in holes and name not in still else node
        case _:
            return node
