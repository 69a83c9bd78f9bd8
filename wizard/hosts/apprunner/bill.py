"""What App Runner charges, and how many of its things an account may have."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from wizard.answers.model import Answers
from wizard.hosts.apprunner.offer import CPU, LABEL, MEMORY
from wizard.plan.charges import (
    BUSY_HOURS,
    BUSY_HOURS_A_DAY,
    HOURS,
    Charge,
    Item,
    Place,
    fixed,
    plain,
    usage,
)
from wizard.plan.model import Call, Count, Quota

IDLE_LOGS_GB = Decimal("0.1")
BUSY_LOGS_GB = Decimal(1)
"""The agent's own lines and App Runner's; about 1 KB every 20 seconds idle, ten times that busy."""


def charges(answers: Answers) -> tuple[Charge, ...]:
    """The lines of the service: memory around the clock, CPU while it works, and logs."""
    vcpu, gigabytes = Decimal(answers.cpu) / 1024, Decimal(answers.memory) / 1024
    memory = fixed(
        "Agent memory", MEMORY, gigabytes * HOURS, f"{plain(gigabytes)} GB around the clock"
    )
    cpu = usage(
        "Agent CPU",
        CPU,
        Decimal(0),
        vcpu * BUSY_HOURS,
        f"{plain(vcpu)} vCPU; agent busy {BUSY_HOURS_A_DAY} hours a day, idle CPU is free",
    )
    logs = usage(
        "Logs",
        Item.LOGS,
        IDLE_LOGS_GB,
        BUSY_LOGS_GB,
        f"{plain(IDLE_LOGS_GB)} GB; busy {plain(BUSY_LOGS_GB)} GB",
    )
    return (
        replace(
            memory,
            place=Place.AGENT,
            words="the agent's memory",
            path="Service.InstanceConfiguration.Memory",
            each=HOURS / 1024,
        ),
        replace(cpu, place=Place.AGENT),
        logs,
    )


def _counted(kind: str, quota: str, operation: str, path: str) -> Quota:
    """A quota that Service Quotas lists by a name like `quota`: its codes are nowhere promised."""
    limits = Call(
        service="service-quotas",
        operation="ListServiceQuotas",
        params={"ServiceCode": "apprunner"},
    )
    there = Call(service="apprunner", operation=operation, params={})
    return Quota(
        kind=f"{LABEL} {kind}",
        used=Count(call=there, path=path),
        limit=Count(call=limits, path="Quotas[].{name: QuotaName, value: Value}", named=quota),
    )


SERVICES = _counted(
    "services",
    r"(app runner )?services?( per (region|account).*)?",
    "ListServices",
    "ServiceSummaryList[?Status!='DELETED'].ServiceArn",
)
SCALINGS = _counted(
    "scaling configurations",
    r"auto ?scaling ?configurations?( names?)?( per .*)?",
    "ListAutoScalingConfigurations",
    "AutoScalingConfigurationSummaryList[].AutoScalingConfigurationName",
)
