"""The plan's calls as `aws` commands, and the files that hold what no command line may show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wizard.base.text import pkl_string
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
    Value,
    parts,
)
from wizard.documents.document import Body, Document, DocumentKind, holed_text, holes_of
from wizard.engine.explain import cli_name
from wizard.export.bash.conditions import plain
from wizard.export.bash.quoting import (
    DYNAMIC,
    SECRETS,
    VARIABLE,
    Names,
    compact_json,
    here_document,
    inside,
    structure,
    variable,
    word,
)
from wizard.plan.model import Call, Plan, Step

_HOLE = "\ue000"
"""Stands for a password until the text is a format of printf."""
KNOWN = ("password.api", "hash.api", "password", "bcrypt")
"""Files with the API's password, as it stands in JSON, and its bcrypt hash: new, and stored."""
_BARE = "\ue001"
"""Around a placeholder in JSON that stands for a structure and not for a text."""
FETCHED = ("file://", "fileb://", "http://", "https://")
"""Beginnings of a value that `aws` 1.x would fetch instead of taking it as it is."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words before the flags, a line for each flag, and lines that come before."""

    head: str
    flags: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


@dataclass(slots=True)
class Commands:
    """Writes the commands of one plan.

    With `beside`, the plan's documents are files beside the script and collect in `files`, by name.
    """

    plan: Plan
    names: Names
    beside: bool = False
    files: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    """Names of the documents whose lines stand in the script already."""

    def aws(self, call: Call, step: Step) -> Command:
        """Return the `aws` command of a call, with one flag a line and no secret in it."""
        head = f"aws {call.service} {cli_name(call.operation)}"
        request = self._document(JsonText(call.params))
        if request:
            before, path = self.document(request)
            return Command(head, (f'--cli-input-json "{path}"',), tuple(before))
        shown = {name: self._structure(value, step) for name, value in call.params.items()}
        if None in shown.values():
            body = JsonText({k: self._resolved(v, step) for k, v in call.params.items()})
            name = f"{cli_name(call.operation)}.json"
            document = Document(name=name, title="", why="", kind=DocumentKind.REQUEST, body=body)
            before, path = self.document(document)
            return Command(head, (f'--cli-input-json "{path}"',), tuple(before))
        flags: list[str] = []
        lines: list[str] = []
        for name, value in call.params.items():
            flag = f"--{cli_name(name)}"
            if words := shown[name]:
                flags.append(" ".join((flag, *words)))
                continue
            before, said = self._flag(flag, value, step)
            lines += before
            flags += said
        return Command(head, tuple(flags), tuple(lines))

    def _structure(self, value: Value, step: Step) -> list[str] | None:
        """Return a structure as words of bash, no words of another value; None for a file."""
        texts: list[str] = []

        def told(part: Value) -> Any:
            match part:
                case Ref() | Found() | Text() | Sha256():
                    texts.append(self.text(part, step))
                    return f"{VARIABLE}{len(texts) - 1}{VARIABLE}"
                case Mapping():
                    return {key: told(each) for key, each in part.items()}
                case list() | tuple():
                    return [told(each) for each in part]
                case _:
                    return part

        if not isinstance(value, Mapping | list | tuple):
            return []
        if not any(isinstance(each, Mapping) for each in (value, *value)):
            return [quoted(self.text(each, step)) for each in value] or ["[]"]
        if any(isinstance(part, SECRETS) for part in parts(value)):
            return None
        words = structure(told(value))
        return words and [_word(each, texts) for each in words]

    def _resolved(self, value: Value, step: Step) -> Value:
        """Return a value with what the step found put into it, where that is known."""
        match value:
            case Found(path):
                return self.names.given(step, path) or value
            case Mapping():
                return {key: self._resolved(each, step) for key, each in value.items()}
            case list() | tuple():
                return [self._resolved(each, step) for each in value]
            case _:
                return value

    def _flag(self, flag: str, value: Value, step: Step) -> tuple[list[str], list[str]]:
        """Return the lines that must come before, and the flag's own line."""
        before: list[str] = []
        match value:
            case bool():
                return [], [flag if value else f"--no-{flag[2:]}"]
            case str() | int() | float():
                said = word(str(value))
            case Ref() | Found() | Text() | Sha256():
                said = quoted(self.text(value, step))
            case SecretRef() | JsonText() | Template():
                before, path = self.file(value, flag[2:], step)
                said = f'"{path}"'
            case _:
                raise TypeError(f"{type(value).__name__} is no parameter of a command")
        joined = "=" if isinstance(value, str) and value.startswith(FETCHED) else " "
        return before, [f"{flag}{joined}{said}"]

    def text(self, value: Value, step: Step | None = None) -> str:
        """Return a value without a secret as it stands between double quotes of bash."""
        match value:
            case Ref():
                known = self.names.known(value)
                return f"${{{self.names.ref(value)}}}" if known is None else inside(known)
            case Found(path) if step:
                given = self.names.given(step, path)
                return inside(given) if given else f"${{{self.names.found(step, path)}}}"
            case Text(pieces):
                return "".join(self.text(each, step) for each in pieces)
            case Sha256(of):
                if known := self.names.fingerprint(value):
                    return known
                return f'$(cat "$WORK/{self._fingerprint_file(of)}")'
            case str() | int() | float():
                return inside(str(value))
            case _:
                raise TypeError(f"{type(value).__name__} cannot stand on a command line")

    def known(self, value: Value) -> str:
        """Return a value as JMESPath between double quotes; a document as what its file holds."""
        document = self._document(value)
        if document:
            reader = "escaped" if "`" in self._text(document) else "cat"
            return f'\\`$({reader} "{self.path(document)}")\\`'
        return f"'{self.text(value)}'" if isinstance(value, DYNAMIC) else plain(value)

    def _fingerprint_file(self, of: Value) -> str:
        """Return the name of the file in $WORK with a document's SHA-256."""
        document = self._document(of)
        if document is None:
            raise TypeError("Only a document of the plan has a fingerprint.")
        return variable(document.name, "sha256")

    def _document(self, body: Value) -> Document | None:
        return next((each for each in self.plan.documents if each.body == body), None)

    def path(self, document: Document) -> str:
        """Return where a document lies when it is used."""
        name = file_name(document)
        return f"$HERE/{name}" if self.beside and not holes(document) else f"$WORK/{name}"

    def document(self, document: Document) -> tuple[list[str], str]:
        """Return the lines that write a document, none after the first time, and its address."""
        name, path = file_name(document), self.path(document)
        if name in self.written:
            return [], f"file://{path}"
        self.written.add(name)
        text = self._text(document)
        if self.beside:
            self.files[name] = text
            lines, words = self._filled_holes(document)
            if words:
                lines.append(f'fill_holes {" ".join(words)} <"$HERE/{name}" >"$WORK/{name}"')
        else:
            lines, named = self._holes(document)
            mark, rest = here_document(text)
            writer = f"fill {' '.join(named)}" if named else "cat"
            lines += [f'{writer} >"$WORK/{name}" {mark}', *rest]
        if any(isinstance(part, Sha256) and part.of == document.body for part in parts(self.plan)):
            lines.append(f'sha256 "{path}" >"$WORK/{self._fingerprint_file(document.body)}"')
        return lines, f"file://{path}"

    def _filled_holes(self, document: Document) -> tuple[list[str], list[str]]:
        """Return the lines that read the secrets of a document beside the script, and its holes.

        Its holes are called as the wizard's editor calls them, so that it can be given back.
        """
        lines: list[str] = []
        words: list[str] = []
        secrets: list[str] = []
        for hole, value in holes(document).items():
            match value:
                case SecretRef(arn, key, _):
                    lines.append(f'member {key} {quoted(self.text(arn))} >"$WORK/{hole}"')
                    secrets.append(hole)
                case _:
                    words.append(f"{hole}={quoted(self.text(value))}")
        return lines, [*words, *secrets]

    def _holes(self, document: Document) -> tuple[list[str], list[str]]:
        """Return the lines that read the document's secrets, and the names that it is filled by.

        A password comes last, for it may look like another name.
        """
        lines: list[str] = []
        named: dict[str, None] = {}
        for part in _outer(holes(document).values()):
            match part:
                case SecretRef(arn, key, _):
                    lines.append(self.member(key, arn))
                    named[key] = None
                case Ref() if self.names.known(part) is None:
                    named.setdefault(self.names.ref(part))
                case Sha256(of) if self.names.fingerprint(part) is None:
                    named.setdefault(self._fingerprint_file(of))
                case Found(path) if path.startswith("$"):
                    named.setdefault(path[1:])
                case _:
                    pass
        secret = [name for name in named if name.islower()]
        return list(dict.fromkeys(lines)), [*(n for n in named if n not in secret), *sorted(secret)]

    def member(self, key: str, arn: Value) -> str:
        """Return the line that reads a member of a JSON secret into the file of that name."""
        return f'member {key} {quoted(self.text(arn))} >"$WORK/{key}"'

    def _text(self, document: Document) -> str:
        """Return the document's text, in which `${NAME}` stands for what only the run knows."""
        body = document.body
        if isinstance(body, JsonText) or body.language == "json":
            tree = json.loads(holed_text(body))
            full = _filled(
                tree, {name: self._hole(each, name) for name, each in holes_of(body).items()}
            )
            if self.beside:
                return json.dumps(full, indent=2, ensure_ascii=False) + "\n"
            return compact_json(full).replace(f'"{_BARE}', "").replace(f'{_BARE}"', "")
        text = body.text
        for name, value in body.holes.items():
            said = self._hole(value, name)
            text = text.replace(f'"${{{name}}}"', _pkl(said))
        return text

    def _hole(self, value: Value, name: str) -> Any:
        if self.beside and isinstance(value, DYNAMIC):
            return Placeholder(f"${{{name}}}")
        match value:
            case SecretRef(_, key, _):
                return Placeholder(f"${{{key}}}")
            case Ref() | Text() | Sha256():
                return Placeholder(self._placeholders(value))
            case Found(path):
                return Placeholder(f"{_BARE}${{{path[1:]}}}{_BARE}")
            case _:
                return value

    def _placeholders(self, value: Value) -> str:
        if isinstance(value, Text):
            return "".join(self._placeholders(each) for each in value.parts)
        if isinstance(value, Sha256) and self.names.fingerprint(value) is None:
            return f"${{{self._fingerprint_file(value.of)}}}"
        return str(value) if isinstance(value, str) else self.text(value)

    def file(self, value: Value, name: str, step: Step) -> tuple[list[str], str]:
        """Return the lines that write what no command line may show, and the file's address."""
        match value:
            case SecretRef(arn, key, _):
                return [self.member(key, arn)], f"file://$WORK/{key}"
            case JsonText() | Template():
                document = self._document(value)
                if document:
                    return self.document(document)
                if isinstance(value, JsonText) and isinstance(value.value, Mapping):
                    file = f"{step.id}.json"
                    kept = {p.key: p.arn for p in parts(value) if isinstance(p, SecretRef)}
                    read = [
                        f'member {key} {quoted(self.text(arn, step))} >"$WORK/{key}"'
                        for key, arn in kept.items()
                    ]
                    return [*read, *self._secret(value.value, file)], f"file://$WORK/{file}"
            case _:
                pass
        raise TypeError(f"{type(value).__name__} cannot be written into a file for --{name}")

    def _secret(self, members: Mapping[str, Value], file: str) -> Iterator[str]:
        """Yield the line that writes a new secret as JSON, of which `bash -x` shows nothing."""
        holes: list[str] = []
        shown: dict[str, Value] = {}
        for key, value in members.items():
            match value:
                case SecretRef(_, member, _):
                    holes.append(member)
                case NewPassword(name):
                    holes.append(f"password.{name}")
                case NewPasswordHash(name):
                    holes.append(f"hash.{name}")
                case _:
                    shown[key] = value
                    continue
            shown[key] = _HOLE
        text = json.dumps(shown, separators=(",", ":"), ensure_ascii=False)
        text = text.replace("%", "%%").replace(_HOLE, "%s")
        words = " ".join(
            f'"$(cat "$WORK/{each}")"' if each in KNOWN else '"$(random)"' for each in holes
        )
        yield f'(set +x; printf {word(text)} {words}) >"$WORK/{file}"'


