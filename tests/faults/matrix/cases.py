"""The cases: which call of a run, and what happens to it; and which of them tell nothing new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from tests.faults.matrix.verbs import Verb
from tests.support.account import changing
from wizard.base.values import parts
from wizard.plan.model import Plan, Poll
from wizard.standin.call import Call
from wizard.standin.faults import Kind

WORLD = "world"
OUTSIDE = {"copy_image", "prepare_database", "write_client_config", "restore_client_config"}
"""What a run changes by other ways than AWS's calls: it may die there as well."""
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


class Made(NamedTuple):
    """A call of a run; `step` is empty where it was made beside all steps."""

    step: str
    call: Call


@dataclass(frozen=True, slots=True)
class Case:
    """What happens to the n-th call of an operation that a step makes; with no `step`, any does."""

    service: str
    operation: str
    nth: int
    trouble: Trouble
    verb: Verb = Verb.APPLY
    step: str = ""

    def __str__(self) -> str:
        words = [self.verb.value if self.verb is not Verb.APPLY else "", self.step]
        call = f"{self.service}:{self.operation}#{self.nth}"
        return " ".join(filter(None, [*words, call, self.trouble.value]))

    @property
    def place(self) -> tuple[str, str]:
        """The operation."""
        return self.service, self.operation

    @property
    def survived(self) -> bool:
        """Whether the run itself must come to its end, without another."""
        return not isinstance(self.trouble, Death) and self.trouble is not Kind.DENIED


class Course:
    """An undisturbed run, as it is disturbed: call by call of each of its steps."""

    def __init__(self, verb: Verb, made: Sequence[Made], plan: Plan | None = None) -> None:
        """Of a verb without its `plan` only the changing calls are disturbed."""
        self._verb, self._polled = verb, _polled(plan) if plan else set()
        self._reads = plan is not None
        self._steps: dict[str, list[Call]] = {}
        for step, call in made:
            self._steps.setdefault(step, []).append(call)

    def cases(self) -> list[Case]:
        """Every case, in one order."""
        return sorted(self._cases(), key=str)

    def tells(self, case: Case) -> Hashable:
        """What the case is about: another case with the same tells nothing that it does not.

        A call that fails is a matter of its step alone: which calls that makes, with which
        parameters. A death is one of everything that the run changes.
        """
        about = case, self._shape(self._steps[case.step])
        if not isinstance(case.trouble, Death):
            return about
        changes = {step: [*filter(changing, calls)] for step, calls in self._steps.items()}
        return about, frozenset((step, self._shape(calls)) for step, calls in changes.items())

    def _shape(self, calls: Sequence[Call]) -> tuple[Hashable, ...]:
        """The calls, each with the names of its parameters and how often it is made."""
        number: Counter[Hashable] = Counter()
        for call in calls:
            polled = (call.service, call.operation) in self._polled
            names = (str(call), changing(call), *sorted(call.params))
            number[names] = min(POLLED, number[names] + 1) if polled else number[names] + 1
        return tuple(number.items())

    def _cases(self) -> Iterator[Case]:
        for step, calls in self._steps.items():
            number: Counter[tuple[str, str]] = Counter()
            for call in calls:
                place = call.service, call.operation
                number[place] += 1
                if number[place] > POLLED and place in self._polled and not changing(call):
                    continue
                for trouble in self._troubles(call):
                    yield Case(*place, number[place], trouble, self._verb, step)

    def _troubles(self, call: Call) -> Iterator[Trouble]:
        if call.service != WORLD and (self._reads or changing(call)):
            yield from Kind
        if changing(call):
            yield from Death


def _polled(plan: Plan) -> set[tuple[str, str]]:
    """What is asked again and again; so is, beside the plan, whether the run's claim stands."""
    polls = [part for step in plan.steps for part in parts(step.wait) if isinstance(part, Poll)]
    calls = [poll.call for poll in polls]
    calls += [each.call for poll in polls for each in (poll.news, poll.autopsy) if each]
    return {(call.service, call.operation) for call in calls} | CLAIMS
