"""Documents changed by the person's own hand: what they may look like, and how they are used.

An edited text keeps its holes as they are shown, `"${hole}"`, so that what AWS will only invent is
still filled in, by a literal of the language. Edits are texts by the document's name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from wizard.base.errors import ExitCode, WizardError
from wizard.base.values import JSON_HOLE, PKL_HOLE, JsonText, Template, Value
from wizard.documents.document import Body, Document, DocumentKind, holed_text, holes_of
from wizard.documents.iam import policy_notes
from wizard.documents.rules import problem

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
        return JsonText(_filled(json.loads(text), holes))
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
