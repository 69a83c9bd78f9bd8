"""App Runner as a host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wizard.base.names import Names
from wizard.base.values import Value
from wizard.documents.document import Document
from wizard.hosts.apprunner import leftovers, roles, view
from wizard.hosts.apprunner.request import service_request
from wizard.hosts.apprunner.service import pausing, redeployed, scaling, service
from wizard.hosts.service_view import Listed, Operation, ServiceView
from wizard.plan.hosting import Listing
from wizard.plan.model import Call, Step
from wizard.plan.resources.common import Site
from wizard.plan.world import AwsCall


class AppRunner:
    """Answers what `Host` asks."""

    def trusts(self) -> Mapping[str, Document]:
        """Those of the access role and the instance role."""
        return roles.trusts()

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
        return roles.access(site, trusts)

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
        return leftovers.listings(names)

    def left(self, site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
        """A step for each revision and each log group."""
        return leftovers.steps(site, found)

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
        return view.services(call)

    def tags(self, call: AwsCall, arn: str) -> dict[str, str]:
        """They are not in the description, but asked for by themselves."""
        return view.tags(call, arn)

    def described(self, call: AwsCall, arn: str) -> ServiceView | None:
        """Of one call to DescribeService."""
        return view.described(call, arn)

    def view(self, found: Mapping[str, Any]) -> ServiceView:
        """Of the member `Service`."""
        return view.view(found.get("Service", {}))

    def made_before(self, call: AwsCall, names: Names) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing: every step is in each plan."""
        return ()

    def operations(self, call: AwsCall, arn: str) -> tuple[Operation, ...]:
        """As App Runner lists them."""
        return view.operations(call, arn)


HOST = AppRunner()
