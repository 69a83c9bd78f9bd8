"""Names in the script: its variables, and outputs that are known when it is written."""

from __future__ import annotations

import re

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
from wizard.plan.model import Call, Output, Plan, Step

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
    paths += [each.path for each in step.fits] + [each.path for each in step.refusals]
    text = " ".join([*paths, step.broken])
    return [
        look.call for look in step.lookups if not look.into or re.search(rf"\b{look.into}\b", text)
    ]
