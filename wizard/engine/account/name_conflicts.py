"""Is a deployment's name free? What of that name is there already, and whether a wizard made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wizard.base.errors import AwsError
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_KEY, TAG_VALUE, Names
from wizard.catalogue import explain
from wizard.engine.account.asking import Asking, ours, pairs
from wizard.engine.account.serving import served
from wizard.hosts.host import host, host_of, serving
from wizard.plan.world import AwsCall

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NameConflict:
    """What carries the deployment's names: made by a wizard, and by somebody else."""

    ours: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    elsewhere: str = ""
    """The region whose deployment has the roles of that name; empty where none has."""
    name: str = ""

    @property
    def words(self) -> str:
        """One sentence for beside the name."""
        if self.elsewhere:
            return (
                f"The name {self.name} is taken by a deployment in {self.elsewhere}, whose IAM "
                "roles are the same in every region. Choose another name."
            )
        if self.foreign:
            return (
                f"Taken: {listed(self.foreign)} already {_is(self.foreign)} in this account "
                f"without the tag {TAG_KEY}={TAG_VALUE}, so the wizard leaves "
                f"{'them' if len(self.foreign) > 1 else 'it'} alone. Choose another name, or have "
                "the wizard take over the existing resources."
            )
        if self.ours:
            return (
                f"Found: {listed(self.ours)}. Existing resources are kept, and changed only where "
                "they differ."
            )
        return "Available: nothing in this account uses this name."


def name_conflicts(call: AwsCall, region: str, deployment: str) -> NameConflict:
    """Look for the service, the role and the secrets of that name. Raises WizardError."""
    names, asking = Names(deployment), Asking(call)
    looks: dict[str, Callable[[], Tags | None]] = {
        f"service {names.service}": lambda: _service(call, deployment),
        f"role {names.instance_role}": lambda: _role(call, names.instance_role),
        f"secret {names.config_secret}": lambda: _secret(call, names.config_secret),
        f"secret {names.api_secret}": lambda: _secret(call, names.api_secret),
    }
    try:
        found = fan_out(looks)
    except AwsError as error:
        raise explain(error, "Checking whether the name is available") from None
    serves = asking.attempt("what the role may use", lambda: served(asking, names), "")
    there = [(what, tags) for what, tags in found.items() if tags is not None]
    return NameConflict(
        ours=tuple(what for what, tags in there if ours(tags)),
        foreign=tuple(what for what, tags in there if not ours(tags)),
        elsewhere="" if serves == region else serves,
        name=deployment,
    )


def listed(things: tuple[str, ...]) -> str:
    """As in: a, b and c."""
    return " and ".join(filter(None, (", ".join(things[:-1]), things[-1])))


def _is(things: tuple[str, ...]) -> str:
    return "exist" if len(things) > 1 else "exists"


def _service(call: AwsCall, deployment: str) -> Tags | None:
    found = serving(call, deployment)
    return host(host_of(found.arn)).tags(call, found.arn) if found else None


def _role(call: AwsCall, name: str) -> Tags | None:
    found = Asking(call).ask("iam", "GetRole", {"RoleName": name})
    return pairs(found["Role"].get("Tags")) if found else None


def _secret(call: AwsCall, name: str) -> Tags | None:
    found = Asking(call).ask("secretsmanager", "DescribeSecret", {"SecretId": name})
    return pairs(found.get("Tags")) if found else None
