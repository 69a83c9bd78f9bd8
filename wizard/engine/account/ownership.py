"""What an earlier run put there, told apart from others': policies, tags; keys of secrets.

A tag is too short for ARNs, so a tag of the role holds a fingerprint of the set that was chosen.
Those attached now whose fingerprint it is are that set, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from wizard.answers.checks import POLICIES_PER_ROLE
from wizard.answers.model import Answers
from wizard.answers.questions.question import fingerprint
from wizard.answers.record import TAGS_RECORD, chosen, marked
from wizard.base.errors import AwsError, WizardError
from wizard.base.names import Names
from wizard.engine.account.asking import ours, pairs
from wizard.engine.account.database_access import before
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
        "tags_before": tags_before(call, names),
        "host_before": host_before(call, names),
        **before(call, answers),
    }


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


def tags_before(call: AwsCall, names: Names) -> tuple[str, ...]:
    """Keys of the person's tags that an earlier run put there, as the service's record proves.

    The service is the last that they are taken off. Two read calls; where AWS refuses one, nothing
    is proved.
    """
    try:
        service = serving(call, names.deployment)
        tags = host(host_of(service.arn)).tags(call, service.arn) if service else {}
        if not ours(tags) or not tags.get(TAGS_RECORD):
            return ()
    except (AwsError, WizardError):
        return ()
    return marked(sorted(tags), tags[TAGS_RECORD])


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
