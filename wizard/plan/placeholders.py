"""What the plan's documents and requests will look like before anything exists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from wizard.base.values import JsonText, Ref, resolve
from wizard.documents.document import Document
from wizard.plan.model import Plan, Step

HIDDEN = "••••••••"
Outputs: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Outputs of steps that have ended, by step."""
NOTHING: Outputs = MappingProxyType({})


class Preview:
    """A scope in which outputs look like what AWS will make of them, and secrets are dots.

    Outputs that are `known` stand as they are. With the `step` given, what its looks will find is
    told by its outputs, where they name the same.
    """

    def __init__(self, plan: Plan, known: Outputs = NOTHING, step: Step | None = None) -> None:
        self._known = known
        self._found = (
            {output.path: Ref(step.id, name) for name, output in step.outputs.items()}
            if step
            else {}
        )
        self._likely = {
            (step.id, name): output.like
            for step in plan.steps
            for name, output in step.outputs.items()
        }

    def ref(self, ref: Ref) -> str:
        """What the output is or will look like; KeyError when no step has it."""
        known = self._known.get(ref.step, {}).get(ref.output)
        return self._likely[ref.step, ref.output] if known is None else str(known)

    def found(self, path: str) -> Any:
        """The output that is this part; otherwise the part's name, in angle brackets.

        A path that ends in `[]` is a list of one.
        """
        if path in self._found:
            return self.ref(self._found[path])
        name = f"<{path.removesuffix('[]')} of the existing resource>"
        return [name] if path.endswith("[]") else name

    def secret(self, arn: str, key: str, stage: str = "") -> str:
        """Dots in place of a stored secret; nothing is read."""
        return "$2b$12$" + HIDDEN if key == "bcrypt" else HIDDEN

    def password(self, name: str) -> str:
        """Dots in place of a new password; nothing is made."""
        return HIDDEN

    def password_hash(self, name: str) -> str:
        """The shape of a bcrypt hash."""
        return "$2b$12$" + HIDDEN

    def fingerprint(self, text: str) -> str:
        """What will stand there, in words, since the text itself is only likely."""
        return "<SHA-256 of the agent's config>"

    def verifier(self, password: str) -> str:
        """The shape of what PostgreSQL keeps of a password."""
        return "SCRAM-SHA-256$" + HIDDEN


def text_of(document: Document, plan: Plan, known: Outputs = NOTHING) -> str:
    """The document's text as the person reviews it, with likely values in its holes."""
    scope = Preview(plan, known)
    if isinstance(document.body, JsonText):
        return json.dumps(resolve(document.body.value, scope), indent=2, ensure_ascii=False)
    return str(resolve(document.body, scope))


def params_of(value: Any, plan: Plan) -> Any:
    """A call's parameters as they will look."""
    return resolve(value, Preview(plan))
