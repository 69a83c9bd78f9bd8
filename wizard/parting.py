"""Taking a deployment back, for the faces: look what is there, then remove it. Blocks."""

from __future__ import annotations

import threading

from wizard.answers import Answers
from wizard.errors import AwsError, WizardError
from wizard.events import Sink
from wizard.flow import Flow
from wizard.plan.extent import Choices, Snapshot
from wizard.readings import destroy
from wizard.readings.apply import Outcome
from wizard.readings.destroy import Departure, Leaving
from wizard.runlog import kept


def leaving(flow: Flow, answers: Answers, choices: Choices) -> Leaving:
    """What is there of the deployment called `answers.name`, and what would become of it.

    Changes nothing. Raises WizardError where AWS cannot be asked.
    """
    identity = flow.sign_in(answers.profile, answers.region)
    return destroy.leaving(flow.tools(answers), answers, identity.account, choices)


def leave(
    flow: Flow, answers: Answers, departure: Departure, sink: Sink, stop: threading.Event
) -> Outcome:
    """Remove what goes; events, log and `stop` are as in `Flow.run`."""
    with kept(departure.plan, flow.passwords.values()) as log:
        flow.log = log
        outcome = destroy.depart(departure, flow.tools(answers), log.beside(sink), stop)
        log.end(outcome)
    return outcome


def snapshots(flow: Flow, answers: Answers) -> tuple[Snapshot, ...]:
    """What is kept of the deployment's own database; nothing where AWS does not say."""
    try:
        return destroy.snapshots(flow.tools(answers), answers.name)
    except (AwsError, WizardError):
        return ()
