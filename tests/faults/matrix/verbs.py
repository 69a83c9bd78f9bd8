"""What a case disturbs: a set-up, a removal or a rotation; how each is run, and what is there then.

A removal and a rotation begin with a whole deployment; only their changing calls are disturbed.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from tests.destroy.account import everything
from tests.faults.matrix.portrait import plain, portrait
from tests.hosts.ecs import there
from tests.support.account import changing
from wizard.answers.model import Answers
from wizard.engine.apply import Outcome
from wizard.engine.destroy import teardown
from wizard.engine.destroy.job import destroy_job
from wizard.engine.flow import Flow
from wizard.engine.rotate.run import Wish
from wizard.engine.rotate.run import prepare as prepare_rotation
from wizard.engine.rotate.run import run as rotate
from wizard.plan.inputs import Choices, Data
from wizard.standin.call import Call


class Verb(StrEnum):
    """What is run."""

    APPLY = "apply"
    DESTROY = "destroy"
    ROTATE = "rotate"


def left(verb: Verb) -> dict[str, Any]:
    """The account afterwards, in a form in which two runs can be compared."""
    if verb is Verb.DESTROY:
        found: dict[str, Any] = plain({**everything(), "on ECS": there()})
        return found
    drawn = portrait()
    if verb is Verb.ROTATE:  # going on may take a deployment and a version without a label more
        for service in drawn["services"]:
            del service["Operations"]
        for secret in drawn["secrets"]:
            del secret["Versions"]
        del drawn["on ECS"]["definitions"]
    return drawn


def removed(flow: Flow, answers: Answers) -> Outcome | None:
    """Remove all there is, without a trace; None where nothing is left to remove."""
    choices = Choices(data=Data.DELETE, purge_secrets=True)
    leaving = teardown.leaving(flow, answers, choices)
    if leaving.nothing_left:
        return None
    job = destroy_job(flow, leaving, answers, agreed=True)
    return job.work(lambda _event: None, threading.Event())


def rotated(flow: Flow, answers: Answers) -> Outcome:
    """Rotate both passwords."""
    rotation = prepare_rotation(flow, answers, Wish(api=True, database=True))
    assert not rotation.problems, rotation.problems
    return rotate(flow, rotation, rotation.plan, lambda _event: None, threading.Event())


def mutations(run: Sequence[Call]) -> Iterator[tuple[str, str, int]]:
    """Every changing call, and the how manieth of its operation it is."""
    made = Counter((call.service, call.operation) for call in run if changing(call))
    for (service, operation), number in made.items():
        yield from ((service, operation, nth) for nth in range(1, number + 1))
