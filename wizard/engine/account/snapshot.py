"""What AWS says about the parts of one deployment from which its answers can be read.

IAM's roles are the same in each region: which one a role serves is told by the ARNs in its policy,
of the agent's cluster, or where it may not use the Data API, of its config.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.json_input import parsed_json
from wizard.base.names import TAG_KEY, TAG_VALUE, Names
from wizard.base.offer import default_host, known_hosts
from wizard.catalogue import closes
from wizard.engine.account.asking import Asking, Unreadable, ours, pairs
from wizard.hosts.host import ServiceView, host, host_of, serving
from wizard.plan.world import AwsCall


def permitted_cluster(answer: Mapping[str, Any]) -> str:
    """The ARN of the cluster that a policy, as GetRolePolicy tells it, names; empty for none."""
    named = _named(answer)
    return next((arn for arn in named if arn.startswith("arn:aws:rds:") and ":cluster:" in arn), "")


def permitted_region(answer: Mapping[str, Any]) -> str:
    """The region that a policy, as GetRolePolicy tells it, is about; empty for none."""
    secrets = (arn for arn in _named(answer) if arn.startswith("arn:aws:secretsmanager:"))
    return region_of(permitted_cluster(answer) or next(secrets, ""))


def _named(answer: Mapping[str, Any]) -> list[str]:
    """The ARNs in the statements of a policy."""
    document = answer.get("PolicyDocument", {})
    policy = parsed_json(document) if isinstance(document, str) else document
    return [
        arn
        for statement in policy.get("Statement", [])
        for arn in _listed(statement.get("Resource"))
    ]


def served(asking: Asking, names: Names) -> str:
    """The region whose deployment the instance role is for; empty where it says none.

    Raises AwsError where it may not be asked.
    """
    role = {"RoleName": names.instance_role, "PolicyName": names.runtime_policy}
    return permitted_region(asking.ask("iam", "GetRolePolicy", role) or {})


def region_of(arn: str) -> str:
    """The region in an ARN; empty for none."""
    return arn.split(":")[3] if arn else ""


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is of a deployment; empty, or None, where there is nothing of ours."""

    name: str
    host: str = ""
    """The key of the host that it runs on; empty for the default."""
    service: ServiceView | None = None
    service_tags: Mapping[str, str] = field(default_factory=dict)
    secret_tags: Mapping[str, str] = field(default_factory=dict)
    """Of the secret with the agent's config."""
    config: str = field(default="", repr=False)
    cluster: Mapping[str, Any] = field(default_factory=dict)
    """The deployment's own cluster."""
    engine: str = ""
    """Version of the cluster of that name, whoever made it."""
    attached: tuple[str, ...] | None = None
    """ARNs of the policies attached to the instance role; None where nobody could say."""
    policy: Mapping[str, Any] = field(default_factory=dict)
    """The document of our first numbered policy."""
    role: bool = False
    """Whether there is an instance role of ours that serves this region."""
    gaps: tuple[Unreadable, ...] = ()

    @property
    def names(self) -> Names:
        """The names of the parts."""
        return Names(self.name, self.host)

    @property
    def anything(self) -> bool:
        """Whether anything of that name is ours."""
        return bool(self.service or self.secret_tags or self.cluster or self.role)


def see(call: AwsCall, region: str, name: str, on: str = "") -> Seen:
    """Look at the deployment of that name: read calls only, side by side. Never raises.

    While its agent is moved two hosts have parts of it: that with the key `on` is looked at, or
    the one that it runs on.
    """
    asking = Asking(call)
    key = on or host_there(call, name)
    names = Names(name, key)
    looks: dict[str, Callable[[], dict[str, Any]]] = {
        f"the service {names.service}": lambda: _service(asking, names),
        f"the secret {names.config_secret}": lambda: _secret(asking, names.config_secret),
        f"the cluster {names.cluster}": lambda: _cluster(asking, names.cluster),
        f"the role {names.instance_role}": lambda: _role(asking, names, region),
    }
    found = fan_out({what: partial(_tried, asking, what, look) for what, look in looks.items()})
    parts = {key: value for part in found.values() for key, value in part.items()}
    return Seen(name=name, host=key, gaps=tuple(asking.gaps), **parts)


