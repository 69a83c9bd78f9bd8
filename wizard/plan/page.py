"""Pages of the AWS console, as data: their parts may be values that are known only later."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.base.values import Ref, Value

ARN_END = re.compile(r"-[A-Za-z0-9?]{6}$")
"""The six characters that Secrets Manager puts behind a secret's name."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What of a text comes after the last `after` and before the first `before`."""

    of: Value
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the console: `path` follows its address, with `{region}` and a name for each part.

    While a part is not known, the page is `otherwise`, where that is given.
    """

    path: str
    parts: Mapping[str, Value | Cut] = field(default_factory=dict)
    otherwise: str = ""
    worldwide: bool = False
    """Whether it is of no region's console, as all of IAM."""


def database_page(name: Value, *, cluster: bool) -> Page:
    """A cluster's, by its name or ARN, or an instance's by its name."""
    kind = "true" if cluster else "false"
    return Page(
        path=f"rds/home?region={{region}}#database:id={{name}};is-cluster={kind}",
        parts={"name": Cut(name, after=":")},
    )


def snapshots_page() -> Page:
    """The list of the region's snapshots."""
    return Page(path="rds/home?region={region}#snapshots-list:")


def secret_page(secret: str) -> Page:
    """A secret's, by its name or its full ARN."""
    name = ARN_END.sub("", secret.partition(":secret:")[2]) if secret.startswith("arn:") else secret
    return Page(path="secretsmanager/secret?name={name}&region={region}", parts={"name": name})


def repository_page(step: str) -> Page:
    """The repository's that this step makes; the registry's while the account is not known."""
    return Page(
        path="ecr/repositories/private/{account}/{name}?region={region}",
        parts={"account": Cut(Ref(step, "uri"), before="."), "name": Ref(step, "name")},
        otherwise="ecr/private-registry/repositories?region={region}",
    )


def role_page(name: Value) -> Page:
    """The console's page of a role, with what is attached to the role."""
    return _iam("roles/details/{name}", name)


def policy_page(arn: Value) -> Page:
    """The console's page of a managed policy."""
    return _iam("policies/details/{name}", arn)


def _iam(page: str, name: Value) -> Page:
    return Page(path=f"iam/home?region={{region}}#/{page}", parts={"name": name}, worldwide=True)
