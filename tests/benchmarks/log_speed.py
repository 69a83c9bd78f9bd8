"""How soon a key is answered while the log is long and events pour in.

Run it with `python -m tests.benchmarks.log_speed [--lines 100000] [--rate 1000] [--keys 120]`. The
whole screen runs, without a terminal; a key counts as answered when the screen has handled it and
drawn what it changed. Prints percentiles in milliseconds: of the time that passed, which depends on
what else the machine does, and of the processor's time, which does not; and how late the event loop
was. Beside them stands how busy the machine was, from which one can tell what the first are worth.
"""

import argparse
import asyncio
import itertools
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from textual import events

from screens.app import WizardApp
from screens.run.log_view import LogView
from screens.run.progress import ProgressScreen
from tests.support.made import answers, plan
from wizard.answers.questions import Detected
from wizard.base.events import Called, Event, News, Sink, StepMoved, StepState
from wizard.engine.apply import Outcome
from wizard.engine.apply.job import apply_job
from wizard.engine.flow import Flow, Prepared
from wizard.engine.preflight import Preflight

KEYS = ("up", "down", "pageup", "pagedown", "home", "end", "n", "N", "f", "a", "tab", "j", "k")
SIZE = (120, 40)
GOAL = 50.0


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
    """Milliseconds, key by key and look by look."""

    lines: int = 0
    """In the log, at the end."""
    times: list[float] = field(default_factory=list)
    """From a key to its picture."""
    processor: list[float] = field(default_factory=list)
    """The screen's thread alone, in the same span."""
    late: list[float] = field(default_factory=list)
    """How late the event loop was."""
    share: float = 0.0
    """Of one processor, that the screen's thread took all in all."""


async def measure(lines: int, rate: int, keys: int) -> Measured:
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
        ticking = asyncio.create_task(_tick(found.late))
        first, first_worked = time.perf_counter(), time.thread_time()
        for key in itertools.islice(itertools.cycle(KEYS), keys):
            begin, worked = time.perf_counter(), time.thread_time()
            await _answered(app, key)
            found.times.append((time.perf_counter() - begin) * 1000)
            found.processor.append((time.thread_time() - worked) * 1000)
            await asyncio.sleep(0.03)
        found.share = (time.thread_time() - first_worked) / (time.perf_counter() - first)
        ticking.cancel()
        found.lines = len(screen.query_one(LogView).lines.shown)
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


async def _tick(late: list[float]) -> None:
    while True:
        begin = time.perf_counter()
        await asyncio.sleep(0.005)
        late.append((time.perf_counter() - begin - 0.005) * 1000)


def _percentiles(name: str, values: list[float]) -> None:
    ordered = sorted(values)
    shown = [ordered[min(len(ordered) - 1, int(len(ordered) * each))] for each in (0.5, 0.9, 0.99)]
    words = "   ".join(f"p{p} {value:6.1f}" for p, value in zip((50, 90, 99), shown, strict=True))
    print(f"{name:<24} {words}   max {ordered[-1]:6.1f} ms")


def _slowest(times: list[float]) -> str:
    by_key = {key: max(times[at :: len(KEYS)], default=0.0) for at, key in enumerate(KEYS)}
    key = max(by_key, key=lambda each: by_key[each])
    return f"{key} ({by_key[key]:.1f} ms)"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--keys", type=int, default=120)
    given = parser.parse_args()
    found = asyncio.run(measure(given.lines, given.rate, given.keys))
    print(f"{found.lines:,} lines shown, {given.rate} events a second, {given.keys} keys")
    _percentiles("a key is answered in", found.times)
    _percentiles("  of it the processor's", found.processor)
    _percentiles("the loop is late by", found.late)
    within = sum(each <= GOAL for each in found.times) / len(found.times)
    print(f"within {GOAL:.0f} ms: {within:.1%}; slowest key: {_slowest(found.times)}")
    print(f"the screen took {found.share:.0%} of one processor")
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
