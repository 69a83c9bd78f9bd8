"""What a run tells, and until when."""

import threading
from types import SimpleNamespace
from typing import cast

from tests.corpus import ACCOUNT
from tests.support.made import plan
from wizard.base.events import Event, LayerMoved, StepState
from wizard.engine.apply import StepResult
from wizard.engine.apply.context import Context, Known
from wizard.engine.apply.run import Way, go
from wizard.local.clock import Clock
from wizard.plan.graph import edges
from wizard.plan.world import World


def test_nothing_is_told_once_the_run_has_ended() -> None:
    """A copy of the image that was stopped ends by itself, maybe after all else has."""
    there, over = plan({"region": "eu-west-1"}, ACCOUNT), threading.Event()
    heard: list[Event] = []
    left: list[threading.Thread] = []
    world = cast(World, SimpleNamespace(clock=Clock()))

    def work(context: Context) -> StepResult:
        def copy() -> None:
            over.wait(60)
            context.layer("47423aea5827", "copied", 44, 44)

        if context.step.id == "image":
            context.layer("47423aea5827", "copying", 1, 44)
            left.append(threading.Thread(target=copy))
            left[0].start()
        return StepResult(StepState.DONE)

    way = Way(before=edges(there), work=work, known=Known(world))
    assert go(there, world, heard.append, threading.Event(), way).ok
    over.set()
    left[0].join()
    assert [each.phase for each in of_layers(heard)] == ["copying"]


def of_layers(heard: list[Event]) -> list[LayerMoved]:
    """Those of the events that tell of a layer of the image."""
    return [each for each in heard if isinstance(each, LayerMoved)]
