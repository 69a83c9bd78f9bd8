"""A cluster one has and its secret are tried out before one goes on."""

from __future__ import annotations

from wizard.failures.errors import WizardError
from wizard.plain.talk import Talk
from wizard.plain.waiting import patiently


def try_out(talk: Talk) -> None:
    """Send the cluster one statement with the secret; who is refused tries again or goes back."""
    session = talk.session
    known = session.access_key in session.access
    refused = session.access[session.access_key] if known else _tried(talk)
    while refused:
        talk.terminal.problem(refused, "The cluster cannot be used like this. ")
        talk.choose("Enter tries again, < goes back:", {"": "try the cluster again"})
        refused = _tried(talk)
    talk.say("The cluster answers with this secret.")


def _tried(talk: Talk) -> WizardError | None:
    session = talk.session
    values = session.collected.values
    try:
        refused = patiently(
            talk,
            "Trying the cluster with its secret.",
            lambda: session.flow.access_problem(values),
        )
    except WizardError as problem:
        refused = problem
    session.access[session.access_key] = refused
    return refused
