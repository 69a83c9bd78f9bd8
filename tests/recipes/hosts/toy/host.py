"""The toy's steps and documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from wizard.base.names import Names
from wizard.base.values import JsonText, Ref, Sha256, Template, Value
from wizard.documents.document import Document, DocumentKind
from wizard.hosts.host import Listed, Operation, ServiceView
from wizard.plan.charges import HOURS, Place, fixed
from wizard.plan.inputs import AGENT_ROLE, Listing
from wizard.plan.model import (
    Call,
    Count,
    LinkedRole,
    LookOnly,
    Lookup,
    Output,
    Quota,
    Section,
    Step,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import (
    FINGERPRINT,
    Site,
    delete_secret,
    owned,
    secret_look,
    tagged_secret,
)
from wizard.plan.resources.secrets import CONFIG_SECRET_ARN, config_document, value_look
from wizard.plan.resources.types import SECRET_TYPE
from wizard.plan.world import AwsCall

TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
    '"Principal":{"Service":"toybox.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
)


class Toy:
    """Answers what `Host` asks."""

    def trusts(self) -> Mapping[str, Document]:
        """That of the agent's role: the toy has no other."""
        return {
            AGENT_ROLE: Document(
                name="toy-trust.json",
                kind=DocumentKind.TRUST,
                title="Who may act as the agent",
                why="Only the toy.",
                body=Template("json", TRUST, {}),
                notes=(),
            )
        }

    def policies(self) -> Mapping[str, Document]:
        """None."""
        return {}

    def roles(
        self,
        site: Site,
        trusts: Mapping[str, Document],
        policies: Mapping[str, Document],
    ) -> list[Step]:
        """None of its own."""
        return []

    def place(self, site: Site) -> list[Step]:
        """Nowhere."""
        return []

    def agent_role(self) -> tuple[str, str]:
        """The task role."""
        return "Task role", "The agent plays with it."

    def requests(self, site: Site, config: Document) -> list[Document]:
        """What the toy is asked for."""
        body: dict[str, Value] = {
            "Size": site.answers.memory,
            "Role": Ref(AGENT_ROLE, "arn"),
            "Config": CONFIG_SECRET_ARN,
            FINGERPRINT: Sha256(config.body),
        }
        return [
            Document(
                name="toy.json",
                kind=DocumentKind.TRUST,
                title="The toy",
                why="It plays.",
                body=JsonText(body),
                notes=(),
            )
        ]

    def service(self, site: Site, requests: list[Document], after: Iterable[str]) -> list[Step]:
        """The secret that stands for the service."""
        (request,) = requests
        name = site.names.service
        counted = Call(service="secretsmanager", operation="ListSecrets", params={})
        charge = fixed("Toy", "toy-hour", HOURS * 2, "two hours an hour")
        step = Step(
            id="service",
            section=Section.SERVICE,
            title="Toy service",
            why="Plays with the agent.",
            lookups=(secret_look(name), value_look()),
            **SECRET_TYPE.wanted(
                {
                    "Name": name,
                    "Description": "The toy",
                    "SecretString": request.body,
                    "Tags": site.tags(name),
                },
                *tagged_secret(site, name),
            ),
            owned=owned("Tags"),
            after=frozenset({"image", "database", *after}),
            outputs={
                "arn": Output("ARN", site.likely_arn("secretsmanager", f"secret:{name}-??????")),
                "url": Output("Name", f"<id>.{site.offer.domain}"),
            },
            delete=delete_secret(),
            page=Page(path="toybox?name={name}", parts={"name": name}),
            charges=(replace(charge, place=Place.AGENT, words="the toy"),),
            quota=Quota(
                kind="toys",
                used=Count(call=counted, path="SecretList[].Name"),
                limit=Count(call=counted, path="`0`"),
            ),
            linked_role=LinkedRole("toybox", "AWSServiceRoleForToyBox"),
            usual=(100, 200),
        )
        return [step]

    def stopped(self, site: Site) -> Step:
        """A toy never plays with a database."""
        (service,) = self.service(site, self.requests(site, config_document(site)), ())
        return replace(service, make=LookOnly(""), fits=())

    def redeployed(
        self, names: Names, region: str, now: Mapping[str, Any], variable: Mapping[str, Value]
    ) -> list[Step]:
        """The service with another variable."""
        step = Step(
            id="service",
            section=Section.SERVICE,
            title="The toy plays anew",
            why=f"Now it is {sorted(now)}.",
            lookups=(secret_look(names.service),),
            make=LookOnly("There is no toy."),
        )
        return [step]

    def leftovers(self, names: Names) -> Mapping[str, Listing]:
        """Its log groups."""
        call = Call(
            service="logs",
            operation="DescribeLogGroups",
            params={"logGroupNamePrefix": f"/toy/{names.service}"},
        )
        return {"logs": Listing(call, "sort(logGroups[].logGroupName)")}

    def left(self, site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
        """A step for each log group."""
        for number, name in enumerate(found.get("logs", ()), 1):
            yield Step(
                id=f"toy-log-{number}",
                section=Section.SERVICE,
                title=f"Toy log {name}",
                why="The toy wrote it.",
                lookups=(
                    Lookup(
                        call=self.leftovers(site.names)["logs"].call,
                        pick=f"logGroups[?logGroupName=='{name}'] | [0]",
                    ),
                ),
                make=LookOnly("It is not there."),
                delete=(
                    Call(service="logs", operation="DeleteLogGroup", params={"logGroupName": name}),
                ),
                part_of="service",
                outputs={"arn": Output("logGroupName", name)},
            )

    def open_to(self) -> tuple[Call, str]:
        """Everybody may list secrets."""
        call = Call(service="secretsmanager", operation="ListSecrets", params={})
        return call, "length(SecretList)"

    def log_group(self, service: str) -> str:
        """Where the toy writes."""
        return f"/toy/{service.rpartition(':')[2]}"

    def services(self, call: AwsCall) -> list[Listed]:
        """The secrets that stand for services."""
        found = call("secretsmanager", "ListSecrets", {})["SecretList"]
        return [
            Listed(each["Name"], each["ARN"], "RUNNING")
            for each in found
            if each["Name"].endswith("-toy")
        ]

    def tags(self, call: AwsCall, arn: str) -> dict[str, str]:
        """The secret's."""
        found = call("secretsmanager", "DescribeSecret", {"SecretId": arn})
        return {each["Key"]: each["Value"] for each in found["Tags"]}

    def described(self, call: AwsCall, arn: str) -> ServiceView | None:
        """The secret as a service."""
        return self.view(call("secretsmanager", "DescribeSecret", {"SecretId": arn}))

    def view(self, found: Mapping[str, Any]) -> ServiceView:
        """Nothing of it is known but that it plays."""
        return ServiceView(
            arn=found["ARN"],
            status="RUNNING",
            running=True,
            url="",
            image="",
            cpu="",
            memory="",
            created="",
            updated="",
        )

    def made_before(self, call: AwsCall, names: Names) -> tuple[str, ...]:
        """Nothing: every step is in each plan."""
        return ()

    def operations(self, call: AwsCall, arn: str) -> tuple[Operation, ...]:
        """None: it only plays."""
        return ()


HOST = Toy()
