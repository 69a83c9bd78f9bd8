"""What a plan holds where a value is not known yet: references, secrets, and texts with holes.

A plan is data made before anything exists, so an ARN that AWS will invent is a `Ref`, a password is
a `SecretRef` or a `NewPassword`, and a document is a `Template` whose holes are values again.
Whoever uses a plan gives these a meaning by a `Scope` of its own: the live run looks them up, the
review shows what they will look like, the offline check puts a stand-in of the right type there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Protocol, TypeAlias

from wizard.base.text import pkl_string

PKL_HOLE = re.compile(r'"\$\{(\w+)\}"')
JSON_HOLE = re.compile(r"\$\{(\w+)\}")


ASIDE = {"aside": True}
"""Metadata of a dataclass's field that only describes the whole: what it refers to is no need."""


@dataclass(frozen=True, slots=True)
class Ref:
    """An output of another step; the graph's edges are these references."""

    step: str
    output: str


@dataclass(frozen=True, slots=True)
class Found:
    """A JMESPath into what this step's own look found."""

    path: str


@dataclass(frozen=True, slots=True)
class SecretRef:
    """One member of a JSON secret in Secrets Manager, read at the moment it is used.

    `stage` is the label of the version that is meant; empty for the current one.
    """

    arn: Value
    key: str
    stage: str = ""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The password called `name`: typed by the person, or generated, once for a run."""

    name: str


@dataclass(frozen=True, slots=True)
class NewPasswordHash:
    """The bcrypt hash of the `NewPassword` of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """Its parts, one after the other, as one string."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class JsonText:
    """A value written as one line of JSON."""

    value: Value


@dataclass(frozen=True, slots=True)
class Sha256:
    """The hexadecimal SHA-256 of a text."""

    of: Value


@dataclass(frozen=True, slots=True)
class Verifier:
    """What PostgreSQL keeps of a password (SCRAM-SHA-256): it can be sent in place of it."""

    of: Value


@dataclass(frozen=True, slots=True)
class Merged:
    """What was found at `path`, an object, with `ours` put into it; ours win.

    The members called as in `without` are left out. Where nothing is known it is told in words.
    """

    path: str
    ours: Mapping[str, Value]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """What was found at `path`, a list, and behind it those of `ours` that are not in it."""

    path: str
    ours: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Template:
    """A document in its own language; each string literal `"${hole}"` in it stands for a value.

    The literal is replaced whole, by a literal of that language, so no value can break out of it.
    """

    language: Literal["pkl", "json"]
    text: str
    holes: Mapping[str, Value]


Value: TypeAlias = (
    str
    | int
    | float
    | bool
    | Ref
    | Found
    | SecretRef
    | NewPassword
    | NewPasswordHash
    | Text
    | JsonText
    | Sha256
    | Verifier
    | Merged
    | Joined
    | Template
    | Sequence["Value"]
    | Mapping[str, "Value"]
    | None
)


class Scope(Protocol):
    """What a user of the plan makes of the values that are not known yet."""

    def ref(self, ref: Ref) -> Any:
        """The value of another step's output."""

    def found(self, path: str) -> Any:
        """A part of what this step's look found."""

    def secret(self, arn: str, key: str, stage: str = "") -> str:
        """A member of a stored secret, in the version with that label."""

    def password(self, name: str) -> str:
        """The run's new password of that name."""

    def password_hash(self, name: str) -> str:
        """The bcrypt hash of a new password."""

    def fingerprint(self, text: str) -> str:
        """The hexadecimal SHA-256 of a text."""

    def verifier(self, password: str) -> str:
        """What PostgreSQL keeps of a password."""


def resolve(value: Value, scope: Scope) -> Any:
    """The plain value (as boto3 takes it) that `value` stands for in `scope`."""
    match value:
        case Mapping():
            return {key: resolve(inner, scope) for key, inner in value.items()}
        case list() | tuple():
            return [resolve(inner, scope) for inner in value]
        case Ref() | Found() | SecretRef() | NewPassword() | NewPasswordHash():
            return _looked_up(value, scope)
        case Merged() | Joined():
            return _beside_found(value, scope)
        case Text() | JsonText() | Sha256() | Verifier() | Template():
            return _composed(value, scope)
        case _:
            return value


