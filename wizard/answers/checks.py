"""Is one value possible at all? Each check gives a sentence for the person, or None.

Rules are AWS's own (service models and developer guides) and formae's documentation; nothing here
looks at an account.
"""

import json
import re
from pathlib import Path

from wizard.answers.names import LONGEST_NAME, RECORD_PREFIX
from wizard.machine.textfile import Unreadable, read_text

APP_RUNNER_REGIONS = {
    "us-east-1": "US East (N. Virginia)",
    "us-east-2": "US East (Ohio)",
    "us-west-2": "US West (Oregon)",
    "eu-west-1": "Europe (Ireland)",
    "eu-west-2": "Europe (London)",
    "eu-west-3": "Europe (Paris)",
    "eu-central-1": "Europe (Frankfurt)",
    "ap-northeast-1": "Asia Pacific (Tokyo)",
    "ap-south-1": "Asia Pacific (Mumbai)",
    "ap-southeast-1": "Asia Pacific (Singapore)",
    "ap-southeast-2": "Asia Pacific (Sydney)",
}
"""Regions with App Runner; the RDS Data API is in all of them."""

OTHER_REGIONS = frozenset(
    {
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-2", "ap-northeast-3"),
        *("ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6"),
        *("ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-2", "eu-north-1"),
        *("eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1"),
        *("mx-central-1", "sa-east-1", "us-west-1", "us-gov-east-1", "us-gov-west-1"),
        *("cn-north-1", "cn-northwest-1"),
    }
)
"""Regions known to have no App Runner, the RDS Data API or both."""

MEMORY_FOR_CPU = {
    256: (512, 1024),
    512: (1024,),
    1024: (2048, 3072, 4096),
    2048: (4096, 6144),
    4096: (8192, 10240, 12288),
}
"""App Runner's legal pairs of CPU units and MiB."""

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
POLICY_ARN = re.compile(
    r"arn:aws:iam::(?P<account>\d{12}|aws):policy/(?P<name>[\w+=,.@/-]+)", re.ASCII
)
DATABASE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
ENGINE_VERSION = re.compile(r"\d{2}(\.\d{1,2})?")
DATA_API_SINCE = {13: 11, 14: 8, 15: 3, 16: 1, 17: 4}
"""First minor of each Aurora PostgreSQL major with the Data API on Serverless v2."""
API_USER = re.compile(r"[A-Za-z0-9._@-]{1,64}")
TAG_KEY = re.compile(r"[\w .:/=+\-@]{1,128}")


def region(text: str) -> str | None:
    """A region where App Runner and the Data API are, as far as is known."""
    if text in APP_RUNNER_REGIONS:
        return None
    offer = "One of these has both: " + ", ".join(APP_RUNNER_REGIONS) + "."
    if text in OTHER_REGIONS:
        return f"App Runner or the RDS Data API does not exist in {text}. {offer}"
    if not REGION.fullmatch(text):
        return f"“{text}” is not the name of an AWS region. {offer}"
    return None


def deployment_name(text: str) -> str | None:
    """A name from which every AWS name can be made."""
    if not NAME.fullmatch(text):
        return (
            "A name is made of lower-case letters, digits and single hyphens, starts with a letter "
            "and does not end with a hyphen, because RDS and ECR take no other. “formae” would do."
        )
    if len(text) < 2:
        return "The name needs two characters at least, because ECR's repository names do."
    if len(text) > LONGEST_NAME:
        return (
            f"The name has {len(text)} characters; at most {LONGEST_NAME} fit, because "
            "App Runner's names, which are made from it, are limited to 32."
        )
    return None


