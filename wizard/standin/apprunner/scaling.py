"""Auto scaling configurations: immutable, with revisions."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from wizard.standin.apprunner.model import moment
from wizard.standin.apprunner.rules import refuse
from wizard.standin.call import AwsError, Call
from wizard.standin.world import World

DEFAULT = "DefaultConfiguration"
OPENED = 1_700_000_000.0
"""When the account was: a Unix timestamp."""
MOST_REVISIONS = 5
MOST_NAMES = 10
PAGE = 100


@dataclass(slots=True, kw_only=True)
class Scaling:
    """One revision of one configuration."""

    arn: str
    name: str
    revision: int
    created: float
    lowest: int = 1
    highest: int = 25
    concurrency: int = 100
    deleted: float | None = None
    default: bool = False
    tags: dict[str, str] = field(default_factory=dict)


class Scalings:
    """All configurations, by region."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[str, list[Scaling]] = {}
        self.in_use: set[str] = set()
        """ARNs that services name; the service module keeps it."""

    def reset(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self.in_use.clear()

    def all(self, region: str) -> list[Scaling]:
        """The region's configurations; the default one is always there."""
        if region not in self._kept:
            arn = self._arn(region, f"{DEFAULT}/1/{'0' * 31}1")
            only = Scaling(arn=arn, name=DEFAULT, revision=1, created=OPENED, default=True)
            self._kept[region] = [only]
        return self._kept[region]

    def find(self, region: str, arn: str) -> Scaling:
        """By full ARN, or by one without id or revision, which means the latest."""
        matching = [
            item
            for item in self.all(region)
            if item.arn == arn or item.arn.startswith(arn.rstrip("/") + "/")
        ]
        if not matching:
            raise AwsError(
                "ResourceNotFoundException", f"AutoScalingConfiguration {arn} does not exist."
            )
        return max(matching, key=lambda item: item.revision)

    def for_service(self, region: str, arn: str | None) -> Scaling:
        """What a service gets."""
        if not arn:
            return next(item for item in self.all(region) if item.default)
        found = self.find(region, arn)
        if found.deleted is not None:
            raise refuse(f"AutoScalingConfiguration {arn} is not active.")
        return found

    def create(self, call: Call) -> dict[str, Any]:
        """CreateAutoScalingConfiguration."""
        params = call.params
        name = params["AutoScalingConfigurationName"]
        if name == DEFAULT:
            raise refuse(f"{DEFAULT} is a reserved name.")
        active = [item for item in self.all(call.region) if item.deleted is None]
        same = [item for item in self.all(call.region) if item.name == name]
        self._check_quota(active, name)
        revision = max((item.revision for item in same), default=0) + 1
        made = Scaling(
            arn=self._arn(call.region, f"{name}/{revision}/{uuid4().hex}"),
            name=name,
            revision=revision,
            created=self._world.clock.now(),
            lowest=params.get("MinSize", 1),
            highest=params.get("MaxSize", 25),
            concurrency=params.get("MaxConcurrency", 100),
            tags={tag["Key"]: tag.get("Value", "") for tag in params.get("Tags") or []},
        )
        if made.lowest > made.highest:
            raise refuse("MinSize must not be greater than MaxSize.")
        self.all(call.region).append(made)
        return {"AutoScalingConfiguration": self.shown(call.region, made)}

    def describe(self, call: Call) -> dict[str, Any]:
        """DescribeAutoScalingConfiguration."""
        found = self.find(call.region, call.params["AutoScalingConfigurationArn"])
        return {"AutoScalingConfiguration": self.shown(call.region, found)}

    def delete(self, call: Call) -> dict[str, Any]:
        """DeleteAutoScalingConfiguration."""
        found = self.find(call.region, call.params["AutoScalingConfigurationArn"])
        if found.default:
            raise refuse("The default auto scaling configuration cannot be deleted.")
        if found.arn in self.in_use:
            raise refuse(f"AutoScalingConfiguration {found.arn} is in use by a service.")
        found.deleted = found.deleted or self._world.clock.now()
        return {"AutoScalingConfiguration": self.shown(call.region, found)}

    def listed(self, call: Call) -> tuple[list[dict[str, Any]], int]:
        """ListAutoScalingConfigurations, newest revision first."""
        name = call.params.get("AutoScalingConfigurationName")
        found = [
            item
            for item in self.all(call.region)
            if item.deleted is None and name in {None, item.name}
        ]
        if call.params.get("LatestOnly"):
            found = [item for item in found if self._latest(call.region, item)]
        found.sort(key=lambda item: (item.name, -item.revision))
        return [self.summary(item) for item in found], PAGE

    def summary(self, item: Scaling) -> dict[str, Any]:
        """As lists and services show it."""
        return {
            "AutoScalingConfigurationArn": item.arn,
            "AutoScalingConfigurationName": item.name,
            "AutoScalingConfigurationRevision": item.revision,
            "Status": "ACTIVE" if item.deleted is None else "INACTIVE",
            "CreatedAt": moment(item.created),
            "HasAssociatedService": item.arn in self.in_use,
            "IsDefault": item.default,
        }

    def shown(self, region: str, item: Scaling) -> dict[str, Any]:
        """In full."""
        full = self.summary(item) | {
            "Latest": self._latest(region, item),
            "MaxConcurrency": item.concurrency,
            "MinSize": item.lowest,
            "MaxSize": item.highest,
        }
        return full | ({"DeletedAt": moment(item.deleted)} if item.deleted else {})

    def _check_quota(self, active: list[Scaling], name: str) -> None:
        names = {item.name for item in active if not item.default}
        if name not in names and len(names) >= MOST_NAMES:
            raise AwsError("ServiceQuotaExceededException", "Too many auto scaling configurations.")
        if sum(item.name == name for item in active) >= MOST_REVISIONS:
            raise AwsError("ServiceQuotaExceededException", f"Too many revisions of {name}.")

    def _latest(self, region: str, item: Scaling) -> bool:
        return item.revision == max(
            other.revision for other in self.all(region) if other.name == item.name
        )

    def _arn(self, region: str, rest: str) -> str:
        return self._world.arn("apprunner", region, f"autoscalingconfiguration/{rest}")
