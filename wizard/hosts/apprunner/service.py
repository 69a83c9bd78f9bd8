"""The scaling configuration and the service, resumed where it is paused and somebody agrees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from wizard.answers.record import TAGS_RECORD
from wizard.base.names import Names
from wizard.base.values import Found, JsonText, Ref, Text, Value
from wizard.documents.document import Document
from wizard.hosts.apprunner.bill import SCALINGS, SERVICES, charges
from wizard.hosts.apprunner.offer import OFFER
from wizard.hosts.apprunner.request import (
    DEPLOYS_ANEW,
    SCALING_TYPE,
    SERVICE_TYPE,
    TAGGING,
    as_wanted,
    theirs,
)
from wizard.plan.model import (
    Call,
    DeleteSpec,
    Expectation,
    LinkedRole,
    LookOnly,
    Lookup,
    Obstacle,
    Output,
    Poll,
    Refusal,
    Report,
    RestoreSpec,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import Page
from wizard.plan.resources.cluster import EFFECT, OTHERWISE
from wizard.plan.resources.common import Site, owned, tagged, tags_of_others, tags_record
from wizard.plan.resources.secrets import RECORD


def paused(site: Site, name: str) -> dict[str, Any]:
    """What the step of the service called `name` says of one that is paused.

    By whom, is plain where another host has parts of the deployment: the agent is being moved.
    """
    if not (site.answers.wake or site.inputs.others):
        return {"refusals": (paused_service(name, site.answers.region),)}
    resume = Call(
        service="apprunner",
        operation="ResumeService",
        params={"ServiceArn": Found("ServiceArn")},
    )
    wake = RestoreSpec(
        when="Status=='PAUSED'", state="paused", then="resumed", calls=(resume,), effect=EFFECT
    )
    return {"refusals": (), "restore": wake}


def paused_service(name: str, region: str) -> Refusal:
    """A paused service, on which App Runner changes nothing."""
    arn = f"ServiceSummaryList[?ServiceName=='{name}'].ServiceArn"
    listed = f'aws apprunner list-services --region {region} --output text --query "{arn}"'
    return Refusal(
        "Service.Status=='PAUSED'",
        f"The service {name} is paused, and App Runner cannot change a paused service.",
        f"{OTHERWISE}`aws apprunner resume-service --region {region} --service-arn ARN`, with the "
        f"ARN from `{listed}`.",
        "wake",
    )


HOME = "apprunner/home?region={region}#/services"

PAGE = Page(
    path=f"{HOME}/dashboard?service_arn={{arn}}&active_tab=logs",
    parts={"arn": Ref("service", "arn")},
    otherwise=HOME,
)

GONE = frozenset({"ResourceNotFoundException"})
"""Also of what was listed a moment ago: a service being deleted vanishes between two calls."""


def _tags_of(arn: str) -> Lookup:
    return Lookup(
        call=Call(
            service="apprunner",
            operation="ListTagsForResource",
            params={"ResourceArn": Found(arn)},
        ),
        pick="Tags",
        into="Tags",
        absent=GONE,
    )


def _tagged(site: Site, arn: str) -> tuple[Expectation, ...]:
    return tagged(site, site.names.service, TAGGING, {"ResourceArn": Found(arn)})


def _recorded(site: Site) -> Expectation:
    """Which tags are the wizard's, written down once those of before are off everywhere."""
    tag = tags_record(site.answers)
    return Expectation(
        what=RECORD,
        path=f"not_null(Tags, `[]`)[?Key=='{TAGS_RECORD}'].Value | [0]",
        want=tag["Value"],
        update=Call(
            service="apprunner",
            operation="TagResource",
            params={"ResourceArn": Found("ServiceArn"), "Tags": [tag]},
        ),
        waits=False,
    )


def scaling(site: Site) -> Step:
    """The scaling configuration: one instance."""
    name, arn = site.names.service, "AutoScalingConfigurationArn"
    wanted = SCALING_TYPE.wanted(
        {
            "AutoScalingConfigurationName": name,
            "MinSize": 1,
            "MaxSize": 1,
            "MaxConcurrency": 200,
            "Tags": site.tags(name),
        },
        *_tagged(site, arn),
    )
    return Step(
        id="scaling",
        section=Section.SERVICE,
        title="Scaling configuration",
        why="Exactly one instance. By default, App Runner would start up to 25, but formae "
        "supports only one agent per database.",
        lookups=_find_scaling(name, arn),
        **wanted,
        owned=owned("Tags"),
        delete_spec=DeleteSpec(
            gone="Status=='inactive' || Status=='INACTIVE'",
            status="Status",
            obstacles=_scaling_users(site),
        ),
        outputs={
            "arn": Output(
                arn, site.likely_arn("apprunner", f"autoscalingconfiguration/{name}/1/<id>")
            ),
        },
        delete=(
            Call(
                service="apprunner",
                operation="DeleteAutoScalingConfiguration",
                params={arn: Found(arn)},
            ),
        ),
        quota=SCALINGS,
        anywhere=frozenset({"apprunner:ListAutoScalingConfigurations"}),
    )