def memory(mebibytes: int, cpu: int) -> str | None:
    """A legal App Runner pair that is enough for the agent."""
    legal = [size for size in MEMORY_FOR_CPU.get(cpu, ()) if size >= FORMAE_FLOOR]
    if not legal:
        return (
            f"With {vcpu(cpu)} App Runner offers less than the 2 GB that the agent needs to start. "
            "Choose 1, 2 or 4 vCPU."
        )
    if mebibytes < FORMAE_FLOOR:
        return "The agent needs at least 2 GB: with less it is killed while it loads its plugins."
    if mebibytes not in legal:
        offer = ", ".join(gigabytes(size) for size in legal)
        return (
            f"App Runner has no size of {vcpu(cpu)} with {gigabytes(mebibytes)}. "
            f"With {vcpu(cpu)} it offers {offer}."
        )
    return None


def vcpu(units: int) -> str:
    """CPU units in words: 1024 is "1 vCPU"."""
    return f"{units / 1024:g} vCPU"


def gigabytes(mebibytes: int) -> str:
    """MiB in the words of App Runner: 2048 is "2 GB"."""
    return f"{mebibytes / 1024:g} GB"


def min_capacity(units: float) -> str | None:
    """Aurora's lower limit of capacity, useful for an agent that never sleeps."""
    if units == 0:
        return (
            "0 would let the database pause, but the agent asks it every few seconds, so it never "
            "pauses, and the agent does not wait for a database that wakes up. Choose 0.5 or more."
        )
    return _capacity(units, smallest=0.5)


def max_capacity(units: float, least: float) -> str | None:
    """Aurora's upper limit of capacity."""
    problem = _capacity(units, smallest=1)
    if problem is None and units < least:
        return f"The highest capacity ({units:g}) is below the lowest ({least:g})."
    return problem


def _capacity(units: float, smallest: float) -> str | None:
    if not smallest <= units <= 256:
        return f"Aurora's capacity goes from {smallest:g} to 256 units; {units:g} is outside."
    if units * 2 != int(units * 2):
        return f"Aurora's capacity moves in half steps (0.5, 1, 1.5 …); {units:g} is between two."
    return None


def cluster_arn(arn: str, region_name: str, account: str = "") -> str | None:
    """The ARN of a cluster in this region and, where known, this account."""
    match = CLUSTER_ARN.fullmatch(arn)
    if not match:
        return (
            "That is not the ARN of an Aurora cluster. It looks like "
            "arn:aws:rds:eu-west-1:123456789012:cluster:my-cluster."
        )
    return _home(match, region_name, account, "cluster")


def secret_arn(arn: str, region_name: str, account: str = "") -> str | None:
    """The full ARN of a secret in this region and, where known, this account."""
    match = SECRET_ARN.fullmatch(arn)
    if not match:
        return (
            "That is not the full ARN of a secret. It ends in a hyphen and six characters, like "
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:my-secret-AbC123."
        )
    return _home(match, region_name, account, "secret")


def _home(match: re.Match[str], region_name: str, account: str, thing: str) -> str | None:
    if match["region"] != region_name:
        return (
            f"The {thing} is in {match['region']}, the deployment would be in {region_name}; the "
            f"agent can only use one in its own region. Choose another {thing}, or the region "
            f"{match['region']}."
        )
    if account and match["account"] != account:
        return (
            f"The {thing} is in account {match['account']}, but you are signed in to {account}. "
            f"Choose a {thing} of this account, or the profile of the other."
        )
    return None


def policy_arns(arns: tuple[str, ...], account: str = "") -> str | None:
    """One to ten managed policies, AWS's or of this account."""
    if not arns:
        return "Name at least one managed policy, such as arn:aws:iam::aws:policy/ReadOnlyAccess."
    if len(arns) > POLICIES_PER_ROLE:
        return f"A role takes {POLICIES_PER_ROLE} managed policies; these are {len(arns)}."
    for arn in arns:
        match = POLICY_ARN.fullmatch(arn)
        if not match:
            return (
                f"“{arn}” is not the ARN of a managed policy. It looks like "
                "arn:aws:iam::123456789012:policy/my-policy."
            )
        if account and match["account"] not in {account, "aws"}:
            return f"The policy {arn} is of account {match['account']}, not of yours ({account})."
    return None


