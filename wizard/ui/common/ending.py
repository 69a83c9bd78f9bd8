"""How a run or a rotation ended: what was proved, what went wrong, and what comes next."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TextIO

from wizard.answers.model import Answers
from wizard.base.account_plan import AccountPlan
from wizard.base.errors import WizardError
from wizard.base.events import FOUND, StepState
from wizard.base.names import Names
from wizard.base.offer import offer
from wizard.base.text import clean
from wizard.costs import Prices, estimate, summary
from wizard.engine.apply import Outcome, Residue, StepResult
from wizard.engine.flow import Flow
from wizard.engine.job import End, Job, Verb
from wizard.engine.resume import idle_cost, plan_command, still_going, words
from wizard.plan.model import AskThroughClient, Plan, Probe, Step, WriteClientConfig
from wizard.ui.common.console import say, tell


def taken_back(job: Job) -> str:
    """What is said before the job that puts back what another one changed: a sentence."""
    if job.verb is Verb.APPLY:
        return (
            f"The move failed: the agent is started again on {offer(job.plan.host).label}, and "
            "what was created for the move is removed."
        )
    return (
        f"{offer(job.plan.host).label} rolled the deployment back; the secrets are restored, too."
    )


def problems(plan: Plan, outcome: Outcome) -> list[WizardError]:
    """What went wrong, the first cause first; one that stopped several steps comes once."""
    titles = {step.id: step.title for step in plan.steps}
    found: dict[tuple[object, ...], tuple[WizardError, list[str]]] = {}
    for step, problem in outcome.errors:
        found.setdefault(problem.cause, (problem, []))[1].append(titles.get(step, step))
    return [_once(problem, stopped) for problem, stopped in found.values()]


def _once(problem: WizardError, stopped: list[str]) -> WizardError:
    if len(stopped) == 1:
        return problem
    steps = f"{', '.join(stopped[:-1])} and {stopped[-1]}"
    return replace(problem, what=f"{problem.what} {len(stopped)} steps stopped for that: {steps}.")


def tell_problems(plan: Plan, outcome: Outcome) -> None:
    """What went wrong, on standard error."""
    for problem in problems(plan, outcome):
        tell(problem, sys.stderr)


def transcript(flow: Flow, end: End, stream: TextIO) -> None:
    """What is worth keeping in the scrollback; of a bad end it goes to standard error instead."""
    stream = stream if end.outcome.ok else sys.stderr
    for line in [*end.lines, *log_lines(flow)]:
        say(clean(line), stream)
    if end.outcome.errors and not flow.demo and end.job.verb is Verb.APPLY:
        print("For help: formae-wizard support", file=stream)


def log_place(flow: Flow, none: str = "There is none.") -> str:
    """Say where the log of the last run lies, or why there is none; `none` where nothing ran."""
    if not flow.log:
        return none
    if flow.demo and flow.log.path:
        return f"{flow.log.path} (until you leave the demo)"
    return str(flow.log.path or flow.log.problem)


def log_lines(flow: Flow) -> Iterator[str]:
    """Where the log of the last run is, or why there is none; and why there is no journal.

    None of it outlives the demo.
    """
    if flow.demo:
        return
    if flow.log:
        yield f"Log: {flow.log.path}" if flow.log.path else flow.log.problem
    if flow.journal and flow.journal.problem:
        yield flow.journal.problem


@dataclass(frozen=True, slots=True)
class Facts:
    """What the texts are made of."""

    end: End
    notes: Mapping[str, str]
    """Each step's last note."""
    prices: Prices
    log: str
    """Where the log lies, or why there is none."""
    account_plan: AccountPlan | None = None
    """How the account pays AWS; None where that is not known."""

    @property
    def answers(self) -> Answers:
        """The answers that the run was started with."""
        return self.end.job.answers

    @property
    def commands(self) -> list[tuple[str, str]]:
        """What can be done next, each with what it does; the keys 1, 2 and 3 copy them.

        In the demo what begins in one's own account, and changes nothing before it asks.
        """
        if self.end.job.demo:
            return [
                (plan_command(self.answers), "shows what it would create there, changes nothing"),
                ("formae-wizard", "sets it up there, step by step; asks before any change"),
            ]
        again = self.end.job.resume_command
        if not self.end.outcome.ok:
            going = still_going(self.end.outcome, self.end.job.plan, self.answers.profile)[:2]
            asks = [(each.ask, f"shows how far “{each.title}” has got") for each in going]
            return [(again, "resumes from what exists"), *asks]
        return [
            ("formae status agent", "shows the agent's status"),
            ("formae apply --mode reconcile your-forma.pkl", "applies your first forma"),
            (again, "changes nothing if everything is already as you set it"),
        ]

    @property
    def meanwhile(self) -> str:
        """What that which is there costs as long as nobody goes on; may be empty."""
        end = self.end
        return "" if end.job.demo else words(idle_cost(end.outcome, end.job.plan, self.prices))

    @property
    def next_words(self) -> str:
        """What stands above the commands."""
        return "Next, in your own account" if self.end.job.demo else "Next"

    @property
    def bill(self) -> str:
        """What an agent like this one costs, as a sentence."""
        costs = summary(estimate(self.answers, self.prices, self.account_plan))
        return (
            f"The demo cost nothing. In your own account: {costs}" if self.end.job.demo else costs
        )


