"""How the passwords of a deployment stand now: read from AWS, nowhere else. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.names import Names
from wizard.base.secret import Secret
from wizard.base.text import pkl_string
from wizard.engine.account.snapshot import Seen, see
from wizard.hosts.host import ServiceView
from wizard.local.formae.config import AgentSaid, agent_said
from wizard.local.formae.document import PklSyntaxError
from wizard.plan.api_rotation import CURRENT, PENDING, PREVIOUS, ApiStanding
from wizard.plan.database_rotation import DatabaseStanding
from wizard.plan.resources.common import FINGERPRINT
from wizard.plan.world import Reads


@dataclass(frozen=True, slots=True)
class Versions:
    """A JSON secret's versions by their label; a version may carry several."""

    arn: str
    members: Mapping[str, Mapping[str, Any]] = field(repr=False)
    ids: Mapping[str, str]

    @property
    def waiting(self) -> Mapping[str, Any] | None:
        """The version that has yet to prove itself, or to be done with."""
        stale = PENDING in self.ids and self.ids[PENDING] == self.ids.get(PREVIOUS)
        return None if stale else self.members.get(PENDING)

    @property
    def promoted(self) -> bool:
        """Whether that version is the current one already."""
        return PENDING in self.ids and self.ids[PENDING] == self.ids.get(CURRENT)


@dataclass(frozen=True, slots=True)
class Ground:
    """What every rotation looks at: what is deployed, and what the agent's config says."""

    reads: Reads
    seen: Seen
    region: str
    said: AgentSaid

    @property
    def names(self) -> Names:
        """The names of the parts."""
        return self.seen.names

    @property
    def url(self) -> str:
        """The agent's address, with `https://`."""
        return self.service.url

    @property
    def service(self) -> ServiceView:
        """The service; `ground` gives none without."""
        assert self.seen.service is not None  # noqa: S101
        return self.seen.service


def ground(reads: Reads, name: str, region: str) -> Ground:
    """Look at the deployment. Raises WizardError where there is none that runs."""
    seen = see(reads.call, region, name)
    gaps = " ".join(f"{gap.what}: {gap.why}" for gap in seen.gaps)
    if not seen.anything:
        raise _no(
            f"There is no deployment named {name} in {region}.",
            gaps,
            "`formae-wizard status --all-regions` lists all your deployments.",
        )
    if not seen.service or not seen.config:
        raise _no(
            f"The deployment {name} is incomplete: its service or its config does not exist.",
            gaps,
            f"Create it first: formae-wizard apply --name {name} --region {region}",
        )
    try:
        return Ground(reads, seen, region, agent_said(seen.config))
    except (PklSyntaxError, RecursionError) as error:
        raise _no(
            f"The secret {seen.names.config_secret} is not valid Pkl.",
            f"{error}. Someone has edited it; the agent would not start with it.",
            f"Fix it first: formae-wizard apply --name {name} --region {region}",
        ) from None


def api_standing(there: Ground, given: Secret | None) -> ApiStanding | None:
    """How the API's password stands; None where what is `given` is in force already.

    `given` is the password the person gave. Raises WizardError for why it cannot be rotated.
    """
    names = there.names
    known = _versions(there.reads, names.api_secret)
    if not there.said.protected or known is None:
        raise _no(
            "The agent has no API password: it accepts all requests.",
            "",
            f"Set one: formae-wizard apply --protect yes --name {names.deployment} "
            f"--region {there.region}",
        )
    hashes = (str(each.get("bcrypt") or "") for each in known.members.values())
    written = tuple({each for each in hashes if each and pkl_string(each) in there.seen.config})
    if not written:
        raise _no(
            "The agent's config and its secret contain different passwords.",
            f"No version of {names.api_secret} matches the hash in {names.config_secret}.",
            "Bring them back in line: formae-wizard apply "
            f"--name {names.deployment} --region {there.region}",
        )
    now, waiting = known.members[CURRENT], known.waiting
    wanted = given.reveal() if given else None
    if wanted is not None and waiting is None and now.get("password") == wanted:
        return None
    replaced = waiting is not None and wanted is not None and waiting.get("password") != wanted
    return ApiStanding(
        secret=known.arn,
        username=str(now.get("username") or there.said.username),
        url=there.url,
        source=there.service.source,
        fingerprint=there.service.env.get(FINGERPRINT, ""),
        config=there.seen.config,
        hashes=written,
        replaced=replaced,
        begun=waiting is not None,
        promoted=known.promoted and not replaced,
    )