def _scaling_users(site: Site) -> tuple[Obstacle, ...]:
    """Other services that a scaling configuration serves, and the account's default."""
    arn, own = "AutoScalingConfigurationArn", f":service/{site.names.service}/"
    return (
        Obstacle(
            ask=Lookup(
                call=Call(
                    service="apprunner",
                    operation="ListServicesForAutoScalingConfiguration",
                    params={arn: Found(arn)},
                ),
                pick="ServiceArnList",
                into="Services",
            ),
            path=f"not_null(Services, `[]`)[?!contains(@, '{own}')]",
            what=f"The scaling configuration {site.names.service} also serves {{held}}.",
            fix="Choose another configuration for that service in the App Runner console.",
        ),
        Obstacle(
            path=f"(IsDefault || Detail.IsDefault) && {arn}",
            what="The scaling configuration {held} is the account's default, which AWS keeps.",
            fix="Make another one the default with `aws apprunner "
            "update-default-auto-scaling-configuration`.",
        ),
    )


VPC_INGRESS = Obstacle(
    ask=Lookup(
        call=Call(
            service="apprunner",
            operation="ListVpcIngressConnections",
            params={"Filter": {"ServiceArn": Found("ServiceArn")}},
        ),
        pick="VpcIngressConnectionSummaryList[].VpcIngressConnectionArn",
        into="Ingress",
    ),
    path="Ingress",
    what="The VPC ingress connection {held} leads to the service.",
    fix="Remove the connection first: `aws apprunner delete-vpc-ingress-connection "
    "--vpc-ingress-connection-arn {held}`.",
)
"""App Runner removes no service that still has a way in from a VPC."""


def _find_scaling(name: str, arn: str) -> tuple[Lookup, ...]:
    return (
        Lookup(
            call=Call(
                service="apprunner",
                operation="ListAutoScalingConfigurations",
                params={"AutoScalingConfigurationName": name, "LatestOnly": True},
            ),
            pick="AutoScalingConfigurationSummaryList[?Status=='active' || Status=='ACTIVE'] | [0]",
            more="NextToken",
        ),
        Lookup(
            call=Call(
                service="apprunner",
                operation="DescribeAutoScalingConfiguration",
                params={arn: Found(arn)},
            ),
            pick="AutoScalingConfiguration",
            into="Detail",
        ),
        _tags_of(arn),
    )


def scaling_revision(site: Site, arn: str) -> Step:
    """One revision of the scaling configuration, by its ARN; it is only looked for."""
    key, revision = "AutoScalingConfigurationArn", arn.split("/")[-2]
    step = scaling(site)
    return replace(
        step,
        id=f"scaling-{revision}",
        title=f"Scaling configuration, revision {revision}",
        lookups=(
            Lookup(
                call=Call(
                    service="apprunner",
                    operation="DescribeAutoScalingConfiguration",
                    params={key: arn},
                ),
                pick="AutoScalingConfiguration",
                absent=GONE,
            ),
            _tags_of(key),
        ),
        make=LookOnly(f"The scaling configuration {arn} does not exist."),
        resource=None,
        fits=(),
    )


def service(site: Site, request: Document, policies: Iterable[str]) -> Step:
    """The service; `request` is made by `service_request`.

    The steps of `policies` come before: the service's tags say which tags are on everything.
    """
    name = site.names.service
    params = _params(request)
    wanted = SERVICE_TYPE.wanted(
        SERVICE_TYPE.from_request(params),
        as_wanted(params),
        *_tagged(site, "ServiceArn"),
        _recorded(site),
    )
    likely = f"service/{name}/<id>"
    return replace(
        service_there(name, site.answers.region),
        why="Runs the agent behind HTTPS. It becomes healthy only after the agent has read its "
        "config and reached its database.",
        **wanted,
        theirs=(*theirs(), tags_of_others(site, name)),
        **paused(site, name),
        broken="Service.Status=='CREATE_FAILED'",
        retry=Retry(
            pattern=r"^InvalidRequestException: Error in assuming|^InvalidStateException",
            say="waiting for IAM to propagate the new roles (normal, up to a minute)",
            every=5,
            limit=180,
            expected=True,
        ),
        after=frozenset({"image", "access-role-policy", "runtime-policy", "database", *policies}),
        outputs={
            "arn": Output("ServiceArn", site.likely_arn("apprunner", likely)),
            "id": Output("ServiceId", "<id>"),
            "url": Output("Service.ServiceUrl", f"<id>.{site.answers.region}.{OFFER.domain}"),
        },
        delete=(
            Call(
                service="apprunner",
                operation="DeleteService",
                params={"ServiceArn": Found("ServiceArn")},
            ),
        ),
        delete_spec=DeleteSpec(
            busy="Service.Status=='OPERATION_IN_PROGRESS'",
            failed="Service.Status=='DELETE_FAILED'",
            status="Service.Status",
            retry=Retry(
                pattern="^InvalidStateException",
                say="App Runner is busy with the service",
                every=10,
                limit=2700,
            ),
            obstacles=(VPC_INGRESS,),
            usual=(30, 300),
            limit=2700,
        ),
        usual=(150, 360),
        charges=charges(site.answers),
        quota=SERVICES,
        linked_role=LinkedRole("apprunner", "AWSServiceRoleForAppRunner"),
    )


