"""App Runner as a host: the roles, the view of its services, and what a removal finds of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from wizard.base.names import Names
from wizard.base.values import Value
from wizard.documents.document import Document, DocumentKind, json_template
from wizard.documents.iam import trust_notes
from wizard.hosts.apprunner.request import service_request
from wizard.hosts.apprunner.service import pausing, redeployed, scaling, scaling_revision, service
from wizard.hosts.host import Listed, Operation, ServiceView
from wizard.plan.inputs import AGENT_ROLE, Listing
from wizard.plan.model import Call, DeleteSpec, LookOnly, Lookup, Obstacle, Output, Section, Step
from wizard.plan.resources.common import Site
from wizard.plan.resources.policies import attached
from wizard.plan.resources.roles import role
from wizard.plan.world import AwsCall

STOPPED = frozenset({"PAUSED", "CREATE_FAILED", "DELETE_FAILED"})
"""States in which no agent runs, nor will."""


def services(call: AwsCall) -> list[Listed]:
    """Every service of the region that is not deleted. Raises AwsError."""
    found = call("apprunner", "ListServices", {})["ServiceSummaryList"]
    listed = (
        Listed(
            each["ServiceName"],
            each["ServiceArn"],
            str(each.get("Status", "")),
            each.get("Status") not in STOPPED,
            str(each.get("CreatedAt", "")),
        )
        for each in found
    )
    return [each for each in listed if each.status != "DELETED"]


def tags(call: AwsCall, arn: str) -> dict[str, str]:
    """The service's tags; none where it is gone and `call` answers None. Raises AwsError."""
    found = call("apprunner", "ListTagsForResource", {"ResourceArn": arn}) or {}
    return {each["Key"]: each.get("Value", "") for each in found.get("Tags") or []}


def described(call: AwsCall, arn: str) -> ServiceView | None:
    """One service; None where it is gone and `call` answers None. Raises AwsError."""
    found = call("apprunner", "DescribeService", {"ServiceArn": arn})
    return view(found["Service"]) if found else None


def operations(call: AwsCall, arn: str) -> tuple[Operation, ...]:
    """The service's operations, the newest first; none where it is gone. Raises AwsError."""
    found = call("apprunner", "ListOperations", {"ServiceArn": arn}) or {}
    return tuple(
        Operation(
            type=str(each.get("Type", "")),
            status=str(each.get("Status", "")),
            started=str(each.get("StartedAt", "")),
            ended=str(each.get("EndedAt", "")),
        )
        for each in found.get("OperationSummaryList", [])
    )


def view(found: Mapping[str, Any]) -> ServiceView:
    """The view of a service that DescribeService told."""
    source = found.get("SourceConfiguration", {})
    image = source.get("ImageRepository", {})
    settings = image.get("ImageConfiguration", {})
    size = found.get("InstanceConfiguration", {})
    url = found.get("ServiceUrl", "")
    return ServiceView(
        arn=str(found.get("ServiceArn", "")),
        status=str(found.get("Status", "")),
        running=found.get("Status") == "RUNNING",
        url=f"https://{url}" if url else "",
        image=str(image.get("ImageIdentifier", "")),
        cpu=str(size.get("Cpu", "")),
        memory=str(size.get("Memory", "")),
        created=str(found.get("CreatedAt", "")),
        updated=str(found.get("UpdatedAt", "")),
        env=settings.get("RuntimeEnvironmentVariables") or {},
        secrets=settings.get("RuntimeEnvironmentSecrets") or {},
        source=source,
    )


SCALINGS, LOGS = "scalings", "logs"


def listings(names: Names) -> dict[str, Listing]:
    """ARNs of the living revisions, newest first, and names of log groups."""
    living = "AutoScalingConfigurationSummaryList[?Status=='active' || Status=='ACTIVE']"
    newest_first = f"reverse(sort_by({living}, &AutoScalingConfigurationRevision))"
    scalings = Call(
        service="apprunner",
        operation="ListAutoScalingConfigurations",
        params={"AutoScalingConfigurationName": names.service},
    )
    logs = Call(
        service="logs",
        operation="DescribeLogGroups",
        params={"logGroupNamePrefix": f"/aws/apprunner/{names.service}/"},
    )
    return {
        SCALINGS: Listing(scalings, f"{newest_first}[].AutoScalingConfigurationArn"),
        LOGS: Listing(logs, "sort(logGroups[].logGroupName)"),
    }


