"""What a new cluster costs a month: its capacity, its storage and what is written."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from wizard.answers.model import Answers
from wizard.plan.charges import (
    BUSY_HOURS,
    BUSY_HOURS_A_DAY,
    HOURS,
    Charge,
    Item,
    Place,
    fixed,
    millions,
    plain,
    usage,
)

IDLE_IO = Decimal(100_000)
BUSY_IO = Decimal(1_000_000)
"""Reads of so small a database come from memory and are free; what is billed is what is written,
about one write for each statement of a busy month. A guess on the high side."""
STORAGE_GB = Decimal(1)
"""The state of about a hundred resources with its history; Aurora bills what is used."""


def cluster_charges(answers: Answers) -> tuple[Charge, ...]:
    """The lines; capacity is charged only while an instance serves the cluster."""
    least, most = Decimal(str(answers.min_capacity)), Decimal(str(answers.max_capacity))
    capacity = fixed(
        "Database capacity",
        Item.CAPACITY,
        least * HOURS,
        f"{plain(least)} capacity units around the clock",
    )
    load = usage(
        "Database under load",
        Item.CAPACITY,
        Decimal(0),
        (most - least) * BUSY_HOURS,
        f"up to {plain(most)} units, {BUSY_HOURS_A_DAY} hours a day: an upper bound",
    )
    storage = usage(
        "Database storage",
        Item.STORAGE,
        STORAGE_GB,
        STORAGE_GB,
        f"{plain(STORAGE_GB)} GB; billed as it grows",
    )
    writes = usage(
        "Database I/O",
        Item.IO,
        millions(IDLE_IO),
        millions(BUSY_IO),
        f"{plain(millions(IDLE_IO))} million writes; busy {plain(millions(BUSY_IO))} million",
    )
    served = replace(
        capacity,
        words="database capacity",
        path="ServerlessV2ScalingConfiguration.MinCapacity",
        each=HOURS,
        when="DBClusterMembers",
        beside="instance",
    )
    lines = (
        served,
        replace(load, beside="instance"),
        replace(storage, words="database storage"),
        writes,
    )
    return tuple(replace(each, place=Place.DATABASE) for each in lines)
