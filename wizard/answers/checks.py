"""Is one value possible at all? Each check gives a sentence for the person, or None.

Rules are AWS's own (service models and developer guides) and formae's documentation; nothing here
looks at an account.

The account that is meant, where somebody said so: another one is told before anything else.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from wizard.base.json_input import parsed_json
from wizard.base.names import RECORD_PREFIX, longest_name
from wizard.base.offer import known_hosts, offer
from wizard.local.files import Unreadable, read_text

FORMAE_FLOOR = 2048
"""MiB; with less the agent is killed at start, because it loads every bundled plugin."""

POLICY_LIMIT = 6144
"""Characters of one managed policy, white space not counted."""

POLICIES_PER_ROLE = 10
"""Managed policies that can be attached to one role before a quota increase."""

REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CLUSTER_ARN = re.compile(
    r"arn:aws:rds:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):cluster:(?P<id>[A-Za-z][A-Za-z0-9-]*)"
)
SECRET_ARN = re.compile(
    r"arn:aws:secretsmanager:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):secret:"
    r"(?P<name>[A-Za-z0-9/_+=.@!-]+)-[A-Za-z0-9]{6}"
)
SNAPSHOT = re.compile(
    r"(arn:aws:rds:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):cluster-snapshot:)?"
    r"((rds|awsbackup):)?[A-Za-z][A-Za-z0-9-]*"
)
LONGEST_TAG = 256
"""Characters that AWS takes as a tag's value."""
POLICY_ARN = re.compile(
    r"arn:aws:iam::(?P<account>\d{12}|aws):policy/(?P<name>[\w+=,.@/-]+)", re.ASCII
)
DATABASE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
ENGINE_VERSION = re.compile(r"\d{2}(\.\d{1,2})?")
DATA_API_SINCE = {13: 11, 14: 8, 15: 3, 16: 1, 17: 4}
"""First minor of each Aurora PostgreSQL major with the Data API on Serverless v2."""
API_USER = re.compile(r"[A-Za-z0-9._@-]{1,64}")
TAG_KEY = re.compile(r"[\w .:/=+\-@]{1,128}")


def region(text: str, *hosts: str) -> str | None:
    """A region where one of these hosts (without any: of all) and the Data API are, as is known."""
    found = [offer(host) for host in hosts or known_hosts()]
    known = dict.fromkeys(region for each in found for region in each.regions)
    if text in known:
        return None
    these = "These regions have both: " + ", ".join(known) + "."
    if all(text in each.lacking for each in found):
        label = " or ".join(each.label for each in found)
        what = label if len(found) == 1 else f"Any host of the agent ({label})"
        return f"{what} or the RDS Data API is not available in {text}. {these}"
    if REGION.fullmatch(text[:-1]) and text[-1:].isalpha():
        return f"“{text}” is an availability zone. Its region is {text[:-1]}."
    if re.search(r"\s[#;]", text):
        return (
            f"“{text}” is not the name of an AWS region. A comment behind a value counts as a part "
            "of it: give the comment a line of its own."
        )
    if not REGION.fullmatch(text):
        return f"“{text}” is not the name of an AWS region. {these}"
    return None


def deployment_name(text: str, host: str = "") -> str | None:
    """A name from which every AWS name can be made."""
    if not NAME.fullmatch(text):
        return (
            "Use lowercase letters, digits and single hyphens; start with a letter and do not end "
            "with a hyphen. RDS and ECR accept nothing else. Example: “formae”."
        )
    if len(text) < 2:
        return "The name needs at least two characters, as ECR repository names do."
    if len(text) > longest_name(host):
        return (
            f"The name has {len(text)} characters; the maximum is {longest_name(host)}, because "
            f"{offer(host).label} names, which are built from it, are limited to "
            f"{offer(host).longest_name}."
        )
    return None


def enough(cpu: int, host: str = "") -> list[int]:
    """The MiB that the host takes with these CPU units and the agent can start with."""
    return [size for size in offer(host).sizes.get(cpu, ()) if size >= FORMAE_FLOOR]


def memory(mebibytes: int, cpu: int, host: str = "") -> str | None:
    """A pair that the host takes and that is enough for the agent."""
    label, legal = offer(host).sized, enough(cpu, host)
    if not legal:
        return (
            f"With {vcpu(cpu)}, {label} offers less than the 2 GB the agent needs to start. Choose "
            "1, 2 or 4 vCPU."
        )
    if mebibytes < FORMAE_FLOOR:
        return (
            "The agent needs at least 2 GB; with less, it runs out of memory while loading its "
            "plugins."
        )
    if mebibytes not in legal:
        offered = ", ".join(gigabytes(size) for size in legal)
        return (
            f"{label} does not offer {vcpu(cpu)} with {gigabytes(mebibytes)}. With {vcpu(cpu)}, it "
            f"offers {offered}."
        )
    return None


