"""What an agent on Fargate behind a load balancer is charged."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from wizard.answers.model import Answers
from wizard.answers.questions.host import FEWEST_SUBNETS
from wizard.hosts.ecs.fargate import ADDRESS, ARM_CPU, ARM_MEMORY, BALANCER, CPU, MEMORY
from wizard.plan.charges import HOURS, Charge, Item, Place, fixed, plain, usage

IDLE_LOGS_GB = Decimal("0.1")
BUSY_LOGS_GB = Decimal(1)
"""The agent's own lines; about 1 KB every 20 seconds idle, ten times that busy."""
TASKS = 1
"""Public addresses of the task's; its load balancer has one in each of its zones."""


WORDS = ("none", "one", "two", "three", "four", "five", "six")


def charges(answers: Answers) -> tuple[Charge, ...]:
    """The lines of the service: the task and its balancer around the clock, addresses and logs."""
    vcpu, gigabytes = Decimal(answers.cpu) / 1024, Decimal(answers.memory) / 1024
    balancers = max(FEWEST_SUBNETS, len(answers.subnets))
    addresses = fixed(
        "Public addresses",
        ADDRESS,
        HOURS * (balancers + TASKS),
        f"{balancers + TASKS} IPv4 addresses: {WORDS[balancers]} of the load balancer, one of the "
        "agent",
    )
    arm = answers.architecture == "arm64"
    lines = (
        fixed(
            "Agent CPU",
            ARM_CPU if arm else CPU,
            vcpu * HOURS,
            f"{plain(vcpu)} vCPU around the clock; Fargate bills idle CPU, too",
        ),
        fixed(
            "Agent memory",
            ARM_MEMORY if arm else MEMORY,
            gigabytes * HOURS,
            f"{plain(gigabytes)} GB around the clock",
        ),
        fixed("Load balancer", BALANCER, HOURS, "one, around the clock"),
        *(() if answers.internal else (addresses,)),
    )
    words = ("the agent's CPU", "the agent's memory", "the load balancer", "public addresses")
    logs = usage(
        "Logs",
        Item.LOGS,
        IDLE_LOGS_GB,
        BUSY_LOGS_GB,
        f"{plain(IDLE_LOGS_GB)} GB; busy {plain(BUSY_LOGS_GB)} GB",
    )
    told = zip(lines, words, strict=False)  # an internal address is free
    return (*(replace(each, place=Place.AGENT, words=word) for each, word in told), logs)
