"""Deploy the agent: all that is App Runner's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from wizard.answers.record import TAGS_RECORD
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
)
from wizard.plan.sections.asleep import paused, paused_service
from wizard.plan.sections.common import Site, owned
from wizard.plan.sections.config import RECORD
from wizard.plan.sections.service_request import tags_record
from wizard.plan.sections.service_settings import as_wanted, theirs
from wizard.plan.sections.tagging import RUNNER, tagged, tags_of_others
from wizard.values import Found, JsonText, Text, Value

GONE = frozenset({"ResourceNotFoundException"})
"""Also of what was listed a moment ago: a service being deleted vanishes between two calls."""


def service(site: Site, request: Document, policies: Iterable[str] = ()) -> list[Step]:
    """The scaling configuration and the service; `request` is made by `service_request`.

    The steps of `policies` come before: the service's tags say which tags are on everything.
    """
    made = _service(site, request)
    return [_scaling(site), replace(made, after=made.after | set(policies))]


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


def _tagged(site: Site, arn: str) -> tuple[Fit, ...]:
    return tagged(site, site.names.service, RUNNER, {"ResourceArn": Found(arn)})


def _recorded(site: Site) -> Fit:
    """Which tags are the wizard's, written down once those of before are off everywhere."""
    tag = tags_record(site.answers)
    return Fit(
        what=RECORD,
        path=f"not_null(Tags, `[]`)[?Key=='{TAGS_RECORD}'].Value | [0]",
        want=tag["Value"],
        mend=Call(
            service="apprunner",
            operation="TagResource",
            params={"ResourceArn": Found("ServiceArn"), "Tags": [tag]},
        ),
        waits=False,
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
            *_tagged(site, arn),
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
        fits=(as_wanted(_params(request)), *_tagged(site, "ServiceArn"), _recorded(site)),
        theirs=(*theirs(), tags_of_others(site, name)),
        **paused(site, name),
        broken="Service.Status=='CREATE_FAILED'",
        retry=Retry(
            pattern=r"^InvalidRequestException: Error in assuming|^InvalidStateException",
            say="waiting for the new roles to be known everywhere in IAM (normal, up to a minute)",
            every=5,
            limit=180,
            expected=True,
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