def vcpu(units: int) -> str:
    """CPU units in words: 1024 is "1 vCPU"."""
    return f"{units / 1024:g} vCPU"


def gigabytes(mebibytes: int) -> str:
    """MiB as hosts call them: 2048 is "2 GB"."""
    return f"{mebibytes / 1024:g} GB"


def min_capacity(units: float) -> str | None:
    """Aurora's lower limit of capacity, useful for an agent that never sleeps."""
    if units == 0:
        return (
            "0 would let the database pause, but the agent queries it every few seconds, so it "
            "never would, and the agent does not wait for a database to wake up. Choose 0.5 or "
            "more."
        )
    return _capacity(units, smallest=0.5)


def max_capacity(units: float, least: float) -> str | None:
    """Aurora's upper limit of capacity."""
    problem = _capacity(units, smallest=1)
    if problem is None and units < least:
        return f"The maximum capacity ({units:g}) is below the minimum ({least:g})."
    return problem


def _capacity(units: float, smallest: float) -> str | None:
    if not smallest <= units <= 256:
        return f"Aurora capacity must be between {smallest:g} and 256 units, not {units:g}."
    if units * 2 != int(units * 2):
        return f"Aurora capacity must be a multiple of 0.5 (0.5, 1, 1.5 …), not {units:g}."
    return None


def cluster_arn(arn: str, region_name: str, account: str = "") -> str | None:
    """The ARN of a cluster in this region and, where known, this account."""
    match = CLUSTER_ARN.fullmatch(arn)
    if not match:
        return (
            f"That is not the ARN of an Aurora cluster.{_quoted(arn)} Example: "
            "arn:aws:rds:eu-west-1:123456789012:cluster:my-cluster."
        )
    return _home(match, region_name, account, "cluster")


def snapshot(text: str, region_name: str) -> str | None:
    """The identifier or ARN of a cluster's snapshot in this region; nothing is none."""
    if not text:
        return None
    match = SNAPSHOT.fullmatch(text)
    if not match:
        return (
            f"That is neither the name nor the ARN of a cluster snapshot.{_quoted(text)} Example: "
            "formae-db-final-20261129-120000."
        )
    if match["region"] not in {None, region_name}:
        copy = f"aws rds copy-db-cluster-snapshot --source-region {match['region']}"
        return (
            f"The snapshot is in {match['region']}, but the deployment is in {region_name}. Copy "
            f"it to {region_name} (`{copy} …`), or choose the region {match['region']}."
        )
    if len(text) > LONGEST_TAG:
        return f"The snapshot's name is too long for a tag; {LONGEST_TAG} characters fit."
    return None


def _quoted(text: str) -> str:
    return " Leave out the quotation marks." if text[:1] in {'"', "'", "“", "`"} else ""


def secret_arn(arn: str, region_name: str, account: str = "") -> str | None:
    """The full ARN of a secret in this region and, where known, this account."""
    match = SECRET_ARN.fullmatch(arn)
    if not match:
        return (
            f"That is not the full ARN of a secret.{_quoted(arn)} It must end in a hyphen and six "
            "characters. Example: "
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:my-secret-AbC123."
        )
    return _home(match, region_name, account, "secret")


def _home(match: re.Match[str], region_name: str, account: str, thing: str) -> str | None:
    if match["region"] != region_name:
        return (
            f"The {thing} is in {match['region']}, but the deployment is in {region_name}; the "
            f"agent can only use one in its own region. Choose another {thing}, or the region "
            f"{match['region']}."
        )
    if account and match["account"] != account:
        return (
            f"The {thing} is in account {match['account']}, but you are signed in to {account}. "
            f"Choose a {thing} in this account, or a profile of the other account."
        )
    return None


def policy_arns(arns: tuple[str, ...], account: str = "") -> str | None:
    """One to ten managed policies, AWS's or of this account."""
    if not arns:
        return "Enter at least one managed policy, such as arn:aws:iam::aws:policy/ReadOnlyAccess."
    if len(arns) > POLICIES_PER_ROLE:
        return f"A role can have {POLICIES_PER_ROLE} managed policies; you listed {len(arns)}."
    for arn in arns:
        match = POLICY_ARN.fullmatch(arn)
        if not match:
            return (
                f"“{arn}” is not the ARN of a managed policy. Example: "
                "arn:aws:iam::123456789012:policy/my-policy."
            )
        if account and match["account"] not in {account, "aws"}:
            return (
                f"The policy {arn} belongs to account {match['account']}, not to yours ({account})."
            )
    return None


