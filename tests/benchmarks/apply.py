"""How long `apply` takes, beside the walkthrough's own commands on the same account.

The walkthrough's are those of the real `aws` and `docker`, one after the other, with no time for
typing. No run can be faster than the critical path: its steps wait for each other inside AWS.
"""

from collections.abc import Callable, Iterator
from functools import partial

from tests.benchmarks.account import REGION, account
from tests.benchmarks.measured import Row, Setup, turns
from tests.support.made import plan
from wizard.plan.graph import longest_path
from wizard.standin.docker.image import LAYERS
from wizard.standin.durations import Durations

CALLS = 3
"""Calls a step makes at least: look, make, look again."""
ROUNDS = 3
"""At most: it is mostly waiting, and that does not vary."""


GATEWAY = "ecs-gateway"
NEAR = 1.05
"""The highest good ratio to AWS's waits: all else is to be made while the slowest is."""
HALF = 0.5
"""The highest good ratio of express to the walkthrough."""


def critical_path(host: str, database: str = "new") -> float:
    """What AWS itself takes, with every call answered after its latency."""
    durations = Durations()
    made = plan({"region": REGION, "host": host, "database": database})
    long = {
        "instance": durations.instance_create,
        "data-api": durations.data_api_ready,
        "service": durations.service_create,
        "image": sum(LAYERS) / 1e6 * durations.layer_megabyte,
    }
    if host == GATEWAY:
        long |= {"address": durations.gateway_route, "service": durations.task_start}
    if database == "express":
        long |= {
            "cluster": durations.express_create,
            "data-api-on": durations.cluster_modify,
            "capacity": durations.cluster_modify,
        }
    each = {step.id: long.get(step.id, 0.0) + CALLS * durations.call for step in made.steps}
    return longest_path(made, each)


def measure(setup: Setup) -> Iterator[Row]:
    """Each on a new account, in turns; what is not AWS's waiting weighs more the lower the pace."""
    with account(setup.pace) as used:

        def ours(host: str = "apprunner", database: str = "new") -> float:
            used.renew()
            chosen = ("--host", host, "--database", database)
            return used.wizard("apply", "--yes", "--region", REGION, *chosen)

        def theirs() -> float:
            used.renew()
            return used.by_hand()

        rounds = min(setup.rounds, ROUNDS)
        on_gateway = turns(rounds, {"ours": partial(ours, GATEWAY)}, warm_up=False)["ours"]
        best = [critical_path(GATEWAY) * setup.pace] * rounds
        what = f"apply on a gateway, at {setup.pace:g}"
        yield Row(
            what=what, unit="s", ours=on_gateway, against="AWS's waits", theirs=best, aim=NEAR
        )
        express = partial(ours, database="express")
        every: dict[str, Callable[[], float]] = {"ours": ours, "theirs": theirs, "express": express}
        took = turns(rounds, every, warm_up=False)
    best = [critical_path("apprunner") * setup.pace] * rounds
    what, apply = f"apply, at {setup.pace:g} of AWS's time", took["ours"]
    quick = [critical_path("apprunner", "express") * setup.pace] * rounds
    for against, other, aim in (
        ("the walkthrough's commands", took["theirs"], HALF),
        ("apply with a new cluster", apply, None),
        ("AWS's waits", quick, NEAR),
    ):
        row = Row(
            what=f"apply with express, at {setup.pace:g}",
            unit="s",
            ours=took["express"],
            against=against,
            theirs=other,
            aim=aim,
        )
        yield row
    for against, other in (("the walkthrough's commands", took["theirs"]), ("AWS's waits", best)):
        yield Row(what=what, unit="s", ours=apply, against=against, theirs=other)
