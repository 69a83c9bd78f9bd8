"""What an agent on Fargate behind a load balancer is charged."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from wizard.answers.model import Answers
from wizard.hosts.ecs.fargate import ADDRESS, BALANCER, CPU, MEMORY
from wizard.plan.charges import HOURS, Charge, Item, Place, fixed, plain, usage

IDLE_LOGS_GB = Decimal("0.1")
BUSY_LOGS_GB = Decimal(1)
"""The agent's own lines; about 1 KB every 20 seconds idle, ten times that busy."""
ADDRESSES = 3
"""The load balancer's, one in each of its two zones, and the task's."""


def charges(answers: Answers) -> tuple[Charge, ...]:
    """The lines of the service: the task and its balancer around the clock, addresses and logs."""
    vcpu, gigabytes = Decimal(answers.cpu) / 1024, Decimal(answers.memory) / 1024
    lines = (
        fixed(
            "Agent CPU",
            CPU,
            vcpu * HOURS,
            f"{plain(vcpu)} vCPU around the clock; Fargate bills idle CPU, too",
        ),
        fixed("Agent memory", MEMORY, gigabytes * HOURS, f"{plain(gigabytes)} GB around the clock"),
        fixed("Load balancer", BALANCER, HOURS, "one, around the clock"),
        fixed(
            "Public addresses",
            ADDRESS,
            HOURS * ADDRESSES,
            f"{ADDRESSES} IPv4 addresses: two of the load balancer, one of the agent",
        ),
    )
    words = ("the agent's CPU", "the agent's memory", "the load balancer", "public addresses")
    logs = usage(
        "Logs",
        Item.LOGS,
        IDLE_LOGS_GB,
        BUSY_LOGS_GB,
        f"{plain(IDLE_LOGS_GB)} GB; busy {plain(BUSY_LOGS_GB)} GB",
    )
    told = zip(lines, words, strict=True)
    return (*(replace(each, place=Place.AGENT, words=word) for each, word in told), logs)
