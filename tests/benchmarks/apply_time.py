"""How long `apply` takes on AWS-like latencies, against what else a person could do.

Run it with `python -m tests.benchmarks.apply_time [--scale 0.1]`; smaller scales are quicker, but
this program's own work (seconds of your processor) then weighs more. Prints seconds of AWS's time:

- critical path: no run can be faster, since these steps wait for each other inside AWS;
- apply: this program, by the wall clock;
- walkthrough: the same waits one after the other, as by hand, with no time for typing.
"""

import argparse
import contextlib
import os
import tempfile
import threading
import time

from tests.support.made import answers
from wizard.engine.flow import PACE_VARIABLE, Flow
from wizard.plan.graph import longest_path
from wizard.plan.model import Plan
from wizard.standin.docker.image import LAYERS
from wizard.standin.durations import Durations
from wizard.standin.server import StandIn

REGION = "eu-west-1"
CALLS = 3
"""Calls a step makes at least: look, make, look again."""


def inherent(plan: Plan, durations: Durations) -> dict[str, float]:
    """What AWS itself takes for each step, with every call answered after its latency."""
    megabytes = sum(LAYERS) / 1e6
    long = {
        "instance": durations.instance_create,
        "data-api": durations.data_api_ready,
        "service": durations.service_create,
        "image": megabytes * durations.layer_megabyte,
    }
    return {step.id: long.get(step.id, 0.0) + CALLS * durations.call for step in plan.steps}


def measure(scale: float) -> tuple[float, float, float]:
    """Seconds of AWS's time: critical path, apply, walkthrough."""
    with StandIn(scale=scale, docker=True) as standin, tempfile.TemporaryDirectory() as home:
        standin.behaviour.latency = True
        os.environ.update(standin.environment(), HOME=home, **{PACE_VARIABLE: str(scale)})
        flow = Flow()
        prepared = flow.prepare(answers({"region": REGION}))
        if prepared.preflight.problems:
            raise SystemExit(str(prepared.preflight.problems[0]))
        started = time.monotonic()
        outcome = flow.run(prepared, lambda _event: None, threading.Event())
        took = (time.monotonic() - started) / scale
        if not outcome.ok:
            raise SystemExit(str(outcome.errors))
        seconds = inherent(prepared.plan, standin.world.durations)
        by_hand = sum(seconds.values()) + standin.world.durations.cluster_create
        return longest_path(prepared.plan, seconds), took, by_hand


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1)
    with contextlib.suppress(KeyboardInterrupt):
        best, took, by_hand = measure(parser.parse_args().scale)
        print(f"critical path  {best:7.1f} s")
        print(f"apply          {took:7.1f} s   {took / best - 1:+.1%} of the critical path")
        print(f"walkthrough    {by_hand:7.1f} s   apply takes {took / by_hand:.0%} of it")


if __name__ == "__main__":
    main()