def service_there(name: str, region: str) -> Step:
    """The service of that name, which must be there; its changes are judged by the operation."""
    return Step(
        id="service",
        section=Section.SERVICE,
        title="App Runner service",
        why="Runs the agent behind HTTPS.",
        lookups=(_find(name), _describe(), _tags_of("ServiceArn")),
        make=LookOnly(f"The service {name} does not exist."),
        wait=_operation(name),
        refusals=(paused_service(name, region),),
        owned=owned("Tags"),
        page=PAGE,
        anywhere=frozenset({"apprunner:ListServices"}),
    )


def pausing(site: Site) -> Step:
    """The service with its agent stopped; one that never ran is not looked for."""
    name = site.names.service
    return replace(
        service_there(name, site.answers.region),
        lookups=(_find(name, "CREATE_FAILED"), _describe(), _tags_of("ServiceArn")),
        refusals=(),
        fits=(
            Expectation(
                what="the agent's service",
                path="Service.Status",
                want="PAUSED",
                update=Call(
                    service="apprunner",
                    operation="PauseService",
                    params={"ServiceArn": Found("ServiceArn")},
                ),
                doing="pausing it",
            ),
        ),
        outputs={"arn": Output("ServiceArn", name)},
        usual=(20, 120),
    )


def redeployed(
    names: Names, region: str, source: Mapping[str, Any], variable: Mapping[str, Value]
) -> Step:
    """The service with another value of one environment variable, which deploys it anew.

    `source` is the SourceConfiguration that it has now.
    """
    inside = "ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables"
    repository = source["ImageRepository"]
    image = repository["ImageConfiguration"]
    variables = {**image.get("RuntimeEnvironmentVariables", {}), **variable}
    changed: dict[str, Value] = {
        **source,
        "ImageRepository": {
            **repository,
            "ImageConfiguration": {**image, "RuntimeEnvironmentVariables": variables},
        },
    }
    return replace(
        service_there(names.service, region),
        title="Redeploy the agent",
        why="App Runner starts the agent with the new config beside the running one. If it does "
        "not become healthy, the old one and the old password stay.",
        fits=(
            Expectation(
                what="the service's deployed config",
                path=f"Service.SourceConfiguration.{inside}",
                want=variable,
                update=Call(
                    service="apprunner",
                    operation="UpdateService",
                    params={"ServiceArn": Found("ServiceArn"), "SourceConfiguration": changed},
                ),
                reading="subset",
                effect=DEPLOYS_ANEW,
            ),
        ),
        outputs={"arn": Output("ServiceArn", names.service)},
        after=frozenset({"config-secret"}),
        usual=(120, 300),
    )


def _params(request: Document) -> dict[str, Value]:
    assert isinstance(request.body, JsonText)  # noqa: S101 - made just above, by service_request
    assert isinstance(request.body.value, dict)  # noqa: S101
    return request.body.value


def _find(name: str, *but: str) -> Lookup:
    """The service of that name, in another state than DELETED and these."""
    named = (f"ServiceName=='{name}'", *(f"Status!='{each}'" for each in ("DELETED", *but)))
    return Lookup(
        call=Call(service="apprunner", operation="ListServices", params={}),
        more="NextToken",
        pick=f"ServiceSummaryList[?{' && '.join(named)}] | [0]",
    )


def _describe() -> Lookup:
    return Lookup(
        call=Call(
            service="apprunner",
            operation="DescribeService",
            params={"ServiceArn": Found("ServiceArn")},
        ),
        pick="Service",
        into="Service",
        absent=GONE,
    )


def _operation(name: str) -> Poll:
    def log(kind: str) -> Report:
        return Report(
            call=Call(
                service="logs",
                operation="FilterLogEvents",
                params={
                    "logGroupName": Text((f"/aws/apprunner/{name}/", Found("ServiceId"), kind))
                },
            ),
            lines="events[].{id: message, text: message}",
        )

    return Poll(
        call=Call(
            service="apprunner",
            operation="ListOperations",
            params={"ServiceArn": Found("ServiceArn")},
        ),
        path="OperationSummaryList[0].Status",
        until=frozenset({"SUCCEEDED"}),
        fail=frozenset({"FAILED", "ROLLBACK_FAILED", "ROLLBACK_SUCCEEDED"}),
        every=5,
        limit=2700,
        news=log("/service"),
        autopsy=log("/application"),
    )
