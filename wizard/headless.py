"""The same without the screens: progress lines on stderr, the result on stdout."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import TextIO

from wizard.answers import Answers, Source
from wizard.collect import Collected, collect
from wizard.console import Console, clean, tell
from wizard.detect import detect
from wizard.errors import ExitCode, WizardError
from wizard.events import State
from wizard.flow import Flow, Prepared
from wizard.plan.model import AskThroughClient, LookOnly, Probe
from wizard.questions import question
from wizard.readings.apply import Outcome

PROOFS = (Probe, AskThroughClient, LookOnly)
"""Actions that change nothing."""
Draft = Mapping[Source, Mapping[str, str]]


def apply(draft: Draft, passwords: dict[str, str], *, yes: bool) -> ExitCode:
    """Set everything up. Raises WizardError for what stands in the way."""
    flow = Flow(passwords)
    answers = _answers(draft, flow)
    prepared = flow.prepare(answers)
    if prepared.preflight.problems:
        for problem in prepared.preflight.problems:
            tell(problem, sys.stderr)
        print("Nothing was created.", file=sys.stderr)
        return ExitCode.NOT_READY
    if not yes:
        _confirm(prepared)
    stop = threading.Event()
    with _stopping(stop):
        outcome = flow.run(prepared, Console(prepared.plan, sys.stderr), stop)
    return transcript(flow, prepared, outcome, sys.stdout)


def _answers(draft: Draft, flow: Flow) -> Answers:
    given = {key: value for source in sorted(draft) for key, value in draft[source].items()}
    detected = detect(given.get("profile", ""))
    collected = _checked(collect(draft, detected))
    identity = flow.sign_in(collected.values["profile"], collected.values["region"])
    return _checked(collect(draft, detected, identity.account)).answers()


def _checked(collected: Collected) -> Collected:
    if collected.problems:
        told = [f"{question(each.key).flag}: {each.message}" for each in collected.problems]
        raise WizardError("\n".join(told), code=ExitCode.USAGE)
    return collected


def _confirm(prepared: Prepared) -> None:
    if not sys.stdin.isatty():
        raise WizardError(
            "Nothing was created: it was not confirmed.",
            "Standard input is not a terminal, so nobody can be asked.",
            "Add --yes.",
            ExitCode.USAGE,
        )
    import questionary

    for step in prepared.plan.steps:
        verdict = prepared.preflight.findings[step.id].verdict
        print(f"  {step.title}: {verdict.value}", file=sys.stderr)
    sure = questionary.confirm(f"Go ahead in {prepared.plan.region}?", default=False).ask()
    if not sure:
        raise WizardError("Nothing was created: you said no.", code=ExitCode.INTERRUPTED)


@contextlib.contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl-C ends the run after the calls under way, the second at once."""

    def first(_number: int, _frame: object) -> None:
        stop.set()
        print("\nStopping after the calls under way; Ctrl-C again ends at once.", file=sys.stderr)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def transcript(flow: Flow, prepared: Prepared, outcome: Outcome, stream: TextIO) -> ExitCode:
    """What is worth keeping in the scrollback, and the exit code it means."""
    result = flow.result(prepared, outcome)
    again = f"formae-wizard apply --yes --region {result['region']} --name {result['name']}"
    if outcome.ok:
        changed = ", ".join(_made(prepared, outcome))
        print(f"The formae agent answers: {result['url']}", file=stream)
        print(f"Service: {result['service']}", file=stream)
        print(f"Changed: {changed or 'nothing, everything was as wanted'}", file=stream)
        return ExitCode.OK
    for _step, problem in outcome.errors:
        tell(problem, sys.stderr)
    there = [
        prepared.plan.step(step_id).title
        for step_id, each in outcome.results.items()
        if each.state in {State.DONE, State.KEPT, State.CHANGED}
    ]
    print(f"What exists now: {clean(', '.join(there)) or 'nothing'}", file=sys.stderr)
    print(f"Go on from here with the same answers, for example: {again}", file=sys.stderr)
    return ExitCode.INTERRUPTED if outcome.interrupted else ExitCode.FAILED


def _made(prepared: Prepared, outcome: Outcome) -> list[str]:
    steps = map(prepared.plan.step, outcome.changed)
    return [step.title for step in steps if not isinstance(step.make, PROOFS)]
