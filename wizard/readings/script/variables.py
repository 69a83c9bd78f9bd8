"""Which of the script's variables holds what: outputs of steps, and parts of what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.plan.model import Plan, Step
from wizard.values import Found, Ref, parts

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MEMBER = re.compile(r"[\w.]+")
_NOT_WORD = re.compile(r"\W+")
RESULTS = (Ref("service", "url"), Ref("service", "arn"))
"""What the script tells at its end."""


def function_name(step_id: str) -> str:
    """A step's id inside the names of its functions."""
    return _NOT_WORD.sub("_", step_id)


def variable(*names: str) -> str:
    """A variable's name, such as `CLUSTER_ARN`."""
    humps = (_HUMP.sub("_", name) for name in names)
    return _NOT_WORD.sub("_", "_".join(humps)).upper()


class Variables:
    """The variables of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._used = {
            part for step in plan.steps for part in parts(step) if isinstance(part, Ref)
        } | {
            part for document in plan.documents for part in parts(document) if isinstance(part, Ref)
        }
        ids = {step.id for step in plan.steps}
        self._used |= {ref for ref in RESULTS if ref.step in ids}

    def ref(self, ref: Ref) -> str:
        """The variable of another step's output."""
        return variable(ref.step, ref.output)

    def found(self, step: Step, path: str) -> str:
        """The variable of a part of what the step's looks found."""
        for name, output in step.outputs.items():
            if output.path == path:
                return variable(step.id, name)
        if _MEMBER.fullmatch(path):
            return variable(step.id, path)
        paths = [part.path for part in parts(step) if isinstance(part, Found)]
        return variable(step.id, f"found_{paths.index(path) + 1}")

    def of(self, step: Step) -> dict[str, str]:
        """Every variable that the step's looks must fill, with its JMESPath."""
        return dict(self._filled(step))

    def _filled(self, step: Step) -> Iterator[tuple[str, str]]:
        for name, output in step.outputs.items():
            if Ref(step.id, name) in self._used:
                yield variable(step.id, name), output.path
        for part in parts(step):
            if isinstance(part, Found):
                yield self.found(step, part.path), part.path
