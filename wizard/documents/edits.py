"""Documents changed by the person's own hand: what each must keep, and how they are used.

An edited text keeps its holes as they are shown, `"${hole}"`, so that what AWS will only invent is
still filled in, by a literal of the language. Edits are texts by the document's name. Nothing here
is asked of AWS or of Pkl: AWS's own models are asked of the whole plan afterwards, and plain `pkl`
cannot find the modules that only formae knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from wizard.answers import checks
from wizard.base.errors import ExitCode, WizardError
from wizard.base.json_input import parsed_json
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.base.values import JSON_HOLE, PKL_HOLE, JsonText, Template, Value
from wizard.documents.document import Body, Document, DocumentKind, holed_text, holes_of
from wizard.documents.iam import policy_notes, statements_of
from wizard.local.formae.document import Document as Outline
from wizard.local.formae.document import PklSyntaxError, TokenKind

TRUST_LIMIT = 2048
"""Characters, white space not counted, before a quota increase."""


def trust_problem(text: str, original: str) -> str | None:
    """What is wrong with a trust policy that shall stand for `original`; None where it will do."""
    statements = statements_of(text)
    if not statements:
        return "A trust policy is a JSON object with “Version” and a “Statement” list."
    for number, statement in enumerate(statements, 1):
        wrong = _statement(statement)
        if wrong:
            return f"Statement {number} of the policy {wrong}"
    lost = _services(original) - _services(text)
    if lost:
        return f"{', '.join(sorted(lost))} must be able to assume the role."
    size = len("".join(text.split()))
    if size > TRUST_LIMIT:
        return f"The policy has {size} characters without white space; IAM allows {TRUST_LIMIT}."
    return None


def _statement(statement: Mapping[str, Any]) -> str | None:
    if statement.get("Effect") not in {"Allow", "Deny"}:
        return "needs an “Effect” of “Allow” or “Deny”."
    if not {"Principal", "NotPrincipal"} & statement.keys():
        return "has no “Principal”."
    if not {"Action", "NotAction"} & statement.keys():
        return "has no “Action”; use sts:AssumeRole."
    if {"Resource", "NotResource"} & statement.keys():
        return "has a “Resource”; a trust policy has none."
    return None


def _services(text: str) -> set[str]:
    """AWS services that may take on the role."""
    found: set[str] = set()
    for statement in statements_of(text):
        principal = statement.get("Principal")
        if statement.get("Effect") != "Allow" or not isinstance(principal, dict):
            continue
        named = principal.get("Service", [])
        found.update([named] if isinstance(named, str) else map(str, named))
    return found


LIMIT = 64_000
"""Bytes. Secrets Manager takes 65,536, and holes grow when they are filled."""
CONFIG = "formae:/Config.pkl"


def problem(document: Document, text: str) -> str | None:
    """What is wrong with `text` as the document's new text."""
    if not text.strip():
        return "The document is empty."
    size = len(text.encode("utf-8", "replace"))
    if size > LIMIT:
        return f"The document has {size} bytes; the maximum is {LIMIT}."
    try:
        text.encode("utf-8")
        return _pkl(document, text) if document.language == "pkl" else _json(document, text)
    except UnicodeEncodeError:
        return "The document contains an invalid character (half of a surrogate pair)."
    except RecursionError:
        return "The document is nested too deeply."


# -- Pkl


def _pkl(document: Document, text: str) -> str | None:
    if "\0" in text:
        return "The document contains a null character, which an environment variable cannot."
    try:
        outline = Outline(text)
    except PklSyntaxError as error:
        return f"Line {error.line}: {error.problem}."
    amended = outline.amended()
    if amended is None or amended.uri != CONFIG:
        return f'The config must start with: amends "{CONFIG}"'
    return _pkl_holes(outline, set(holes_of(document.body)))


def _pkl_holes(outline: Outline, known: set[str]) -> str | None:
    """Holes are known, and whole string literals, so that a literal can take their place.

    In a comment to the end of the line they do no harm; a value could end one of the other kind.
    """
    for hole in PKL_HOLE.finditer(outline.text):
        if hole[1] not in known:
            return _unknown(hole[1], known)
        token = next(each for each in outline.all if each.start <= hole.start() < each.end)
        comment = token.kind is TokenKind.COMMENT and not token.text.startswith("/*")
        if not comment and (token.start, token.end) != hole.span():
            return _not_alone(hole[1])
    return None


# -- JSON


def _json(document: Document, text: str) -> str | None:
    try:
        parsed = parsed_json(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        return f"Line {error.lineno}, column {error.colno}: {error.msg}."
    except ValueError as error:
        return str(error)
    return _by_kind(document, text, parsed) or _json_holes(parsed, set(holes_of(document.body)))


def _by_kind(document: Document, text: str, parsed: Any) -> str | None:
    match document.kind:
        case DocumentKind.POLICY:
            return checks.policy_text(text)
        case DocumentKind.TRUST:
            return trust_problem(text, holed_text(document.body))
        case _:
            return _request(parsed, json.loads(holed_text(document.body)))


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"“{key}” appears twice in one object.")
        found[key] = value
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a JSON number.")


