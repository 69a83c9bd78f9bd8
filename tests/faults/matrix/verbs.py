"""What a case disturbs: a set-up or what comes later; how each is run, and what is there then.

A removal, a rotation and a move to another host begin with a whole deployment; only their changing
calls are disturbed.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tests.destroy.account import everything
from tests.faults.matrix.portrait import newest, plain, portrait
from tests.hosts.ecs import there
from wizard.answers.model import Answers
from wizard.engine.apply import Outcome
from wizard.engine.destroy import teardown
from wizard.engine.destroy.job import destroy_job
from wizard.engine.rotation import Wish
from wizard.engine.rotation import prepare as prepare_rotation
from wizard.engine.rotation import run as rotate
from wizard.plan.inputs import Choices, Data

if TYPE_CHECKING:
    from tests.faults.matrix.mortal import MortalFlow


class Verb(StrEnum):
    """What is run."""

    APPLY = "apply"
    DESTROY = "destroy"
    ROTATE = "rotate"
    MOVE = "move"


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
        drawn["on ECS"] = newest(drawn["on ECS"])
    return drawn


def removed(flow: MortalFlow, answers: Answers) -> Outcome | None:
    """Remove all there is, without a trace; None where nothing is left to remove."""
    choices = Choices(data=Data.DELETE, purge_secrets=True)
    leaving = teardown.leaving(flow, answers, choices)
    if leaving.nothing_left:
        return None
    job = destroy_job(flow, leaving, answers, agreed=True)
    return job.work(flow.fate.heard, threading.Event())


def rotated(flow: MortalFlow, answers: Answers) -> Outcome:
    """Rotate both passwords; that of a cluster that was there is its owner's."""
    ours = answers.database != "existing"
    rotation = prepare_rotation(flow, answers, Wish(api=True, database=ours))
    assert not rotation.problems, rotation.problems
    return rotate(flow, rotation, rotation.plan, flow.fate.heard, threading.Event())