def database_standing(there: Ground) -> DatabaseStanding:
    """How the database's password stands. Raises WizardError for why it cannot be rotated."""
    names, cluster = there.names, there.seen.cluster
    if there.said.cluster_arn.rpartition(":cluster:")[2] != names.cluster or not cluster:
        raise _no(
            "The wizard does not change this database's password.",
            f"The agent's database is in the cluster {there.said.cluster_arn}, which the wizard "
            "did not create; anything else that uses its password would be locked out.",
            f"Change it where you manage it, and in the secret {there.said.secret_arn}: "
            + _used(there),
        )
    if cluster.get("MasterUserSecret"):
        raise _no(
            "RDS manages this cluster's password.",
            "It is stored and rotated in a secret that RDS owns.",
            f"Rotate it there: aws rds modify-db-cluster --db-cluster-identifier {names.cluster} "
            f"--rotate-master-user-password --apply-immediately --region {there.region}",
        )
    known = _versions(there.reads, names.database_secret)
    if known is None:
        raise _no(f"The secret {names.database_secret} does not exist.")
    now = known.members[CURRENT]
    express = bool(cluster.get("InternetAccessGatewayEnabled"))
    if not express and now.get("username") != cluster.get("MasterUsername"):
        raise _no(
            "The agent does not use the cluster's master user.",
            f"Someone changed the user in {names.database_secret}; its password can only be "
            "changed with SQL.",
            "Change it there, and in the secret.",
        )
    api = _versions(there.reads, names.api_secret) if there.said.protected else None
    return DatabaseStanding(
        secret=known.arn,
        members=tuple(name for name in now if name != "password"),
        cluster=there.said.cluster_arn,
        url=there.url,
        api_secret=api.arn if api else "",
        username=there.said.username,
        role=str(now.get("username", "")) if express else "",
        source=there.service.source if there.said.datastore == "postgres" else None,
    )


def _used(there: Ground) -> str:
    if there.said.datastore != "postgres":
        return "the agent uses it from its next statement on."
    place = f"--name {there.names.deployment} --region {there.region}"
    return f"`formae-wizard apply {place}` then starts the agent with it."


def _versions(reads: Reads, name: str) -> Versions | None:
    """The versions that carry one of the three labels; None where there is no such secret."""
    try:
        described = reads.call("secretsmanager", "DescribeSecret", {"SecretId": name})
    except AwsError as error:
        if error.not_there:
            return None
        raise
    if described.get("DeletedDate"):
        raise _no(
            f"The secret {name} is scheduled for deletion.",
            "",
            f"Restore it: aws secretsmanager restore-secret --secret-id {name}",
        )
    stages = described.get("VersionIdsToStages") or {}
    ids = {label: version for version, labels in stages.items() for label in labels}
    found = {label: _read(reads, name, label) for label in (CURRENT, PENDING) if label in ids}
    found |= {PREVIOUS: _earlier(reads, name)} if PREVIOUS in ids else {}
    return Versions(described["ARN"], found, ids)


def _read(reads: Reads, name: str, label: str) -> Mapping[str, Any]:
    answer = reads.call(
        "secretsmanager", "GetSecretValue", {"SecretId": name, "VersionStage": label}
    )
    try:
        found = json.loads(answer.get("SecretString") or "")
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise _no(
            f"The secret {name} cannot be used.",
            f"Its version {label} should be a JSON object with a user and a password.",
            "Fix it in the Secrets Manager console.",
        )
    return found


def _earlier(reads: Reads, name: str) -> Mapping[str, Any]:
    """The previous version; empty where it is nothing that can be used, which is no harm."""
    try:
        return _read(reads, name, PREVIOUS)
    except (AwsError, WizardError):
        return {}


def _no(what: str, why: str = "", fix: str = "") -> WizardError:
    return WizardError(what, why, fix, ExitCode.NOT_READY)