def _json_holes(parsed: Any, known: set[str]) -> str | None:
    for leaf in _leaves(parsed):
        for hole in JSON_HOLE.finditer(leaf):
            if hole[0] == leaf and hole[1] not in known:
                return _unknown(hole[1], known)
            if hole[0] != leaf and hole[1] in known:
                return _not_alone(hole[1])
    return None


def _leaves(node: Any) -> Iterator[str]:
    match node:
        case str():
            yield node
        case dict():
            for inner in node.values():
                yield from _leaves(inner)
        case list():
            for inner in node:
                yield from _leaves(inner)
        case _:
            pass


def _request(parsed: Any, original: Any) -> str | None:
    """The wizard finds what it made by name and tag, so those stay.

    Some services write the first letter of each member small.
    """
    if not isinstance(parsed, dict):
        return "A request is a JSON object."
    for member in (each for each in original if each.lower() == "servicename"):
        if parsed.get(member) != original[member]:
            name = original[member]
            return f"“{member}” must stay “{name}”: the wizard finds the service by it."
    for member in (each for each in original if each.lower() == "tags"):
        ours = [each for each in original[member] if TAG_KEY in each.values()]
        tags = parsed.get(member)
        if not isinstance(tags, list) or any(each not in tags for each in ours):
            return (
                f"The tag {TAG_KEY}={TAG_VALUE} must stay: the wizard recognizes its service by it."
            )
    return None


def _unknown(name: str, known: set[str]) -> str:
    offer = ", ".join(f"${{{each}}}" for each in sorted(known))
    holes = f"This document has {offer}." if offer else "This document has no placeholders."
    return f"The placeholder ${{{name}}} is unknown. {holes}"


def _not_alone(name: str) -> str:
    return f'${{{name}}} must be a separate string: "${{{name}}}", with nothing else in it.'


Edits: TypeAlias = Mapping[str, str]
NO_EDITS: Edits = {}


class FolderEdits(dict[str, str]):
    """Edits that were read from a folder, where nobody has looked yet whether they fit."""

    def __init__(self, texts: Mapping[str, str], folder: str, others: Sequence[str] = ()) -> None:
        super().__init__(texts)
        self.folder = folder
        self.others = tuple(others)
        """Files in the folder that are no documents."""

    def place(self, name: str) -> str:
        """The file of that document."""
        return str(Path(self.folder) / name)


def editable(document: Document) -> str:
    """The text to be edited: the document with its holes. Empty where it cannot be edited."""
    if document.fixed:
        return ""
    return holed_text(document.body, holes_of(document.reverted.body))


def check_edit(document: Document, text: str) -> str | None:
    """What is wrong with a changed text, as a sentence; None for one that can be used."""
    return document.fixed or problem(document.reverted, normal(text))


def edited(document: Document, edits: Edits) -> Document:
    """The document with the person's text in it, where there is one that differs.

    It knows the original, so that it can be edited again with all its holes. Raises WizardError
    where the text does not fit (any more): the answers may have changed since.
    """
    made = document.reverted
    if document.name not in edits:
        return made
    text = normal(edits[document.name])
    if text == editable(made):
        return made
    wrong = check_edit(document, text)
    if wrong:
        raise WizardError(
            f"{document.title}: your edited text cannot be used.",
            wrong,
            "Edit it again, or discard your edit.",
            ExitCode.USAGE,
        )
    body = _body(made.body, text)
    if body == made.body:
        return made
    notes = made.notes
    if made.kind is DocumentKind.POLICY:
        notes = policy_notes(text, holed_text(made.body))
    return replace(made, body=body, notes=notes, original=made.body)


def normal(text: str) -> str:
    """The text as editors of every system leave it, in one form."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") or not text.strip() else text + "\n"


def _body(original: Body, text: str) -> Body:
    holes = holes_of(original)
    if isinstance(original, JsonText):
        return JsonText(_filled(parsed_json(text), holes))
    used = {hole[1] for hole in PKL_HOLE.finditer(text)} & holes.keys()
    return Template(original.language, text, {name: holes[name] for name in holes if name in used})


def _filled(node: Any, holes: Mapping[str, Value]) -> Any:
    """The request with each hole's own value in its place."""
    match node:
        case str() if (hole := JSON_HOLE.fullmatch(node)) and hole[1] in holes:
            return holes[hole[1]]
        case dict():
            return {key: _filled(inner, holes) for key, inner in node.items()}
        case list():
            return [_filled(inner, holes) for inner in node]
        case _:
            return node
