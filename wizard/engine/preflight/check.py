"""What one look before the first change found, and what all looks share.

Shared are plan, account, sign-in, Docker engine, and what is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from wizard.answers.model import Answers
from wizard.base.account_plan import AccountPlan
from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.catalogue import explain
from wizard.engine.account.existing import account_plan
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.refresh import Snapshot, survey
from wizard.local.formae.client import describe
from wizard.local.formae.config import Client
from wizard.plan.model import Plan, Step

if TYPE_CHECKING:
    from wizard.local.image.way import Way


class CheckState(StrEnum):
    """How a check stands. Only a problem blocks."""

    RUNNING = "running"
    FINE = "fine"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"
    """Not looked at, or AWS would not say; `found` tells why. Blocks nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """A look's result. `found` is a sentence without its full stop."""

    state: CheckState
    found: str
    troubles: tuple[WizardError, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at. The same `id` comes twice: running, then as it ended."""

    id: str
    name: str
    state: CheckState = CheckState.RUNNING
    found: str = ""
    troubles: tuple[WizardError, ...] = ()
    """What is wrong or doubtful: what, why and how to put it right. Empty when fine."""

    @property
    def problem(self) -> WizardError | None:
        """What blocks, as one; None when nothing does."""
        return _one(self.troubles) if self.state is CheckState.PROBLEM else None

    @property
    def warning(self) -> WizardError | None:
        """What is doubtful, as one; going on overrides it."""
        return _one(self.troubles) if self.state is CheckState.WARNING else None


def fine(found: str) -> Said:
    """The result of a look that found everything in order."""
    return Said(CheckState.FINE, found)


def unknown(found: str, trouble: WizardError | None = None) -> Said:
    """It could not be looked at, and need not be."""
    return Said(CheckState.UNKNOWN, found, (trouble,) if trouble else ())


def warning(*troubles: WizardError) -> Said:
    """The result of a look that found what may go wrong."""
    return _said(CheckState.WARNING, troubles)


def problem(*troubles: WizardError) -> Said:
    """The result of a look that found what must be put right before a run."""
    return _said(CheckState.PROBLEM, troubles)


def _said(state: CheckState, troubles: tuple[WizardError, ...]) -> Said:
    alone = troubles[0].what.rstrip(".")
    found = alone if len(troubles) == 1 else f"{len(troubles)} {state}s"
    return Said(state, found, troubles)


def distinct(troubles: Iterable[WizardError]) -> list[WizardError]:
    """Each trouble once: many looks may fail for one reason."""
    found: list[WizardError] = []
    for each in troubles:
        if each not in found:
            found.append(each)
    return found


def _one(troubles: tuple[WizardError, ...]) -> WizardError | None:
    if len(troubles) < 2:
        return troubles[0] if troubles else None

    def together(name: str) -> str:
        texts = (str(getattr(each, name)) for each in troubles)
        return " ".join(dict.fromkeys(filter(None, texts)))

    first = troubles[0]
    told = (together("what"), together("why"), together("fix"), first.code)
    return WizardError(*told, entry=first.entry, origin=first.origin)


Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine, as far as the looks ask for it. All but `ahead` may raise WizardError."""

    image: Callable[[], Way]
    """The image that is to be copied, and how."""
    client: Callable[[], Client]
    ahead: Callable[[], float | None]
    """Seconds by which AWS's clock is ahead of this one; None before AWS answered."""


def here(answers: Answers) -> Machine:
    """This machine, for looks that ask neither AWS for the time nor anybody before."""
    return Machine(
        image=Once(partial(image_here, answers)),
        client=partial(describe, answers.name),
        ahead=lambda: None,
    )


def image_here(answers: Answers) -> Way:
    """The image that the answers name, and its way from this machine. Raises WizardError."""
    from wizard.local.image.way import BRIEFLY, find_way  # loads urllib3

    return find_way(
        f"{answers.image_source}:{answers.image_version}",
        answers.platform,
        BRIEFLY,
        docker=answers.through_docker and answers.copied,
        profile=answers.profile,
    )


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
        self.account_plan = Once(self._ask_account_plan)

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

    def _ask_account_plan(self) -> AccountPlan | None:
        return account_plan(self.call) if self._snapshot else None

    def _survey(self) -> dict[str, PlannedChange]:
        return survey(self.plan, self.snapshot)