def proofs(facts: Facts) -> list[tuple[str, str]]:
    """What the run proved: each proof's title, and what was seen."""
    return [
        (step.title, _proved(step, clean(facts.notes.get(step.id, ""))))
        for step in facts.end.job.plan.steps
        if isinstance(step.make, Probe | AskThroughClient)
    ]


def _proved(step: Step, note: str) -> str:
    """What the step's good end means."""
    match step.make:
        case Probe(status=status, username=username):
            said = note or f"HTTP {status}"
            return f"{said}, {'without a' if username is None else 'with the'} password"
        case _:
            return f"its version matches{f': {note}' if note else ''}"


def written(facts: Facts) -> list[str]:
    """Where things are that the run wrote: the CLI's config, the password."""
    rows = [
        clean(facts.notes.get(step.id, ""))
        for step in facts.end.job.plan.steps
        if isinstance(step.make, WriteClientConfig) and facts.notes.get(step.id)
    ]
    if facts.answers.protect:
        secret = Names(facts.answers.name).api_secret
        rows.append(f"The API password is in the secret {secret} in Secrets Manager.")
    return [*rows, *facts.end.summary.notes]


def left_words(step: Step, result: StepResult) -> str:
    """What is in the account of a step, by how the step ended."""
    words = result.state.value
    if result.state is StepState.KEPT:
        words = FOUND if step.only_looks else "existed before"
    if result.left is Residue.NOTHING:
        return words
    return f"{words}, {result.left.value}" if result.error else result.left.value


def rotation_headline(end: End) -> str:
    """In two or three words, with a sign."""
    if end.outcome.ok:
        return "✓ Rotated"
    if _put_back(end):
        return "✗ Not rotated"
    return "⊘ Stopped" if end.outcome.interrupted else "✗ Not finished"


def _put_back(end: End) -> bool:
    return bool(end.followed_up and end.followed_up.ok)


def rotation_lines(end: End) -> Iterator[str]:
    """What went wrong, which passwords work, what AWS goes on with, and how to go on."""
    for problem in problems(end.job.plan, end.outcome):
        yield clean(f"{problem.what} {problem.fix}".strip())
    if _put_back(end):
        label = offer(end.job.plan.host).label
        yield f"{label} rolled the deployment back; the secrets are restored, too."
    yield from map(clean, (*end.summary.lines, *end.summary.notes))
    if end.outcome.ok or end.job.demo:
        return
    going = [each.words for each in still_going(end.outcome, end.job.plan)]
    if going:
        yield clean(f"AWS finishes on its own: {', '.join(going)}.")
    again = "Repeat it" if _put_back(end) else "Resume"
    yield f"{again}: {end.job.resume_command}"


def rotated_text(end: End) -> Iterator[str]:
    """Headline and place first, for the shell, a line each."""
    yield f"{rotation_headline(end)}: the passwords of {end.job.plan.name} in {end.job.plan.region}"
    yield from rotation_lines(end)
