"""All looks at once, told as they begin and end, in one fixed order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from wizard.answers.model import Answers
from wizard.base.account_plan import AccountPlan
from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.offer import offer
from wizard.catalogue import explain
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.preflight import account, local
from wizard.engine.preflight.account import quotas
from wizard.engine.preflight.check import (
    Check,
    CheckContext,
    CheckState,
    Machine,
    Said,
    distinct,
    problem,
    unknown,
)
from wizard.engine.preflight.permissions import permissions
from wizard.engine.refresh import Snapshot
from wizard.local.process import problem as crash
from wizard.plan.model import Plan, Step

SIGNED_OUT = "not checked: not signed in"
Told = Callable[[Check], None]
"""Told of each check twice, from several threads but one at a time."""


@dataclass(frozen=True, slots=True)
class Preflight:
    """Everything that was looked at, and what is there of the plan."""

    checks: tuple[Check, ...]
    findings: dict[str, PlannedChange]
    """By step id; empty where the account could not be looked at."""
    account_plan: AccountPlan | None = None
    """How the account pays AWS; None where AWS does not say."""
    at: float = field(default_factory=time.monotonic, compare=False)
    """When that was, on this machine's monotonic clock."""

    def change(self, step: Step) -> PlannedChange:
        """What the run would do with the step; as if nothing were there where nobody looked."""
        return self.findings.get(step.id) or PlannedChange(step, Action.CREATE)

    @property
    def problems(self) -> list[WizardError]:
        """What stands in the way, each once; empty when the run may begin."""
        return self._troubles(CheckState.PROBLEM)

    @property
    def warnings(self) -> list[WizardError]:
        """What may go wrong in a run; whoever goes on overrides these."""
        return self._troubles(CheckState.WARNING)

    def _troubles(self, state: CheckState) -> list[WizardError]:
        return distinct(
            trouble for check in self.checks if check.state is state for trouble in check.troubles
        )


@dataclass(frozen=True, slots=True)
class _Look:
    id: str
    name: str
    ask: Callable[[CheckContext], Said]
    signed_in: bool = True
    """Whether it needs somebody to be signed in."""
    firm: bool = True
    """Whether AWS's refusal to say stands in the way; otherwise it only stays unknown."""
    always: bool = True
    """Whether it is told of also while it runs, and where nothing is known in the end."""


def looks(host: str = "") -> tuple[_Look, ...]:
    """All looks, in the order in which they are shown."""
    label = offer(host).label
    open_to_you = f"{label} access"
    return (
        _Look("identity", "Sign-in", account.identity, signed_in=False),
        _Look("permissions", "Your permissions", permissions, firm=False),
        _Look(label.lower().replace(" ", "-"), open_to_you, account.hosted),
        _Look("image", "Image", local.image, signed_in=False),
        _Look("formae", "formae CLI", local.formae, signed_in=False),
        _Look("network", "Default VPC with two zones", account.network),
        _Look("names", "Existing resources", account.names),
        _Look("quotas", "Quotas", quotas, firm=False),
        _Look("clock", "Clock", local.clock, signed_in=False),
        _Look("proxy", "Proxy and certificates", local.network_settings, signed_in=False),
    )


ACCOUNT_PLAN = _Look("account-plan", "Account plan", account.account_plan, firm=False, always=False)
"""Told last, and only of accounts that have one: older ones do not."""


def unheard(_: Check) -> None:
    """Hear of no check: for those who wait for the result."""


def preflight(
    plan: Plan, answers: Answers, snapshot: Snapshot, machine: Machine, told: Told = unheard
) -> Preflight:
    """Look at everything the run will need. Never raises: what is wrong is in the result."""
    return _run(CheckContext(plan, answers, snapshot, machine), told)


def without_plan(
    trouble: WizardError,
    answers: Answers,
    snapshot: Snapshot | None,
    machine: Machine,
    told: Told = unheard,
) -> Preflight:
    """As `preflight`, where `trouble` kept the plan from being made.

    Without a `snapshot` nobody is signed in.
    """
    return _run(CheckContext(None, answers, snapshot, machine, trouble), told)


def _run(context: CheckContext, told: Told) -> Preflight:
    answers = context.answers
    default = answers.new_database and not (answers.express or answers.subnets)
    asked = [look for look in looks(answers.host) if look.id != "network" or default]
    asked.append(ACCOUNT_PLAN)
    one_at_a_time = threading.Lock()

    def ended(look: _Look) -> Check | None:
        said = _asked(look, context)
        check = replace(
            _begun(look), state=said.state, found=said.found, troubles=tuple(said.troubles)
        )
        if check.state is CheckState.UNKNOWN and not look.always:
            return None
        with one_at_a_time:
            told(check)
        return check

    for look in asked:
        if look.always:
            told(_begun(look))
    asks = {look.id: partial(ended, look) for look in asked}
    checks = tuple(filter(None, fan_out(asks, most=len(asked)).values()))
    try:
        return Preflight(checks, context.findings(), context.account_plan())
    except Exception:
        return Preflight(checks, {})  # told by the look for what is there


def _begun(look: _Look) -> Check:
    return Check(look.id, look.name)


def _asked(look: _Look, context: CheckContext) -> Said:
    try:
        if look.signed_in and not _signed_in(context):
            return unknown(SIGNED_OUT)
        return look.ask(context)
    except AwsError as error:
        return _refused(look, explain(error, look.name))
    except WizardError as trouble:
        return _refused(look, trouble)
    except Exception as mistake:  # a look that breaks must not keep the others from being told
        return _refused(look, crash(mistake))


def _signed_in(context: CheckContext) -> bool:
    try:
        context.identity()
    except WizardError:
        return False
    return True


def _refused(look: _Look, trouble: WizardError) -> Said:
    if look.firm:
        return problem(trouble)
    return unknown(f"not checked: {trouble.what.rstrip('.')}", trouble)
