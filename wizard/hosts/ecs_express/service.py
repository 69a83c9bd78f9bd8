"""The Express service: found, created, changed in place, waited for until it has its address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from wizard.base.names import Names
from wizard.base.values import Found, Value
from wizard.documents.document import Document
from wizard.hosts.ecs.bill import charges
from wizard.hosts.ecs.cluster import NO_CLUSTER, TAGGING, recorded, tagged_in_ecs, tags_of
from wizard.hosts.ecs.progress import deployment, find, newest, started
from wizard.hosts.ecs.view import theirs
from wizard.hosts.ecs_express.request import CURRENT, DEPLOYS_ANEW, as_wanted, params_of, update
from wizard.plan.model import (
    Call,
    DeleteSpec,
    Expectation,
    LookOnly,
    Lookup,
    Output,
    Poll,
    Refusal,
    Retry,
    Section,
    Step,
    Stuck,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import Site, owned, tags_of_others
from wizard.plan.resources.types import Type

SERVICE_TYPE = Type(
    name="AWS::ECS::ExpressGatewayService",
    service="ecs",
    create="CreateExpressGatewayService",
    camel=True,
    tagging=TAGGING,
)
GONE = frozenset({"ResourceNotFoundException"})
WEDGED = 300.0
"""Seconds after which ECS has begun with the load balancer, or never does."""
REFUSED = (
    "ECS did not start to create the load balancer within five minutes. It was refused at its "
    "first attempt, and makes no second one; the service stays ACTIVE without an address."
)


def service(site: Site, document: Document, after: Iterable[str]) -> Step:
    """The service; `document` is made by `request`."""
    name, params = site.names.service, params_of(document)
    wanted = SERVICE_TYPE.wanted(
        SERVICE_TYPE.from_request(params),
        started(name),
        *as_wanted(params),
        *tagged_in_ecs(site, name, "serviceArn"),
        recorded(site),
    )
    there = service_there(name)
    return replace(
        there,
        why="Runs the agent behind HTTPS. It becomes healthy only after the agent has read its "
        "config and reached its database. One agent, except during a deployment, when two run "
        "for six to nine minutes.",
        **wanted,
        theirs=(
            *theirs(params.get("primaryContainer", {}), f"{CURRENT}.primaryContainer"),
            tags_of_others(site, name),
        ),
        refusals=(*there.refusals, *_other_side(site)),
        broken="status=='DRAINING'",
        retry=Retry(
            pattern="^InvalidParameterException: Unable to (assume|Start a service)",
            say="waiting for IAM to propagate the new roles (normal, up to a minute), or for an "
            "earlier service with that name to go",
            every=10,
            limit=900,
            expected=True,
        ),
        after=frozenset({"log-retention", "database", *after}),
        outputs={
            "arn": Output("serviceArn", site.likely_arn("ecs", f"service/{name}/{name}")),
            "url": Output(
                "Current.ingressPaths[0].endpoint",
                f"<id>.ecs.{site.answers.region}.{site.offer.domain}",
            ),
        },
        delete=(
            Call(
                service="ecs",
                operation="DeleteExpressGatewayService",
                params={"serviceArn": Found("serviceArn")},
            ),
        ),
        delete_spec=DeleteSpec(
            busy="status=='DRAINING'", status="status", usual=(300, 1500), limit=2700
        ),
        usual=(240, 600),
        charges=charges(site.answers),
    )


def _other_side(site: Site) -> tuple[Refusal, ...]:
    """A service with an address of the other kind than the chosen subnets give."""
    if not site.answers.subnets:
        return ()
    other = "PUBLIC" if site.answers.internal else "PRIVATE"
    return (
        Refusal(
            f"length(not_null(Current.ingressPaths, `[]`)[?accessType=='{other}']) > `0`",
            f"The agent's address is {'public' if site.answers.internal else 'internal'}, and the "
            "wizard does not change that: the address would be another one.",
            "Choose subnets like those of now (--subnets), or destroy the deployment first; its "
            "database can be kept as a snapshot.",
        ),
    )


def service_there(name: str) -> Step:
    """The service of that name, which must be there; its changes are judged by the deployment."""
    return Step(
        id="service",
        section=Section.SERVICE,
        title="ECS Express service",
        why="Runs the agent behind HTTPS.",
        lookups=(
            find(name, "status!='INACTIVE'"),
            _configuration(),
            Lookup(call=newest(name), pick="serviceDeployments[0]", into="Newest"),
            Lookup(
                call=Call(
                    service="ecs",
                    operation="DescribeServiceRevisions",
                    params={"serviceRevisionArns": [Found("Current.serviceRevisionArn")]},
                ),
                pick="serviceRevisions[0].ecsManagedResources",
                into="Managed",
            ),
            tags_of("serviceArn"),
        ),
        make=LookOnly(f"The service {name} does not exist."),
        refusals=(
            Refusal(
                "resourceManagementType!='ECS'",
                f"The service {name} is a standard ECS service, which Express Mode does not run.",
                "Choose another name for the deployment (--name).",
            ),
        ),
        wait=deployment(name, then=_address()),
        stuck=Stuck(
            when="(Newest.status=='PENDING' || Newest.status=='IN_PROGRESS') && "
            "!(Managed.ingressPaths[0].loadBalancer)",
            since="createdAt",
            after=WEDGED,
            what=REFUSED,
            entry="FW-ECS-001",
        ),
        owned=owned("Tags"),
        page=Page(
            path="ecs/v2/clusters/{name}/services/{name}/health?region={region}",
            parts={"name": name},
        ),
    )


def _configuration() -> Lookup:
    """The newest of the configurations in force, two while the service is being deployed."""
    newest_of = "max_by(service.activeConfigurations, &createdAt)"
    role = "{infrastructureRoleArn: service.infrastructureRoleArn}"
    return Lookup(
        call=_described(),
        pick=f"service.activeConfigurations && merge({newest_of}, {role})",
        into="Current",
        absent=GONE | NO_CLUSTER,
    )


def _described() -> Call:
    return Call(
        service="ecs",
        operation="DescribeExpressGatewayService",
        params={"serviceArn": Found("serviceArn")},
    )


def _address() -> Poll:
    """Wait for the address, which may come after the deployment has succeeded."""
    return Poll(
        call=_described(),
        path="service.activeConfigurations[].ingressPaths[].endpoint | [0] && 'ADDRESS'",
        until=frozenset({"ADDRESS"}),
        every=5,
        limit=1800,
    )


def redeployed(names: Names, now: Mapping[str, Any], variable: Mapping[str, Value]) -> Step:
    """The service with another value of one environment variable, which deploys it again.

    `now` is the configuration that it has.
    """
    container = now["primaryContainer"]
    known = {each["name"]: each["value"] for each in container.get("environment") or []}
    environment = [{"name": key, "value": value} for key, value in {**known, **variable}.items()]
    picked = ", ".join(f"{name}: environment[?name=='{name}'].value | [0]" for name in variable)
    return replace(
        service_there(names.service),
        title="The agent is deployed again",
        why="ECS starts the agent with the new config beside the running one. If it does not "
        "become healthy, the old one and the old password stay. Callers that still use the old "
        "password meanwhile can make ECS roll it back.",
        fits=(
            Expectation(
                what="the service's deployed config",
                path=f"Current.primaryContainer.{{{picked}}}",
                want=variable,
                reading="subset",
                update=update({"primaryContainer": {**container, "environment": environment}}),
                effect=DEPLOYS_ANEW,
            ),
        ),
        outputs={"arn": Output("serviceArn", names.service)},
        after=frozenset({"config-secret"}),
        usual=(420, 720),
    )
