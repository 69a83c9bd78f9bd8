"""How long `apply` takes on an account as slow as AWS, beside the walkthrough's own commands.

The walkthrough's are those of the real `aws` and `docker`, one after the other, with no time for
typing. No run can be faster than the critical path: its steps wait for each other inside AWS.
"""

from collections.abc import Iterator

from tests.benchmarks.account import REGION, account
from tests.benchmarks.measured import Row, Setup, turns
from tests.support.made import plan
from wizard.plan.graph import longest_path
from wizard.standin.docker.image import LAYERS
from wizard.standin.durations import Durations

CALLS = 3
"""Calls a step makes at least: look, make, look again."""
ROUNDS = 3
"""At most: time on AWS hardly varies."""


def critical_path() -> float:
    """What AWS itself takes, with every call answered after its latency."""
    durations, made = Durations(), plan({"region": REGION})
    long = {
        "instance": durations.instance_create,
        "data-api": durations.data_api_ready,
        "service": durations.service_create,
        "image": 2 * sum(LAYERS) / 1e6 * durations.layer_megabyte,
    }
    each = {step.id: long.get(step.id, 0.0) + CALLS * durations.call for step in made.steps}
    return longest_path(made, each)


def measure(setup: Setup) -> Iterator[Row]:
    """Each on a new account, in turns."""
    with account() as used:

        def ours() -> float:
            used.renew()
            return used.wizard("apply", "--yes", "--region", REGION)

        def theirs() -> float:
            used.renew()
            return used.by_hand()

        took = turns(min(setup.rounds, ROUNDS), {"ours": ours, "theirs": theirs})
    best = [critical_path()] * len(took["ours"])
    for against, other in (("the walkthrough's commands", took["theirs"]), ("AWS's waits", best)):
        yield Row(what="apply", unit="s", ours=took["ours"], against=against, theirs=other)
