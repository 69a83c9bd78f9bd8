"""A run that any face can follow: a set-up, a removal, or a rotation of passwords."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from wizard.answers.model import Answers
from wizard.base.errors import ExitCode
from wizard.base.events import Sink, StepState
from wizard.engine.apply import Outcome
from wizard.engine.diff import PlannedChange
from wizard.engine.resume import would_go_on
from wizard.plan.model import Plan, Step

Work: TypeAlias = Callable[[Sink, threading.Event], Outcome]
"""The run itself, which blocks: where its events go, from worker threads one at a time, and what
stops it. Raises WizardError where it could not even begin."""


class Verb(StrEnum):
    """What a job does with a deployment; the verb that one would type."""

    APPLY = "apply"
    DESTROY = "destroy"
    ROTATE = "rotate"


@dataclass(frozen=True, slots=True)
class Summary:
    """How a job ended, in sentences and in data; what went wrong stands in the outcome."""

    lines: tuple[str, ...]
    """What is there now, or is gone, and what it costs."""
    notes: tuple[str, ...] = ()
    """What became of copies on this machine."""
    more: tuple[str, ...] = ()
    """What else one can do than go on."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Members of the last JSON line, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of a plan. Nothing has begun before `work` is called."""

    verb: Verb
    plan: Plan
    answers: Answers
    """Which deployment it is, and what was chosen for it."""
    work: Work
    resume_command: str
    """What one types to go on from wherever it stops."""
    summary: Callable[[Outcome, Outcome | None], Summary]
    """Told of the outcome of the work, and of that of the follow-up, where there was one; blocks,
    for it may ask AWS."""
    findings: Mapping[str, PlannedChange] = field(default_factory=dict)
    """What was seen of the steps, by their ids; empty where nobody looked."""
    removes: frozenset[str] = frozenset()
    """The steps that a removal goes through, backwards; empty for a job that makes them all."""
    by_hand: Callable[[Step], str] | None = None
    """The commands that do a step, where they are not those that make it."""
    follow_up: Callable[[Outcome], Job | None] = lambda _: None
    """What has to be done about a failure before the job is over, if anything."""
    demo: bool = False
    """Whether it runs in the demo, whose account is gone when the wizard ends: nobody goes on."""
    edits_left_behind: str = ""
    """Names of the documents edited by hand that `resume_command` does not know of."""

    def going(self, states: Mapping[str, StepState]) -> list[str]:
        """Titles of what AWS would go on with if the job were stopped now."""
        if not self.removes:
            return would_go_on(self.plan, states)
        waited_for = {each for each, state in states.items() if state is StepState.WAITING_ON_AWS}
        return [step.title for step in self.plan.steps if step.id in waited_for]


@dataclass(frozen=True, slots=True)
class End:
    """A job that has ended."""

    job: Job
    outcome: Outcome
    summary: Summary
    followed_up: Outcome | None = None
    """How its follow-up ended; None where there was none."""
    remove: bool = False
    """Whether what it made is to be removed; that is shown and asked where it is done."""

    @property
    def code(self) -> ExitCode:
        """The exit code that the job's end means."""
        if self.outcome.ok:
            return ExitCode.OK
        return ExitCode.INTERRUPTED if self.outcome.interrupted else ExitCode.FAILED

    @property
    def go_on(self) -> list[str]:
        """How to go on from a bad end; nothing after a good one, or where the demo ends with it."""
        done = self.outcome.ok or self.job.demo
        undone = self.job.verb is Verb.APPLY and self.followed_up and self.followed_up.ok
        word = "Try again" if undone else "Resume"
        return [] if done else [f"{word}: {self.job.resume_command}"]

    @property
    def command(self) -> str:
        """What one types next: to go on, or to have what was removed again; empty for nothing."""
        restore = str(self.summary.data.get("restore", ""))
        return self.job.resume_command if self.go_on else restore

    @property
    def lines(self) -> list[str]:
        """All there is to say of the end."""
        return [*self.summary.lines, *self.summary.notes, *self.go_on, *self.summary.more]


def end(job: Job, outcome: Outcome, follow: Callable[[Job], Outcome]) -> End:
    """The end of a job whose work has this outcome; `follow` does the follow-up, where one is due.

    Blocks. Raises WizardError where the follow-up could not begin.
    """
    due = None if outcome.ok or outcome.interrupted else job.follow_up(outcome)
    followed_up = follow(due) if due else None
    return End(job, outcome, job.summary(outcome, followed_up), followed_up)