def _looked_up(value: Ref | Found | SecretRef | NewPassword | NewPasswordHash, scope: Scope) -> Any:
    match value:
        case Ref():
            return scope.ref(value)
        case Found(path):
            return scope.found(path)
        case SecretRef(arn, key, stage):
            return scope.secret(resolve(arn, scope), key, stage)
        case NewPassword(name):
            return scope.password(name)
        case NewPasswordHash(name):
            return scope.password_hash(name)


def _beside_found(value: Merged | Joined, scope: Scope) -> dict[str, Any] | list[Any]:
    found, ours = scope.found(value.path), resolve(value.ours, scope)
    if isinstance(value, Merged):
        return _merged(found or {}, ours, value.without)
    known = [_alike(found, ours)] if isinstance(found, str) else list(found or ())
    return [*known, *(each for each in ours if each not in known)]


def _alike(named: str, ours: Sequence[Any]) -> Any:
    """What a preview only names, in the form of our own members of that list."""
    return dict.fromkeys(ours[0], named) if ours and isinstance(ours[0], Mapping) else named


def _merged(found: Any, ours: Mapping[str, Any], without: Sequence[str]) -> dict[str, Any]:
    theirs = dict(found) if isinstance(found, Mapping) else {str(found): "<as it is>"}
    for name in without:
        theirs.pop(name, None)
    return {**theirs, **ours}


def _composed(value: Text | JsonText | Sha256 | Verifier | Template, scope: Scope) -> str:
    match value:
        case Text(pieces):
            return "".join(str(resolve(piece, scope)) for piece in pieces)
        case JsonText(inner):
            return json.dumps(resolve(inner, scope), separators=(",", ":"), ensure_ascii=False)
        case Sha256(of):
            return scope.fingerprint(str(resolve(of, scope)))
        case Verifier(of):
            return scope.verifier(str(resolve(of, scope)))
        case Template():
            return fill(value, {name: resolve(hole, scope) for name, hole in value.holes.items()})


def fill(template: Template, values: Mapping[str, Any]) -> str:
    """The document's text with every hole filled by its plain value."""
    if template.language == "json":
        return json.dumps(_fill_leaves(json.loads(template.text), values), indent=2)
    return PKL_HOLE.sub(lambda hole: pkl_string(str(values[hole[1]])), template.text)


def _fill_leaves(node: Any, values: Mapping[str, Any]) -> Any:
    match node:
        case str() if (hole := JSON_HOLE.fullmatch(node)) and hole[1] in values:
            return values[hole[1]]  # anything else, such as ${aws:username}, is IAM's own
        case dict():
            return {key: _fill_leaves(inner, values) for key, inner in node.items()}
        case list():
            return [_fill_leaves(inner, values) for inner in node]
        case _:
            return node


def parts(value: Any) -> Iterator[Any]:
    """`value` and everything inside it, depth first, but for fields marked with `ASIDE`."""
    left = [value]
    while left:
        part = left.pop()
        yield part
        if type(part) not in _WHOLE:
            left.extend(reversed(_inner(part)))


_WHOLE = {str, int, float, bool, type(None)}
"""Of most parts one need not ask what is inside."""


def _inner(value: Any) -> Sequence[Any]:
    kind: Any = type(value)
    if names := _names(kind):
        return [getattr(value, name) for name in names]
    if isinstance(value, (list, tuple, frozenset)):
        return list(value)
    return list(value.values()) if isinstance(value, Mapping) else ()


@cache
def _names(kind: type) -> tuple[str, ...]:
    found = fields(kind) if is_dataclass(kind) else ()
    return tuple(each.name for each in found if "aside" not in each.metadata)


def refs(value: Any) -> set[Ref]:
    """Every reference to another step inside `value` (a value, or any dataclass holding some)."""
    return {part for part in parts(value) if isinstance(part, Ref)}
