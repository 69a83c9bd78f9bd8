"""What the plan's documents and requests will look like before anything exists."""

from __future__ import annotations

import json
from typing import Any

from wizard.documents.document import Document
from wizard.plan.model import Plan
from wizard.values import JsonText, Ref, resolve

HIDDEN = "••••••••"


class Preview:
    """A scope in which outputs look like what AWS will make of them, and secrets are dots."""

    def __init__(self, plan: Plan) -> None:
        self._likely = {
            (step.id, name): output.like
            for step in plan.steps
            for name, output in step.outputs.items()
        }

    def ref(self, ref: Ref) -> str:
        """What the output will look like; KeyError when no step has it."""
        return self._likely[ref.step, ref.output]

    def found(self, path: str) -> str:
        """The part's name, in angle brackets."""
        return f"<{path} of what is there>"

    def secret(self, arn: str, key: str) -> str:
        """Dots; nothing is read."""
        return "$2b$12$" + HIDDEN if key == "bcrypt" else HIDDEN

    def password(self, name: str) -> str:
        """Dots; nothing is made."""
        return HIDDEN

    def password_hash(self, name: str) -> str:
        """The shape of a bcrypt hash."""
        return "$2b$12$" + HIDDEN

    def fingerprint(self, text: str) -> str:
        """What will stand there, in words, since the text itself is only likely."""
        return "<SHA-256 of the agent's config>"


def text_of(document: Document, plan: Plan) -> str:
    """The document as the person reviews it."""
    scope = Preview(plan)
    if isinstance(document.body, JsonText):
        return json.dumps(resolve(document.body.value, scope), indent=2, ensure_ascii=False)
    return str(resolve(document.body, scope))


def params_of(value: Any, plan: Plan) -> Any:
    """A call's parameters as they will look."""
    return resolve(value, Preview(plan))