def _outer(values: Iterable[Value]) -> Iterator[Value]:
    """Yield values and the pieces of texts; not what fingerprints and secrets are made of."""
    for value in values:
        yield value
        if isinstance(value, Text):
            yield from _outer(value.parts)


def quoted(text: str) -> str:
    """Return a text that may hold variables as one word of bash, without braces where it is one."""
    if "$" not in text:
        return word(text)
    return re.sub(r"^\$\{(\w+)\}$", r"$\1", text).join('""')


def _word(text: str, variables: Sequence[str]) -> str:
    """Quote a text with numbered variables in it as one word of bash."""
    first, *rest = text.split(VARIABLE)
    if not rest:
        return word(text)
    pieces = (inside(each) if n % 2 else variables[int(each)] for n, each in enumerate(rest))
    return f'"{inside(first)}{"".join(pieces)}"'


class Placeholder(str):
    """A text that already says `${NAME}` where it is to be filled."""

    __slots__ = ()


def _pkl(value: Any) -> str:
    if not isinstance(value, Placeholder):
        return pkl_string(str(value))
    return f'"{value}"'


def _filled(node: Any, known: Mapping[str, Any]) -> Any:
    match node:
        case Mapping():
            return {key: _filled(each, known) for key, each in node.items()}
        case list():
            return [_filled(each, known) for each in node]
        case str() if node.startswith("${") and node.endswith("}") and node[2:-1] in known:
            return known[node[2:-1]]
        case _:
            return node


def holes(document: Document) -> dict[str, Value]:
    """Return the parts of a document that only the run knows, by name."""
    body: Body = document.body
    return {name: each for name, each in holes_of(body).items() if isinstance(each, DYNAMIC)}


def file_name(document: Document) -> str:
    """Return what a document is called beside the script."""
    if document.kind is DocumentKind.CLIENT_CONFIG:
        return "formae.conf.pkl"
    return document.name.replace("/", "-")
