"""What all checks before a run share: plan, account, sign-in, Docker engine, what is there."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from wizard.answers.model import Answers
from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.catalogue.aws import explain
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.refresh import Snapshot, survey
from wizard.local.formae.client import describe
from wizard.local.formae.config import Client
from wizard.plan.model import Plan, Step


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that can copy the image. `free` is in bytes, where its disk is this machine's."""

    words: str
    free: int | None = None


def engine() -> Engine:
    """Ask the engine of this machine. Raises WizardError where none can copy the image."""
    from wizard.local.image.engine import connect, troubles  # loads the Docker SDK

    client = connect()
    try:
        about, more = client.version(), client.info()
    except troubles():
        return Engine("engine that answers")
    finally:
        client.close()
    words = f"engine {about.get('Version', '?')} on {about.get('Os', '?')}/{about.get('Arch', '?')}"
    return Engine(words, _free(str(client.base_url), more))


def _free(address: str, more: dict[str, Any]) -> int | None:
    if not address.startswith("http+docker://"):
        return None  # it runs elsewhere
    try:
        return shutil.disk_usage(more.get("DockerRootDir") or "").free
    except OSError:
        return None  # inside a virtual machine, as on a Mac


Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine, as far as the looks ask for it. All but `ahead` may raise WizardError."""

    engine: Callable[[], Engine]
    client: Callable[[], Client]
    ahead: Callable[[], float | None]
    """Seconds by which AWS's clock is ahead of this one; None before AWS answered."""


def here(name: str) -> Machine:
    """This machine, for looks that ask neither AWS for the time nor anybody before."""
    return Machine(engine=engine, client=partial(describe, name), ahead=lambda: None)


class Once(Generic[Answer]):
    """A question that several threads ask, and that is asked once; its error is remembered."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._answer: Future[Answer] | None = None

    def __call__(self) -> Answer:
        """The answer, or its error again."""
        with self._lock:
            if self._answer is None:
                self._answer = Future()
                try:
                    self._answer.set_result(self._ask())
                except Exception as error:
                    self._answer.set_exception(error)
        return self._answer.result()


class CheckContext:
    """Where there is no plan, or nobody signed in, `trouble` says why."""

    def __init__(
        self,
        plan: Plan | None,
        answers: Answers,
        snapshot: Snapshot | None,
        machine: Machine,
        trouble: WizardError | None = None,
    ) -> None:
        self.answers = answers
        self.machine = machine
        self._plan = plan
        self._snapshot = snapshot
        self._trouble = trouble
        self.identity = Once(self._ask_identity)
        self.findings = Once(self._survey)

    @property
    def snapshot(self) -> Snapshot:
        """The account as it is now. Raises WizardError where nobody is signed in."""
        if self._snapshot is None:
            raise self._trouble or WizardError(
                "Not signed in.", code=ExitCode.NOT_READY, entry="FW-SIGN-003"
            )
        return self._snapshot

    @property
    def plan(self) -> Plan:
        """The plan. Raises WizardError where there is none."""
        if self._plan is None:
            raise self._trouble or WizardError("There is no plan.", code=ExitCode.NOT_READY)
        return self._plan

    def call(self, service: str, operation: str, params: Mapping[str, Any] | None = None) -> Any:
        """One read call. Raises AwsError or WizardError."""
        return self.snapshot.call(service, operation, params or {})

    def kept(self, step_id: str) -> bool:
        """Whether that step's thing is there already, as wanted."""
        return self._action(step_id) is Action.KEEP

    def to_make(self) -> list[Step]:
        """The steps whose thing is not there yet. Raises WizardError where AWS will not say."""
        making = {Action.CREATE, Action.REPLACE}
        findings = self.findings()
        return [step for step in self.plan.steps if findings[step.id].action in making]

    def _action(self, step_id: str) -> Action | None:
        try:
            finding = self.findings().get(step_id)
        except WizardError:
            return None  # the look for what is there tells it
        return finding.action if finding else None

    def _ask_identity(self) -> Any:
        try:
            return self.call("sts", "GetCallerIdentity")
        except AwsError as error:
            raise explain(error, "Checking the AWS sign-in") from None

    def _survey(self) -> dict[str, PlannedChange]:
        return survey(self.plan, self.snapshot)