def steps(site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    """The newest revision stands for the plan's own scaling; the others are steps of their own."""
    for number, arn in enumerate(found.get(SCALINGS, ())):
        step = scaling_revision(site, arn)
        yield replace(step, id="scaling") if number == 0 else step
    for number, name in enumerate(found.get(LOGS, ()), 1):
        yield _log_group(site, f"log-{number}", name)


def _protected(name: str, region: str) -> Obstacle:
    return Obstacle(
        path="deletionProtectionEnabled && logGroupName",
        what="The log group {held} has deletion protection.",
        fix="Disable the protection with `aws logs put-log-group-deletion-protection "
        f"--log-group-identifier {name} --no-deletion-protection-enabled --region {region}`.",
    )


def _log_group(site: Site, step_id: str, name: str) -> Step:
    title = f"Log group {name.rpartition('/')[2]}"
    group: dict[str, Value] = {"logGroupName": name}
    return Step(
        id=step_id,
        section=Section.SERVICE,
        title=title,
        why="The logs of App Runner and the agent; App Runner does not delete them.",
        make=LookOnly(f"{title} does not exist."),
        lookups=(
            Lookup(
                call=Call(
                    service="logs",
                    operation="DescribeLogGroups",
                    params={"logGroupNamePrefix": name},
                ),
                pick=f"logGroups[?logGroupName=='{name}'] | [0]",
            ),
        ),
        delete=(Call(service="logs", operation="DeleteLogGroup", params=group),),
        delete_spec=DeleteSpec(obstacles=(_protected(name, site.answers.region),)),
        part_of="service",
        outputs={"arn": Output("logGroupName", name)},
    )


ACCESS_ROLE = "access-role"

PULL_POLICY = "arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"


def trusts() -> dict[str, Document]:
    """Both trust policies, by the step of their role."""
    return {
        ACCESS_ROLE: Document(
            name="apprunner-trust.json",
            kind=DocumentKind.TRUST,
            title="Access role trust policy",
            why="Only App Runner's build service can assume the access role.",
            body=json_template("trust-access.json", {}),
            notes=trust_notes(
                "App Runner's build service, which pulls the image, and no one else."
            ),
        ),
        AGENT_ROLE: Document(
            name="apprunner-instance-trust.json",
            kind=DocumentKind.TRUST,
            title="Instance role trust policy",
            why="Only App Runner's running containers can assume the instance role.",
            body=json_template("trust-instance.json", {}),
            notes=trust_notes("The containers that App Runner runs for you, and no one else."),
        ),
    }


def access(site: Site, documents: Mapping[str, Document]) -> list[Step]:
    """The access role, and the policy with which it may read images."""
    return [
        role(
            site,
            step_id=ACCESS_ROLE,
            name=site.names.access_role,
            trust=documents[ACCESS_ROLE],
            title="Access role",
            why="App Runner assumes this role to pull the image from ECR, and for nothing else.",
        ),
        attached(
            step_id="access-role-policy",
            role=ACCESS_ROLE,
            policy=PULL_POLICY,
            pick=f"PolicyArn=='{PULL_POLICY}'",
            title="ECR read access attachment",
            why="AWS's own managed policy for reading images.",
        ),
    ]


class AppRunner:
    """Answers what `Host` asks."""

    def trusts(self) -> Mapping[str, Document]:
        """Those of the access role and the instance role."""
        return trusts()

    def policies(self) -> Mapping[str, Document]:
        """None: AWS's own policy is enough."""
        return {}

    def roles(
        self,
        site: Site,
        trusts: Mapping[str, Document],
        policies: Mapping[str, Document],  # noqa: ARG002 - there are none
    ) -> list[Step]:
        """The access role."""
        return access(site, trusts)

    def place(self, site: Site) -> list[Step]:  # noqa: ARG002 - it is outside the VPC
        """Nowhere."""
        return []

    def agent_role(self) -> tuple[str, str]:
        """The instance role."""
        return "Instance role", (
            "The agent uses this role; AWS gives it short-lived credentials, so no key is stored "
            "anywhere."
        )

    def requests(self, site: Site, config: Document) -> list[Document]:
        """The one CreateService request."""
        return [service_request(site, config)]

    def service(self, site: Site, requests: list[Document], after: Iterable[str]) -> list[Step]:
        """The scaling configuration and the service."""
        (request,) = requests
        return [scaling(site), service(site, request, after)]

    def stopped(self, site: Site) -> Step:
        """The service, paused: it keeps its address."""
        return pausing(site)

    def redeployed(
        self, names: Names, region: str, now: Mapping[str, Any], variable: Mapping[str, Value]
    ) -> list[Step]:
        """The service; `now` is its SourceConfiguration."""
        return [redeployed(names, region, now, variable)]

    def leftovers(self, names: Names) -> Mapping[str, Listing]:
        """Revisions of the scaling configuration, and log groups."""
        return listings(names)

    def left(self, site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
        """A step for each revision and each log group."""
        return steps(site, found)

    def open_to(self) -> tuple[Call, str]:
        """Every call is refused where the account may not use it; listing costs nothing."""
        call = Call(service="apprunner", operation="ListServices", params={})
        return call, "length(ServiceSummaryList[?Status!='DELETED'])"

    def log_group(self, service: str) -> str:
        """Named by App Runner after the service's name and id."""
        _, name, service_id = service.rsplit("/", 2)
        return f"/aws/apprunner/{name}/{service_id}/application"

    def services(self, call: AwsCall) -> list[Listed]:
        """One list call, and what is deleted left out."""
        return services(call)

    def tags(self, call: AwsCall, arn: str) -> dict[str, str]:
        """They are not in the description, but asked for by themselves."""
        return tags(call, arn)

    def described(self, call: AwsCall, arn: str) -> ServiceView | None:
        """Of one call to DescribeService."""
        return described(call, arn)

    def view(self, found: Mapping[str, Any]) -> ServiceView:
        """Of the member `Service`."""
        return view(found.get("Service", {}))

    def made_before(self, call: AwsCall, names: Names) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing: every step is in each plan."""
        return ()

    def operations(self, call: AwsCall, arn: str) -> tuple[Operation, ...]:
        """As App Runner lists them."""
        return operations(call, arn)


HOST = AppRunner()