def policy_file(path: str) -> str | None:
    """A readable file with one IAM policy that fits into a managed policy."""
    if not path:
        return "Name the file with the policy's JSON."
    try:
        text = read_text(Path(path).expanduser())
    except (Unreadable, RuntimeError) as why:
        return f"The file {path} cannot be used. {why}"
    return policy_text(text)


def policy_text(text: str) -> str | None:
    """One IAM policy document that fits into a managed policy."""
    try:
        policy = json.loads(text)
    except json.JSONDecodeError as error:
        return f"The policy is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        return "An IAM policy is a JSON object with “Version” and a list “Statement”."
    for number, statement in enumerate(statements, 1):
        problem = _statement(statement)
        if problem:
            return f"Statement {number} of the policy {problem}"
    size = len(re.sub(r"\s", "", text))
    if size > POLICY_LIMIT:
        return (
            f"The policy has {size} characters without white space; IAM takes {POLICY_LIMIT}. "
            "Split it into managed policies of your own and give their ARNs instead."
        )
    return None


def _statement(statement: object) -> str | None:
    if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
        return "needs an “Effect” of “Allow” or “Deny”."
    if not {"Action", "NotAction"} & statement.keys():
        return "names no “Action”."
    if not {"Resource", "NotResource"} & statement.keys():
        return "names no “Resource”; a policy for a role needs one."
    if {"Principal", "NotPrincipal"} & statement.keys():
        return "has a “Principal”; only trust policies and resource policies have one."
    return None


def database_name(text: str) -> str | None:
    """A PostgreSQL database name that RDS takes as well."""
    if not DATABASE_NAME.fullmatch(text):
        return "A database name starts with a letter, then letters, digits or _, at most 63."
    return None


def engine_version(text: str) -> str | None:
    """An Aurora PostgreSQL version whose Serverless v2 clusters have the Data API."""
    if not ENGINE_VERSION.fullmatch(text):
        return "Give a major version such as 16, or a full one such as 16.9."
    major, _, minor = text.partition(".")
    first = DATA_API_SINCE.get(int(major))
    if first is None:
        return f"Aurora PostgreSQL {major} has no Data API; choose 13 to 17."
    if minor and int(minor) < first:
        return f"The Data API needs Aurora PostgreSQL {major}.{first} or later; this is {text}."
    return None


def api_user(text: str) -> str | None:
    """A user name for HTTP basic authentication (no colon, RFC 7617)."""
    if not API_USER.fullmatch(text):
        return "A user name is made of letters, digits and . _ @ -, at most 64, without a colon."
    return None


def api_password(text: str) -> str | None:
    """A password the agent's basic-auth plugin takes (bcrypt reads 72 bytes)."""
    size = len(text.encode())
    if size < 12:
        return f"The password has {size} bytes; at least 12 protect an address open to the world."
    if size > 72:
        return f"The password has {size} bytes; bcrypt, which stores it, reads only 72."
    if not text.isprintable():
        return "The password has a control character, which HTTP basic authentication cannot send."
    return None


def tags(pairs: tuple[tuple[str, str], ...]) -> str | None:
    """Tags that every AWS service takes, and that leave the wizard's own alone."""
    keys = [key for key, _ in pairs]
    for key, value in pairs:
        if not TAG_KEY.fullmatch(key) or key.lower().startswith("aws:"):
            return (
                f"“{key}” cannot be a tag key: 1 to 128 letters, digits, spaces or . : / = + - @ _."
            )
        if key in {"app", "Name"} or key.startswith(RECORD_PREFIX):
            return f"The tag “{key}” is set by the wizard itself; choose another key."
        if len(value) > 256 or not re.fullmatch(r"[\w .:/=+\-@]*", value):
            return f"The value of tag “{key}” has more than 256 characters, or one AWS refuses."
    if len(set(keys)) != len(keys):
        return "A tag key is given twice."
    if len(keys) > 40:
        return f"{len(keys)} tags are too many; a resource takes 50 in all, some are the wizard's."
    return None