def host_there(call: AwsCall, name: str) -> str:
    """The host it runs on, or was to run on: that of its service, else of its agent's role.

    Empty where neither is there, or AWS does not say.
    """
    asking = Asking(call)
    others = [key for key in known_hosts() if key != default_host()]
    if not others:
        return ""
    with suppress(AwsError, WizardError):
        if found := serving(asking.ask, name):
            return host_of(found.arn)
        for key in (*others, default_host()):
            if asking.ask("iam", "GetRole", {"RoleName": Names(name, key).instance_role}):
                return key
    return ""


def _tried(asking: Asking, what: str, look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return asking.attempt(what, look, {})


def _foreign(asking: Asking, what: str) -> dict[str, Any]:
    why = f"It does not have the tag {TAG_KEY}={TAG_VALUE}: the wizard did not create it."
    asking.gaps.append(
        Unreadable(f"{what[:1].upper()}{what[1:]} is not the wizard's, so its content", why)
    )
    return {}


def _service(asking: Asking, names: Names) -> dict[str, Any]:
    name, runs_on = names.service, host(names.host)
    try:
        found = next((each for each in runs_on.services(asking.ask) if each.name == name), None)
    except AwsError as error:
        if not closes(error):  # where the host is closed to the account, nothing runs on it
            raise
        found = None
    if found is None:
        return {}
    tags = runs_on.tags(asking.ask, found.arn)
    if not ours(tags):
        return _foreign(asking, f"the service {name}")
    described = runs_on.described(asking.ask, found.arn)
    return {"service": described, "service_tags": tags} if described else {}


def _secret(asking: Asking, name: str) -> dict[str, Any]:
    described = asking.ask("secretsmanager", "DescribeSecret", {"SecretId": name})
    if described is None:
        return {}
    tags = pairs(described.get("Tags"))
    if not ours(tags):
        return _foreign(asking, f"the secret {name}")
    if described.get("DeletedDate"):
        why = f"The secret {name} is scheduled for deletion and cannot be read."
        asking.gaps.append(Unreadable("The agent's config", why))
        return {"secret_tags": tags}
    text = asking.attempt(
        f"the value of the secret {name}",
        lambda: asking.ask("secretsmanager", "GetSecretValue", {"SecretId": described["ARN"]}),
        None,
    )
    return {"secret_tags": tags, "config": (text or {}).get("SecretString", "")}


def _cluster(asking: Asking, name: str) -> dict[str, Any]:
    described = asking.ask("rds", "DescribeDBClusters", {"DBClusterIdentifier": name})
    found = (described or {}).get("DBClusters") or []
    if not found:
        return {}
    version = str(found[0].get("EngineVersion", ""))
    if not ours(pairs(found[0].get("TagList"))):
        return _foreign(asking, f"the cluster {name}") | {"engine": version}
    return {"cluster": found[0], "engine": version}


def _role(asking: Asking, names: Names, region: str) -> dict[str, Any]:
    """What the role says; nothing where it is that of another region's deployment."""
    role = {"RoleName": names.instance_role}
    described = asking.ask("iam", "GetRole", role)
    if described is None:
        return {}
    if not ours(pairs(described["Role"].get("Tags"))):
        return _foreign(asking, f"the role {names.instance_role}")
    serves = asking.attempt("what the role may use", lambda: served(asking, names), "")
    if serves not in {"", region}:
        return {}
    listed = asking.ask("iam", "ListAttachedRolePolicies", role)
    arns = tuple(each["PolicyArn"] for each in (listed or {}).get("AttachedPolicies", []))
    own = next((arn for arn in arns if arn.endswith(f":policy/{names.scope_policy(1)}")), None)
    policy = _tried(asking, "its policy", lambda: _policy(asking, own)) if own else {}
    return {"role": serves == region, "attached": arns, "policy": policy}


def _policy(asking: Asking, arn: str) -> dict[str, Any]:
    described = asking.ask("iam", "GetPolicy", {"PolicyArn": arn})
    if described is None:
        return {}
    version = asking.ask(
        "iam",
        "GetPolicyVersion",
        {"PolicyArn": arn, "VersionId": described["Policy"]["DefaultVersionId"]},
    )
    document = (version or {}).get("PolicyVersion", {}).get("Document")
    return document if isinstance(document, dict) else {}
