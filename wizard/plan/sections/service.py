"""Deploy the agent: all that is App Runner's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from wizard.documents.document import Document
from wizard.plan.model import (
    Call,
    Farewell,
    Fit,
    Look,
    LookOnly,
    Output,
    Poll,
    Report,
    Retry,
    Section,
    Step,
    Theirs,
)
from wizard.plan.sections.asleep import paused, paused_service
from wizard.plan.sections.common import Site, owned, tagged
from wizard.plan.sections.service_request import FINGERPRINT
from wizard.values import Found, JsonText, Merged, Text, Value

CREATED_WITH = frozenset({"ServiceName", "Tags", "EncryptionConfiguration"})
"""What App Runner takes when it creates a service, and never changes."""

IMAGE_CONFIGURATION = ("SourceConfiguration", "ImageRepository", "ImageConfiguration")
ENVIRONMENT = {
    "RuntimeEnvironmentVariables": "environment variables",
    "RuntimeEnvironmentSecrets": "environment variables from secrets",
}
"""What the container finds in its environment, and what it is called."""
OURS = ("FORMAE_CONFIG", FINGERPRINT)

GONE = frozenset({"ResourceNotFoundException"})
"""Also of what was listed a moment ago: a service being deleted vanishes between two calls."""


def service(site: Site, request: Document) -> list[Step]:
    """The scaling configuration and the service; `request` is made by `service_request`."""
    return [_scaling(site), _service(site, request)]


def _tags_of(arn: str) -> Look:
    return Look(
        call=Call(
            service="apprunner",
            operation="ListTagsForResource",
            params={"ResourceArn": Found(arn)},
        ),
        pick="Tags",
        into="Tags",
        absent=GONE,
    )


def _tagged(site: Site, arn: str) -> Fit:
    tags = site.tags(site.names.service)
    return tagged(
        tags,
        "Tags",
        Call(
            service="apprunner",
            operation="TagResource",
            params={"ResourceArn": Found(arn), "Tags": tags},
        ),
    )


def _scaling(site: Site) -> Step:
    name = site.names.service
    create = Call(
        service="apprunner",
        operation="CreateAutoScalingConfiguration",
        params={
            "AutoScalingConfigurationName": name,
            "MinSize": 1,
            "MaxSize": 1,
            "MaxConcurrency": 200,
            "Tags": site.tags(name),
        },
    )
    arn = "AutoScalingConfigurationArn"
    return Step(
        id="scaling",
        section=Section.SERVICE,
        title="Exactly one instance",
        why="App Runner would start up to 25; several agents on one database is what formae does "
        "not support.",
        see=_find_scaling(name, arn),
        make=create,
        fits=(
            *(
                Fit(
                    what="one instance",
                    path=f"Detail.{size}",
                    want=1,
                    mend=create,
                    effect="A new revision is made; the service is moved to it.",
                )
                for size in ("MinSize", "MaxSize")
            ),
            _tagged(site, arn),
        ),
        owned=owned("Tags"),
        farewell=Farewell(gone="Status=='inactive' || Status=='INACTIVE'", status="Status"),
        outputs={
            "arn": Output(
                arn, site.likely_arn("apprunner", f"autoscalingconfiguration/{name}/1/<id>")
            ),
        },
        unmake=(
            Call(
                service="apprunner",
                operation="DeleteAutoScalingConfiguration",
                params={arn: Found(arn)},
            ),
        ),
    )


def _find_scaling(name: str, arn: str) -> tuple[Look, ...]:
    return (
        Look(
            call=Call(
                service="apprunner",
                operation="ListAutoScalingConfigurations",
                params={"AutoScalingConfigurationName": name, "LatestOnly": True},
            ),
            pick="AutoScalingConfigurationSummaryList[?Status=='active' || Status=='ACTIVE'] | [0]",
            more="NextToken",
        ),
        Look(
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
    step = _scaling(site)
    return replace(
        step,
        id=f"scaling-{revision}",
        title=f"Scaling configuration, revision {revision}",
        see=(
            Look(
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
        make=LookOnly(f"The scaling configuration {arn} is not there."),
        fits=(),
    )


def _service(site: Site, request: Document) -> Step:
    name = site.names.service
    likely = f"service/{name}/<id>"
    return replace(
        service_there(name, site.answers.region),
        why="Runs the agent behind HTTPS. It is reported healthy only once the agent has read its "
        "config and reached its database.",
        make=Call(service="apprunner", operation="CreateService", params=_params(request)),
        fits=(_as_wanted(_params(request)), _tagged(site, "ServiceArn")),
        theirs=_theirs(),
        **paused(site, name),
        broken="Service.Status=='CREATE_FAILED'",
        retry=Retry(
            pattern=r"^InvalidRequestException: Error in assuming|^InvalidStateException",
            say="waiting for the new roles to be known everywhere in IAM (normal, up to a minute)",
            every=5,
            limit=180,
        ),
        after=frozenset({"image", "access-role-policy", "runtime-policy", "database"}),
        outputs={
            "arn": Output("ServiceArn", site.likely_arn("apprunner", likely)),
            "id": Output("ServiceId", "<id>"),
            "url": Output("Service.ServiceUrl", f"<id>.{site.answers.region}.awsapprunner.com"),
        },
        unmake=(
            Call(
                service="apprunner",
                operation="DeleteService",
                params={"ServiceArn": Found("ServiceArn")},
            ),
        ),
        farewell=Farewell(
            busy="Service.Status=='OPERATION_IN_PROGRESS'",
            failed="Service.Status=='DELETE_FAILED'",
            status="Service.Status",
            retry=Retry(
                pattern="^InvalidStateException",
                say="App Runner is busy with the service",
                every=10,
                limit=2700,
            ),
            limit=2700,
        ),
        usual=(150, 360),
    )


def service_there(name: str, region: str) -> Step:
    """The service of that name, which must be there; its changes are judged by the operation."""
    return Step(
        id="service",
        section=Section.SERVICE,
        title="App Runner service",
        why="Runs the agent behind HTTPS.",
        see=(_find(name), _describe(), _tags_of("ServiceArn")),
        make=LookOnly(f"There is no service {name}."),
        wait=_operation(name),
        refusals=(paused_service(name, region),),
        owned=owned("Tags"),
    )


def _params(request: Document) -> dict[str, Value]:
    assert isinstance(request.body, JsonText)  # noqa: S101 - made just above, by service_request
    assert isinstance(request.body.value, dict)  # noqa: S101
    return request.body.value


def _find(name: str) -> Look:
    return Look(
        call=Call(service="apprunner", operation="ListServices", params={}),
        more="NextToken",
        pick=f"ServiceSummaryList[?ServiceName=='{name}' && Status!='DELETED'] | [0]",
    )


def _describe() -> Look:
    return Look(
        call=Call(
            service="apprunner",
            operation="DescribeService",
            params={"ServiceArn": Found("ServiceArn")},
        ),
        pick="Service",
        into="Service",
        absent=GONE,
    )


def _beside_theirs(settings: Mapping[str, Value]) -> dict[str, Value]:
    """The settings for a service that is there: variables and secrets of others stay in it.

    A name can be a variable or a secret, not both.
    """

    def within(path: tuple[str, ...], inner: Mapping[str, Value]) -> dict[str, Value]:
        if path:
            below = inner.get(path[0])
            deeper = within(path[1:], below if isinstance(below, Mapping) else {})
            return {**inner, path[0]: deeper}
        given = {kind: inner.get(kind) for kind in ENVIRONMENT}
        ours = {kind: each if isinstance(each, Mapping) else {} for kind, each in given.items()}
        merged: dict[str, Value] = {
            kind: Merged(
                ".".join(("Service", *IMAGE_CONFIGURATION, kind)),
                ours[kind],
                without=tuple(key for other in ENVIRONMENT if other != kind for key in ours[other]),
            )
            for kind in ENVIRONMENT
        }
        return {**inner, **merged}

    return within(IMAGE_CONFIGURATION, settings)


def _theirs() -> tuple[Theirs, ...]:
    """What others may have set on the service, and the wizard has no answer for."""
    environment = ".".join(("Service", *IMAGE_CONFIGURATION))
    network = "Service.NetworkConfiguration"
    return (
        *(
            Theirs(what, f"keys(not_null({environment}.{kind}, `{{}}`))[?{_none_of(OURS)}]")
            for kind, what in ENVIRONMENT.items()
        ),
        Theirs("VPC connector", f"{network}.EgressConfiguration.VpcConnectorArn"),
        Theirs(
            "open to the VPC alone",
            f"{network}.IngressConfiguration.IsPubliclyAccessible == `false` && 'no public address'"
            " || null",
        ),
        Theirs(
            "observability",
            "Service.ObservabilityConfiguration.ObservabilityConfigurationArn",
        ),
    )


def _none_of(names: Iterable[str]) -> str:
    return " && ".join(f"@ != '{name}'" for name in names)


def _as_wanted(params: dict[str, Value]) -> Fit:
    settings = {key: value for key, value in params.items() if key not in CREATED_WITH}
    described = dict(settings)
    scaling = described.pop("AutoScalingConfigurationArn", None)
    if scaling is not None:
        described["AutoScalingConfigurationSummary"] = {"AutoScalingConfigurationArn": scaling}
    return Fit(
        what="the service's settings",
        path="Service",
        want=described,
        mend=Call(
            service="apprunner",
            operation="UpdateService",
            params={"ServiceArn": Found("ServiceArn"), **_beside_theirs(settings)},
        ),
        reading="subset",
        effect="App Runner deploys the service anew, which takes some minutes; the old one answers "
        "until the new one is healthy.",
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