def policy_file(path: str) -> str | None:
    """A readable file with one IAM policy that fits into a managed policy."""
    if not path:
        return "Enter the file with the policy's JSON."
    try:
        text = read_text(Path(path).expanduser())
    except (Unreadable, RuntimeError) as why:
        return f"The file {path} cannot be used. {why}"
    return policy_text(text)


def policy_text(text: str) -> str | None:
    """One IAM policy document that fits into a managed policy."""
    try:
        policy = parsed_json(text)
    except json.JSONDecodeError as error:
        return (
            f"The policy is not valid JSON: {error.msg} at line {error.lineno}, column "
            f"{error.colno}."
        )
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        return "An IAM policy is a JSON object with “Version” and a “Statement” list."
    for number, statement in enumerate(statements, 1):
        problem = _statement(statement)
        if problem:
            return f"Statement {number} of the policy {problem}"
    size = len(re.sub(r"\s", "", text))
    if size > POLICY_LIMIT:
        return (
            f"The policy has {size} characters without white space; IAM allows {POLICY_LIMIT}. "
            "Split it into several managed policies and enter their ARNs instead."
        )
    return None


def _statement(statement: object) -> str | None:
    if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
        return "needs an “Effect” of “Allow” or “Deny”."
    if not {"Action", "NotAction"} & statement.keys():
        return "has no “Action”."
    if not {"Resource", "NotResource"} & statement.keys():
        return "has no “Resource”; a role's policy needs one."
    if {"Principal", "NotPrincipal"} & statement.keys():
        return "has a “Principal”; only trust policies and resource policies have one."
    return None


def database_name(text: str) -> str | None:
    """A PostgreSQL database name that RDS takes as well."""
    if not DATABASE_NAME.fullmatch(text):
        return (
            "A database name starts with a letter, followed by letters, digits or _, up to 63 "
            "characters."
        )
    return None


def engine_version(text: str) -> str | None:
    """An Aurora PostgreSQL version whose Serverless v2 clusters have the Data API."""
    if not ENGINE_VERSION.fullmatch(text):
        return "Enter a major version such as 16, or a full version such as 16.9."
    major, _, minor = text.partition(".")
    first = DATA_API_SINCE.get(int(major))
    if first is None:
        return f"Aurora PostgreSQL {major} does not support the Data API; choose 13 to 17."
    if minor and int(minor) < first:
        return f"The Data API needs Aurora PostgreSQL {major}.{first} or later, not {text}."
    return None


def api_user(text: str) -> str | None:
    """A user name for HTTP basic authentication (no colon, RFC 7617)."""
    if not API_USER.fullmatch(text):
        return "Use up to 64 letters, digits and . _ @ - for a user name; no colon."
    return None


def api_password(text: str) -> str | None:
    """A password the agent's basic-auth plugin takes (bcrypt reads 72 bytes)."""
    size = len(text.encode())
    if size < 12:
        return f"The password has {size} bytes; use at least 12, so that no one can guess it."
    if size > 72:
        return f"The password has {size} bytes; bcrypt, which stores it, uses only the first 72."
    if not text.isprintable():
        return (
            "The password contains a control character, which HTTP basic authentication cannot "
            "send."
        )
    return None


def tags(pairs: tuple[tuple[str, str], ...]) -> str | None:
    """Tags that every AWS service takes, and that leave the wizard's own alone."""
    keys = [key for key, _ in pairs]
    for key, value in pairs:
        if not TAG_KEY.fullmatch(key) or key.lower().startswith("aws:"):
            return (
                f"“{key}” is not a valid tag key. Use 1 to 128 letters, digits, spaces or . : "
                "/ = + - @ _."
            )
        if key in {"app", "Name"} or key.startswith(RECORD_PREFIX):
            return f"The wizard itself sets the tag “{key}”; choose another key."
        if len(value) > 256 or not re.fullmatch(r"[\w .:/=+\-@]*", value):
            return (
                f"The value of tag “{key}” is longer than 256 characters or contains one that AWS "
                "rejects."
            )
    if len(set(keys)) != len(keys):
        return "A tag key appears twice."
    if len(keys) > 40:
        return f"{len(keys)} tags are too many; a resource can have 50, including the wizard's own."
    return None


def account_problem(pinned: str, signed_in: str = "") -> str | None:
    """The number of an account, and where known, of the one that is signed in; empty is any."""
    if pinned and not re.fullmatch(r"\d{12}", pinned, re.ASCII):
        return f"“{pinned}” is not an AWS account ID; those have 12 digits."
    if pinned and signed_in and pinned != signed_in:
        return (
            f"You chose account {pinned}, but you are signed in to {signed_in}. Sign in to "
            f"{pinned} (--profile), or choose {signed_in} (--account {signed_in})."
        )
    return None
