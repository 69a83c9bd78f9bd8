"""The cases: which call of a run, and what happens to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from tests.faults.matrix.verbs import Verb, mutations
from tests.support.account import changing
from wizard.base.values import parts
from wizard.plan.model import Plan, Poll
from wizard.standin.call import Call
from wizard.standin.faults import Kind

CLAIMS = {
    (service, operation)
    for service in ("ecr", "ecs")
    for operation in ("ListTagsForResource", "TagResource")
}
POLLED = 1
"""So many polls are made in every run; how many more there are depends on how busy it is."""


class Death(StrEnum):
    """When the wizard dies, as by SIGKILL."""

    BEFORE = "killed before"
    BETWEEN = "killed after the call, before the record"
    AFTER = "killed after"


Trouble: TypeAlias = Kind | Death


@dataclass(frozen=True, slots=True)
class Case:
    """What happens to the n-th call of an operation."""

    service: str
    operation: str
    nth: int
    trouble: Trouble
    verb: Verb = Verb.APPLY

    def __str__(self) -> str:
        begin = "" if self.verb is Verb.APPLY else f"{self.verb.value} "
        return f"{begin}{self.service}:{self.operation}#{self.nth} {self.trouble.value}"

    @property
    def survived(self) -> bool:
        """Whether the run itself must come to its end, without another."""
        return not isinstance(self.trouble, Death) and self.trouble is not Kind.DENIED


def cases(run: Sequence[Call], plan: Plan) -> list[Case]:
    """Every case there is for the calls of an undisturbed run of the plan, in one order."""
    return sorted(_cases(run, _polled(plan)), key=str)


def changes_of(verb: Verb, run: Sequence[Call]) -> list[Case]:
    """The cases of a verb's changing calls, in one order."""
    troubles: list[Trouble] = [*Kind, *Death]
    return sorted(
        (Case(*call, trouble, verb) for call in mutations(run) for trouble in troubles), key=str
    )


def _polled(plan: Plan) -> set[tuple[str, str]]:
    """What is asked again and again; so is, beside the plan, whether the run's claim stands."""
    polls = [part for step in plan.steps for part in parts(step.wait) if isinstance(part, Poll)]
    calls = [poll.call for poll in polls]
    calls += [each.call for poll in polls for each in (poll.news, poll.autopsy) if each]
    return {(call.service, call.operation) for call in calls} | CLAIMS


def _cases(run: Sequence[Call], polled: set[tuple[str, str]]) -> Iterator[Case]:
    made = Counter((call.service, call.operation) for call in run)
    mutations = Counter((call.service, call.operation) for call in run if changing(call))
    for (service, operation), number in made.items():
        often = min(POLLED, number) if (service, operation) in polled else number
        for nth in range(1, often + 1):
            for kind in Kind:
                yield Case(service, operation, nth, kind)
        for nth in range(1, mutations[service, operation] + 1):
            for death in Death:
                yield Case(service, operation, nth, death)
