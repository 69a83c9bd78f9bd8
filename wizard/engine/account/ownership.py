"""Whose the things under a deployment's name are: a wizard's, told by tags, or somebody else's.

A tag is too short for ARNs, so a tag of the role holds a fingerprint of the set that was chosen.
Those attached now whose fingerprint it is are that set, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from wizard import journal
from wizard.answers import parsing
from wizard.answers.checks import POLICIES_PER_ROLE
from wizard.answers.file import load
from wizard.answers.model import Answers
from wizard.answers.questions.question import fingerprint
from wizard.answers.record import TAGS_RECORD, chosen, marked
from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_KEY, TAG_VALUE, Names
from wizard.catalogue import explain
from wizard.engine.account.asking import Asking, ours, pairs
from wizard.engine.account.database_access import before
from wizard.engine.account.existing import own_cluster
from wizard.engine.account.snapshot import served
from wizard.hosts.host import host, host_of, serving
from wizard.plan.world import AwsCall

MOST = 12
"""Attached policies among which a set is looked for; a role takes 10 unless AWS raised it."""


def ownership(call: AwsCall, answers: Answers) -> dict[str, Any]:
    """What a plan is told of what is there, as `PlanInputs`."""
    names = Names(answers.name, answers.host)
    return {
        "secret_keys": secret_keys(call, answers),
        "attached_before": attached_before(call, names),
        "policies_before": policies_before(call, names),
        "tags_before": tags_before(call, names, answers.region),
        "host_before": host_before(call, names),
        "cluster_made": bool(answers.snapshot) and own_cluster(call, names) is not None,
        "passwords_before": passwords_before(call, names, answers.snapshot),
        **before(call, answers),
    }


def passwords_before(call: AwsCall, names: Names, snapshot: str) -> dict[str, str]:
    """Which versions of our secrets are older than the snapshot, by the secret's step.

    A run that restores one gives it another password, and may be cut off in between. None where an
    agent runs, whose password stays, or where AWS does not say.
    """
    if not snapshot:
        return {}
    shared = {"IncludeShared": True} if snapshot.startswith("arn:") else {}
    asked = {"DBClusterSnapshotIdentifier": snapshot, **shared}
    try:
        running = serving(call, names.deployment)
        made = call("rds", "DescribeDBClusterSnapshots", asked)["DBClusterSnapshots"][0]
    except (AwsError, WizardError):
        return {}
    if running and running.running:
        return {}
    secrets = {"database-secret": names.database_secret, "api-secret": names.api_secret}
    found = {key: _current(call, name) for key, name in secrets.items()}
    return {
        key: str(version["VersionId"])
        for key, version in found.items()
        if version and _when(version["CreatedDate"]) < _when(made["SnapshotCreateTime"])
    }


def _when(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _current(call: AwsCall, secret: str) -> Mapping[str, Any] | None:
    """The current version of a secret; None where there is none, or it is being deleted."""
    asked = {"SecretId": secret}
    try:
        if call("secretsmanager", "DescribeSecret", asked).get("DeletedDate"):
            return None
        versions = call("secretsmanager", "ListSecretVersionIds", asked)["Versions"]
    except (AwsError, WizardError):
        return None
    return next((each for each in versions if "AWSCURRENT" in each["VersionStages"]), None)


def secret_keys(call: AwsCall, answers: Answers) -> tuple[str, ...]:
    """ARNs of the customer keys under which the agent's secrets are; AWS's own need no permission.

    A few read calls; where AWS refuses to tell of a key, it is known by what the secret says.
    """
    names = Names(answers.name)
    database = names.database_secret if answers.new_database else answers.cluster_secret_arn
    found = (_key_of(call, secret) for secret in (database, names.config_secret))
    return tuple(sorted(set(filter(None, found))))


def _key_of(call: AwsCall, secret: str) -> str:
    try:
        told = call("secretsmanager", "DescribeSecret", {"SecretId": secret})
    except (AwsError, WizardError):
        return ""  # it is not there yet, or the step that needs it says why
    key = str(told.get("KmsKeyId") or "")
    if not key or key.endswith("alias/aws/secretsmanager"):
        return ""
    try:
        known = call("kms", "DescribeKey", {"KeyId": key})["KeyMetadata"]
    except (AwsError, WizardError):
        if key.startswith("arn:"):
            return key if ":key/" in key else ""
        place = str(told["ARN"]).rpartition(":secret:")[0].replace(":secretsmanager:", ":kms:")
        return "" if key.startswith("alias/") else f"{place}:key/{key}"
    return str(known["Arn"]) if known.get("KeyManager") == "CUSTOMER" else ""


def attached_before(call: AwsCall, names: Names) -> tuple[str, ...]:
    """ARNs of the attached policies that the deployment's record proves to be the wizard's.

    Two read calls; where AWS refuses one, nothing is proved.
    """
    role = {"RoleName": names.instance_role}
    try:
        tags = pairs(call("iam", "GetRole", role)["Role"].get("Tags"))
        recorded = chosen(tags).get("policy_arns", "")
        if not recorded or not ours(tags):
            return ()
        listed = call("iam", "ListAttachedRolePolicies", role)["AttachedPolicies"]
    except (AwsError, WizardError):
        return ()
    return proved(sorted(each["PolicyArn"] for each in listed), recorded)


def policies_before(call: AwsCall, names: Names) -> dict[int, tuple[str, ...]]:
    """The numbers of the deployment's own policies that are there, each with its older versions.

    Only ours, and only those that no other role, user or group has. Read calls; where AWS refuses
    one, none.
    """
    numbers = {names.scope_policy(n): n for n in range(1, POLICIES_PER_ROLE + 1)}
    try:
        listed = call("iam", "ListPolicies", {"Scope": "Local"})["Policies"]
        arns = {numbers[each["PolicyName"]]: each["Arn"] for each in listed if _is(each, numbers)}
        return {
            number: _older(call, arn)
            for number, arn in sorted(arns.items())
            if _only_ours(call, arn, names.instance_role)
        }
    except (AwsError, WizardError):
        return {}


def _is(policy: Mapping[str, Any], numbers: Mapping[str, int]) -> bool:
    return policy["PolicyName"] in numbers and policy.get("Path", "/") == "/"


def _only_ours(call: AwsCall, arn: str, role: str) -> bool:
    if not ours(pairs(call("iam", "GetPolicy", {"PolicyArn": arn})["Policy"].get("Tags"))):
        return False
    found = call("iam", "ListEntitiesForPolicy", {"PolicyArn": arn})
    others = [each for each in found.get("PolicyRoles", []) if each["RoleName"] != role]
    return not (others or found.get("PolicyUsers") or found.get("PolicyGroups"))


def _older(call: AwsCall, arn: str) -> tuple[str, ...]:
    versions = call("iam", "ListPolicyVersions", {"PolicyArn": arn})["Versions"]
    return tuple(each["VersionId"] for each in versions if not each["IsDefaultVersion"])


def tags_before(call: AwsCall, names: Names, region: str) -> tuple[str, ...]:
    """Keys of the person's tags that earlier runs put there.

    The service's record proves those of the last whole run; it is the last that they are taken off.
    Those of runs that came to no end are known where they ran: by this machine's journals.
    """
    tried = set(_tags_tried(call, names.deployment, region))
    try:
        service = serving(call, names.deployment)
        tags = host(host_of(service.arn)).tags(call, service.arn) if service else {}
    except (AwsError, WizardError):
        tags = {}
    if ours(tags) and tags.get(TAGS_RECORD):
        tried.update(marked(tags, tags[TAGS_RECORD]))
    return tuple(sorted(tried))


def _tags_tried(call: AwsCall, name: str, region: str) -> Iterator[str]:
    try:
        account = call("sts", "GetCallerIdentity", {})["Account"]
    except (AwsError, WizardError):
        return
    for run in journal.tries(account, region, name):
        texts = load(str(run.answers)).texts if run.answers else {}
        with suppress(ValueError):
            yield from dict(parsing.tags(texts.get("tags", "")))


def host_before(call: AwsCall, names: Names) -> tuple[str, ...]:
    """What an earlier run made on the host; nothing where AWS refuses to say."""
    try:
        return host(names.host).made_before(call, names)
    except (AwsError, WizardError):
        return ()


def proved(attached: list[str], recorded: str) -> tuple[str, ...]:
    """The policies among those attached that have this fingerprint together; none where none do."""
    if len(attached) > MOST:
        return ()
    sizes = range(len(attached), 0, -1)
    sets = (each for size in sizes for each in combinations(attached, size))
    return next((each for each in sets if fingerprint(each) == recorded), ())


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
                f"Taken: {listed(self.foreign)} already {_verb(self.foreign)} in this account "
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


def _verb(things: tuple[str, ...]) -> str:
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
