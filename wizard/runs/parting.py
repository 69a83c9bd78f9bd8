"""Taking a deployment back, for the faces: look what is there, then remove it. Blocks."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from wizard.answers.model import Answers
from wizard.failures.errors import AwsError, ExitCode, WizardError
from wizard.flow import Flow
from wizard.headless.settle import demand_account
from wizard.journal import orders
from wizard.plan.extent import Choices, Data, Snapshot
from wizard.readings import destroy
from wizard.readings.apply import Outcome
from wizard.readings.destroy import Departure, Fate, Leaving, only
from wizard.runs.resume import destroy_command
from wizard.runs.second_copy import forgotten
from wizard.runs.underway import commanded, under_way
from wizard.telling.events import Sink


def leaving(flow: Flow, answers: Answers, choices: Choices) -> Leaving:
    """What is there of the deployment called `answers.name`, and what would become of it.

    Changes nothing. Raises WizardError where AWS cannot be asked.
    """
    identity = flow.sign_in(answers.profile, answers.region)
    demand_account(answers, identity.account)
    return destroy.leaving(flow.tools(answers), answers, identity.account, choices)


def unfinished(flow: Flow, answers: Answers, choices: Choices, *, data: bool) -> Leaving:
    """The same, of which nothing goes but what the set-up made that has not come to its end.

    Unless `data` says that the person chose what becomes of them, a database that no agent ever
    used goes without a snapshot. Raises WizardError where no such run is known on this machine.
    """
    found = leaving(flow, answers, choices)
    ordered = orders(found.account, answers.region, answers.name)
    if not ordered:
        raise WizardError(
            f"Nothing is known of an unfinished set-up of {answers.name} in {answers.region}.",
            "It is told by this machine's journal of runs; the last one may have ended well.",
            "`formae-wizard destroy` without --only-unfinished shows all that is there.",
            ExitCode.NOT_READY,
        )
    if not data and found.remains.seen["service"].fate is Fate.GONE:
        found = leaving(flow, answers, replace(choices, data=Data.DELETE))
    return only(found, ordered)


@dataclass(frozen=True, slots=True)
class Farewell:
    """A removal that was agreed to; `again` is the command that goes on with it."""

    departure: Departure
    answers: Answers
    account: str
    again: str


def agreed_to(
    leaving: Leaving, answers: Answers, *, agreed: bool, unfinished: bool = False
) -> Farewell:
    """The removal that was shown; `agreed` says that what needs consent has it.

    `unfinished` is one of what a set-up made so far.
    """
    flags = ["--database-data", leaving.choices.data.value]
    flags += ["--only-unfinished"] * unfinished
    flags += ["--purge-secrets"] * leaving.choices.purge_secrets
    flags += ["--lift-deletion-protection"] * agreed
    departure = Departure(leaving.plan, leaving.remains, agreed)
    again = destroy_command(answers, tuple(flags))
    return Farewell(departure, answers, leaving.account, again)


def protected(leaving: Leaving) -> bool:
    """Whether something goes only with the person's consent."""
    return any(seen.needs_consent for seen in leaving.remains.seen.values())


def leave(flow: Flow, farewell: Farewell, sink: Sink, stop: threading.Event) -> Outcome:
    """Remove what goes; events, log, journal and `stop` are as in `Flow.run`."""
    departure, tools = farewell.departure, flow.tools(farewell.answers)
    head = commanded("destroy", departure.plan, farewell.answers, farewell.account, farewell.again)
    with under_way(flow, departure.plan, head, tools, stop) as run:
        outcome = run.ended(destroy.depart(departure, tools, run.beside(sink), stop, run.journal))
    if outcome.ok and departure.remains.seen["api-secret"].fate is not Fate.STAYS:
        flow.keychain = forgotten(farewell.answers, farewell.account)
    return outcome


def snapshots(flow: Flow, answers: Answers) -> tuple[Snapshot, ...]:
    """What is kept of the deployment's own database; nothing where AWS does not say."""
    try:
        return destroy.snapshots(flow.tools(answers), answers.name)
    except (AwsError, WizardError):
        return ()
