"""What every part of a run shares: the world, the events, and how to stop."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.errors import Interrupted, WizardError
from wizard.events import Called, LayerMoved, News, Sink, State, StepMoved
from wizard.plan.model import Call, Step
from wizard.readings.looking import StepScope
from wizard.tools import Tools
from wizard.values import Ref, resolve


class Known:
    """The run's own scope: outputs of steps that have ended, secrets read where they are used."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._outputs: dict[str, Mapping[str, Any]] = {}

    def add(self, step_id: str, outputs: Mapping[str, Any]) -> None:
        """Take note of an ended step's outputs."""
        self._outputs[step_id] = outputs

    def ref(self, ref: Ref) -> Any:
        """The output of a step that has ended; KeyError before."""
        return self._outputs[ref.step][ref.output]

    def found(self, path: str) -> Any:
        """Only a step's own scope knows what it found."""
        raise KeyError(path)

    def secret(self, arn: str, key: str) -> str:
        """Read a member of a JSON secret now. Raises WizardError where it has no such member."""
        answer = self._tools.call("secretsmanager", "GetSecretValue", {"SecretId": arn})
        try:
            return str(json.loads(answer["SecretString"])[key])
        except (KeyError, TypeError, json.JSONDecodeError):
            raise WizardError(
                f"The secret {arn} cannot be used.",
                f"It should be a JSON object with a member “{key}”.",
                "Repair it in the Secrets Manager console, or choose another one.",
            ) from None

    def password(self, name: str) -> str:
        """A new password."""
        return self._tools.password(name)

    def password_hash(self, name: str) -> str:
        """Its bcrypt hash."""
        return self._tools.password_hash(name)

    def fingerprint(self, text: str) -> str:
        """The SHA-256 of a text."""
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Trail:
    """How far a step has come, for the case that it does not come to its end."""

    state: State = State.WAITING
    status: str = ""
    """AWS's own word."""
    ordered: bool = False
    """Whether AWS has taken an order of this step in this run."""


@dataclass(frozen=True)
class Context:
    """One step's view of the run."""

    step: Step
    tools: Tools
    scope: StepScope
    sink: Sink
    stop: threading.Event
    trail: Trail = field(default_factory=Trail)

    def moved(self, state: State, *, status: str = "", note: str = "", **more: Any) -> None:
        """Tell that the step is in a new state; `more` is as in `StepMoved`."""
        if not state.ended:
            self.trail.state, self.trail.status = state, status
        at = self.tools.clock.now()
        moved = StepMoved(step=self.step.id, state=state, at=at, status=status, note=note, **more)
        self.sink(moved)

    def news(self, text: str) -> None:
        """Tell a line that AWS wrote."""
        self.sink(News(step=self.step.id, text=text, at=self.tools.clock.now()))

    def layer(self, layer: str, phase: str, done: int, total: int) -> None:
        """Tell how far a layer has come."""
        self.sink(
            LayerMoved(
                step=self.step.id,
                layer=layer,
                phase=phase,
                done=done,
                total=total,
                at=self.tools.clock.now(),
            )
        )

    def call(self, call: Call, scope: StepScope | None = None) -> Any:
        """Make a call with its parameters resolved now. Raises AwsError, WizardError."""
        if self.stop.is_set():
            raise Interrupted
        self.sink(
            Called(
                step=self.step.id,
                text=f"{call.service} {call.operation}",
                at=self.tools.clock.now(),
            )
        )
        params = resolve(call.params, scope or self.scope)
        return self.tools.call(call.service, call.operation, params)
