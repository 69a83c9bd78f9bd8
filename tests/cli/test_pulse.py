"""The heartbeat: every step that waits is mentioned every 30 seconds, and none that speaks."""

import io
import threading
from dataclasses import dataclass

from tests.corpus import CORPUS
from tests.support.lines import lines
from tests.support.made import plan
from wizard.base.events import Called, LayerMoved, News, StepMoved, StepState
from wizard.cli.json_lines import Lines
from wizard.local.clock import Clock
from wizard.ui.common.console import EVERY, Console, Heartbeat, Pulse, beating

PLAN = plan(CORPUS["defaults"])


@dataclass
class Stood(Clock):
    """A clock that is put forward by hand."""

    at: float = 0.0

    def now(self) -> float:
        return self.at


def moved(state: StepState, status: str = "", step: str = "instance") -> StepMoved:
    return StepMoved(step=step, state=state, status=status, at=100)


def told(beats: list[Heartbeat]) -> list[str]:
    return [f"{each.step} {each.words}" for each in beats]


def test_a_step_that_only_waits_is_mentioned_every_30_seconds() -> None:
    clock = Stood()
    pulse = Pulse(clock)
    pulse(moved(StepState.WAITING_ON_AWS, "creating"))
    pulse(moved(StepState.RETRYING, step="service"))
    for second in range(1, 61):
        clock.at = second
        pulse(Called(step="instance", text="rds DescribeDBInstances", at=100 + second))
        expected = ["instance still waiting on AWS: creating", "service still retrying"]
        assert told(pulse.beats()) == (expected if second % EVERY == 0 else [])
    clock.at = 90
    assert [(each.seconds, each.at) for each in pulse.beats()] == [(90, 190), (90, 190)]


def test_whoever_speaks_or_has_ended_is_not_mentioned() -> None:
    clock = Stood()
    pulse = Pulse(clock)
    pulse(moved(StepState.WORKING, step="image"))
    pulse(moved(StepState.WAITING_ON_AWS, step="service"))
    pulse(moved(StepState.WAITING_ON_AWS))
    pulse(LayerMoved(step="image", layer="a", phase="pushing", done=1, total=9, at=0))
    clock.at = 20
    pulse(News(step="service", text="pulling", at=0))
    pulse(LayerMoved(step="image", layer="a", phase="pushing", done=2, total=9, at=0))
    pulse(moved(StepState.DONE))
    clock.at = 40
    assert told(pulse.beats()) == ["image still working"], "bytes alone are no words"


def test_another_state_begins_anew() -> None:
    clock = Stood()
    pulse = Pulse(clock)
    pulse(moved(StepState.WAITING_ON_AWS, "creating"))
    clock.at = 29
    pulse(moved(StepState.WAITING_ON_AWS, "backing-up"))
    clock.at = 40
    assert pulse.beats() == []
    clock.at = 59
    assert [(each.status, each.seconds) for each in pulse.beats()] == [("backing-up", 30)]


def test_beats_come_by_themselves_to_console_and_lines() -> None:
    clock = Clock(pace=0.001)
    pulse, heard = Pulse(clock), threading.Event()
    stream, out = io.StringIO(), io.StringIO()
    console, writer = Console(PLAN, stream), Lines("apply", out, clock)

    def beat(each: Heartbeat) -> None:
        console.beat(each)
        writer.beat(PLAN, each)
        heard.set()

    event = StepMoved(step="instance", state=StepState.WAITING_ON_AWS, status="creating", at=0)
    console(event)
    pulse(event)
    with beating(pulse, clock, beat):
        assert heard.wait(30)
    assert "Aurora instance" in stream.getvalue()
    assert stream.getvalue().splitlines()[1].endswith("still waiting on AWS: creating")
    first = lines(out.getvalue())[0]
    assert (first["type"], first["state"], first["status"]) == (
        "heartbeat",
        "waiting on AWS",
        "creating",
    )
    assert first["seconds"] >= EVERY
