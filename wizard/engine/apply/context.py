"""What every part of a run shares: the world, the events, how to stop, and what holds a call up.

Troubles pass, and a sign-in may end in the middle of the run. AWS goes on with what it was given
meanwhile; only the asking waits.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4, uuid5

from wizard.base.errors import AwsError, ExitCode, Interrupted, SignedOut, WizardError
from wizard.base.events import Called, LayerMoved, News, Sink, StepMoved, StepState
from wizard.base.json_input import parsed_json
from wizard.base.patience import PASSING, Patience, Pause, Pauses, Trouble, trouble
from wizard.base.values import Ref, resolve
from wizard.engine.matching import StepScope
from wizard.journal import NO_CHANGE_LOG, ChangeLog
from wizard.local.keychain import scram_verifier
from wizard.plan.model import Call, Step
from wizard.plan.world import Reads, World, changes_nothing

Answer = TypeVar("Answer")

SIGN_IN_EVERY = 3.0
SIGN_IN_LIMIT = 3600.0
"""Seconds between two looks for a new sign-in, and until the run ends for want of one."""


class Holder(Protocol):
    """What is held up: a step's context."""

    @property
    def world(self) -> World:
        """The world in which the step works."""

    @property
    def stop(self) -> threading.Event:
        """Set where the run is to end."""

    def held(self, note: str, seconds: float | None = None, *, signed_out: bool = False) -> None:
        """Tell why, and for how long; `signed_out` where somebody has to sign in again."""

    def released(self) -> None:
        """Tell that the step goes on after a hold-up."""


@dataclass
class Held:
    """One call, and what it has waited for so far."""

    holder: Holder
    patience: Patience
    _signed_out: float | None = None
    """Since when, on the run's clock."""

    def answer(self, ask: Callable[[], Answer]) -> Answer:
        """The call's answer. Raises AwsError and WizardError for what does not pass."""
        pauses, tries = Pauses(self.patience), 0
        while True:
            tries += 1
            try:
                answer = ask()
            except (AwsError, WizardError) as error:
                if trouble(error) is Trouble.SIGNED_OUT:
                    self._wait_for_sign_in(error)
                else:
                    pauses.after(error)
                continue
            if tries > 1:
                self.holder.released()
            return answer

    def _wait_for_sign_in(self, error: AwsError | WizardError) -> None:
        world = self.holder.world
        renewal, now = world.renewal(), world.clock.now()
        if not renewal:
            raise error
        if self._signed_out is None:
            self._signed_out = now
            self.holder.held(
                f"the AWS sign-in has ended; AWS continues with what it has started. {renewal} The "
                "run notices this within seconds and resumes on its own",
                signed_out=True,
            )
        if now - self._signed_out > SIGN_IN_LIMIT:
            self.holder.stop.set()
            raise WizardError(
                "No one signed in again.", code=ExitCode.INTERRUPTED, entry="FW-SIGN-006"
            )
        world.clock.nap(SIGN_IN_EVERY, self.holder.stop)
        with contextlib.suppress(SignedOut):  # it may just be written anew: look again
            world.renew()


def surely(pauses: Pauses, make: Callable[[], Answer], done: Callable[[], bool]) -> Answer | None:
    """Make something that must not be made twice.

    Where no answer comes it is looked whether it is `done` before it is made again. None where the
    look found it done. Raises what does not pass.
    """
    while True:
        try:
            return make()
        except (AwsError, WizardError) as error:
            pauses.after(error)
        if done():
            return None


BUDGET = 600.0
"""Seconds for which a run goes on asking what may pass: a train's tunnel, AWS's own troubles."""


class Known:
    """The run's own scope: outputs of steps that have ended, secrets read where they are used."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
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

    def secret(self, arn: str, key: str, stage: str = "") -> str:
        """Read a member of a JSON secret now. Raises WizardError where it has no such member."""
        which = {"VersionStage": stage} if stage else {}
        answer = self._reads.call("secretsmanager", "GetSecretValue", {"SecretId": arn, **which})
        try:
            return str(parsed_json(answer["SecretString"])[key])
        except (KeyError, TypeError, json.JSONDecodeError):
            raise WizardError(
                f"The secret {arn} cannot be used.",
                f"It should be a JSON object with a field “{key}”.",
                "Fix it in the Secrets Manager console, or choose another one.",
                entry="FW-SEC-002",
            ) from None

    def password(self, name: str) -> str:
        """The run's new password of that name."""
        return self._reads.password(name).reveal()

    def password_hash(self, name: str) -> str:
        """The bcrypt hash of the run's new password of that name."""
        return self._reads.password_hash(name)

    def fingerprint(self, text: str) -> str:
        """The SHA-256 of a text."""
        return hashlib.sha256(text.encode()).hexdigest()

    def verifier(self, password: str) -> str:
        """What PostgreSQL keeps of a password."""
        return scram_verifier(password)


