"""What a removal finds of ECS's beyond the plan: older revisions of the task definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from wizard.base.names import Names
from wizard.hosts.ecs.revisions import REVISIONS, by_arn, revisions
from wizard.hosts.ecs_gateway.request import requests
from wizard.hosts.ecs_gateway.service import task_definition
from wizard.plan.hosting import Listing
from wizard.plan.model import LookOnly, Step
from wizard.plan.resources.common import Site
from wizard.plan.resources.config import config_document


def listings(names: Names) -> dict[str, Listing]:
    """ARNs of the revisions that are in force, newest first."""
    return revisions(names.service)


def steps(site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    """The newest stands for the plan's own task definition; the others are steps of their own."""
    document, _ = requests(site, config_document(site))
    whole = task_definition(site, document)
    for number, arn in enumerate(found.get(REVISIONS, ())):
        revision = arn.rpartition(":")[2]
        step = by_arn(whole, arn)
        if number:
            step = replace(
                step,
                id=f"task-definition-{revision}",
                title=f"Task definition, revision {revision}",
                make=LookOnly(f"The task definition {arn} is not there."),
                resource=None,
                fits=(),
            )
        yield step
