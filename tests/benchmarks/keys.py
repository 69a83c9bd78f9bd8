"""How soon a key is answered while a run reports thousands of events, beside the quiet screen.

The whole screen runs, without a terminal; a key counts as answered when the screen has handled it
and drawn what it changed. Once so in time that passed, which depends on what else the machine does,
and once in processor time of the screen's thread, which does not.
"""

import asyncio
import itertools
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from textual import events

from screens.app import WizardApp
from screens.run.log_view import LogView
from screens.run.progress import ProgressScreen
from tests.benchmarks.measured import Row, Setup, turns
from tests.support.made import answers, plan
from wizard.answers.questions import Detected
from wizard.base.events import Called, Event, News, Sink, StepMoved, StepState
from wizard.engine.apply import Outcome
from wizard.engine.apply.job import apply_job
from wizard.engine.flow import Flow, Prepared
from wizard.engine.preflight import Preflight

KEYS = ("up", "down", "pageup", "pagedown", "home", "end", "n", "N", "f", "a", "tab", "j", "k")
SIZE = (120, 40)
LINES, RATE, PRESSED = 10_000, 2000, 60
"""In the log before the first key, events a second meanwhile, and keys a round."""
LATE = 50.0
"""Milliseconds."""


class Busy(Flow):
    """A run that never ends and tells a lot."""

    def __init__(self, lines: int, rate: int) -> None:
        super().__init__()
        self.lines, self.rate = lines, rate
        self.ready = threading.Event()

    def run(self, prepared: Prepared, sink: Sink, stop: threading.Event) -> Outcome:
        """First all the lines, then so many events a second."""
        told = self._events(prepared)
        for event in itertools.islice(told, self.lines):
            sink(event)
        self.ready.set()
        begin, sent = time.monotonic(), 0
        while not stop.wait(0.005):
            due = int((time.monotonic() - begin) * self.rate)
            for event in itertools.islice(told, due - sent):
                sink(event)
            sent = due
        return Outcome({}, True, 0.0)

    @staticmethod
    def _events(prepared: Prepared) -> Iterator[Event]:
        steps = [step.id for step in prepared.plan.steps]
        for number in itertools.count():
            step, at = steps[number % len(steps)], number / 100
            words = f"line {number} of what AWS says about {step}, " + "in many words " * 6
            match number % 10:
                case 0:
                    yield StepMoved(
                        step=step, state=StepState.WORKING, at=at, note=f"part {number}"
                    )
                case 1:
                    yield Called(step=step, text="rds DescribeDBClusters", at=at)
                case _:
                    yield News(step=step, text=words, at=at)


@dataclass
class Measured:
    """Milliseconds, key by key: from a key to its picture, and of it the processor's."""

    times: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


async def press(lines: int, rate: int, keys: int) -> Measured:
    """Press the keys while the events pour in."""
    flow = Busy(lines, rate)
    app = WizardApp(flow, {}, lambda _: Detected())
    made = answers({"region": "eu-west-1"})
    prepared = Prepared(made, plan({"region": "eu-west-1"}), Preflight((), {}), "")
    found = Measured()
    async with app.run_test(size=SIZE):
        screen = ProgressScreen(apply_job(flow, prepared))
        app.switch_screen(screen)
        while not flow.ready.is_set() or len(screen.query_one(LogView).lines.shown) < lines * 0.85:
            await asyncio.sleep(0.1)
        screen.query_one(LogView).focus()
        screen.query_one(LogView).search("line 9")
        for key in itertools.islice(itertools.cycle(KEYS), keys):
            begin, worked = time.perf_counter(), time.thread_time()
            await _answered(app, key)
            found.times.append((time.perf_counter() - begin) * 1000)
            found.processor.append((time.thread_time() - worked) * 1000)
            await asyncio.sleep(0.03)
    return found


async def _answered(app: WizardApp, key: str) -> None:
    """Send a key as a terminal does, and wait until it has gone all its way and is drawn."""
    drawn = asyncio.Event()
    screen, focused = app.screen, app.screen.focused or app.screen
    driver = app._driver
    assert driver is not None
    pressed = events.Key(key, key if len(key) == 1 else None)
    pressed.set_sender(app)
    driver.send_message(pressed)

    def at_the_screen() -> None:
        focused.call_later(lambda: focused.call_after_refresh(drawn.set))

    app.call_later(lambda: screen.call_later(at_the_screen))
    await drawn.wait()


def measure(setup: Setup) -> Iterator[Row]:
    """The same keys under the flood and without it, in turns."""
    pressed: dict[str, list[Measured]] = {"flood": [], "quiet": []}

    def pressing(name: str, rate: int) -> float:
        pressed[name].append(asyncio.run(press(LINES, rate, PRESSED)))
        return 0.0

    turns(
        setup.rounds,
        {"flood": partial(pressing, "flood", RATE), "quiet": partial(pressing, "quiet", 0)},
        warm_up=False,
    )
    for share in (50, 95):
        for kind in ("times", "processor"):
            flood, quiet = (
                [_percentile(getattr(each, kind), share) for each in pressed[name]]
                for name in ("flood", "quiet")
            )
            what = f"key, {RATE} events/s, p{share}{', processor' * (kind == 'processor')}"
            yield Row(what=what, unit="ms", ours=flood, against="without events", theirs=quiet)
    late = [100 * statistics.mean(each > LATE for each in one.times) for one in pressed["flood"]]
    yield Row(what=f"keys that take over {LATE:.0f} ms", unit="%", ours=late)


def _percentile(values: list[float], share: int) -> float:
    return statistics.quantiles(values, n=100)[share - 1]