@dataclass(slots=True)
class Trail:
    """How far a step has come, for the case that it is cut off."""

    state: StepState = StepState.WAITING
    status: str = ""
    """AWS's own word."""
    ordered: bool = False
    """Whether AWS has taken an order of this step in this run."""
    token: UUID = field(default_factory=uuid4)
    """What this run's calls for the step are known by, where AWS knows such tokens."""


@dataclass(frozen=True)
class Context:
    """One step's view of the run."""

    step: Step
    world: World
    scope: StepScope
    sink: Sink
    stop: threading.Event
    change_log: ChangeLog = NO_CHANGE_LOG
    trail: Trail = field(default_factory=Trail)

    def moved(self, state: StepState, *, status: str = "", note: str = "", **more: Any) -> None:
        """Tell that the step is in a new state; `more` is as in `StepMoved`."""
        if not state.ended:
            self.trail.state, self.trail.status = state, status
        self._tell(state, status, note, **more)

    def _tell(self, state: StepState, status: str, note: str, **more: Any) -> None:
        at = self.world.clock.now()
        moved = StepMoved(step=self.step.id, state=state, at=at, status=status, note=note, **more)
        self.sink(moved)

    def news(self, text: str) -> None:
        """Tell a line that AWS wrote."""
        self.sink(News(step=self.step.id, text=text, at=self.world.clock.now()))

    def layer(self, layer: str, phase: str, done: int, total: int) -> None:
        """Tell how far a layer has come."""
        self.sink(
            LayerMoved(
                step=self.step.id,
                layer=layer,
                phase=phase,
                done=done,
                total=total,
                at=self.world.clock.now(),
            )
        )

    def call(
        self,
        call: Call,
        scope: StepScope | None = None,
        *,
        passing: frozenset[Trouble] = PASSING,
        firm: frozenset[str] = frozenset(),
    ) -> Any:
        """Make a call with its parameters resolved now; again while what went wrong may pass.

        `passing` and `firm` are as in `Patience`. While the sign-in has ended it waits for a new
        one. Raises AwsError, WizardError, Interrupted.
        """
        token = str(uuid5(self.trail.token, call.operation))

        def ask() -> Any:
            if self.stop.is_set():
                raise Interrupted
            self.sink(
                Called(
                    step=self.step.id,
                    text=f"{call.service} {call.operation}",
                    at=self.world.clock.now(),
                )
            )
            params = resolve(call.params, scope or self.scope)
            with self._noted(call):
                return self.world.ask(call.service, call.operation, params, token)

        held = Held(self, self.patience(passing, firm))
        return held.answer(ask)

    def held_up(self, ask: Callable[[], Answer]) -> Answer:
        """The answer of what asks AWS on its way (a secret, a registry's password).

        It waits as a call does. Raises AwsError, WizardError, Interrupted.
        """
        return Held(self, self.patience()).answer(ask)

    def _noted(self, call: Call) -> AbstractContextManager[None]:
        if changes_nothing(call.operation, call.params):
            return contextlib.nullcontext()
        return self.about(call.service, call.operation)

    def about(self, service: str, operation: str) -> AbstractContextManager[None]:
        """Within it something is changed for the step; the change log knows before and after it."""
        return self.change_log.about(self.step.id, service, operation)

    def patience(
        self, passing: frozenset[Trouble] = PASSING, firm: frozenset[str] = frozenset()
    ) -> Patience:
        """How a step waits for what may pass: seen by everybody, and ended by `stop`."""
        return Patience(BUDGET, self._pause, self.world.clock.now, passing, firm)

    def _pause(self, pause: Pause) -> None:
        self.held(pause.words, pause.seconds)
        self.world.clock.sleep(pause.seconds, self.stop)

    def held(self, note: str, seconds: float | None = None, *, signed_out: bool = False) -> None:
        """Tell that the step is held up; where it stands does not change by that."""
        more = {"retry_in": seconds, "signed_out": signed_out}
        self._tell(StepState.RETRYING, self.trail.status, note, **more)

    def released(self) -> None:
        """Tell that the step goes on where it stood before a hold-up."""
        if self.trail.state is not StepState.WAITING:
            self._tell(self.trail.state, self.trail.status, "")
