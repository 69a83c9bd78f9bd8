"""Everything there is in the stand-in's account, in a form that two runs can be compared by.

What AWS or the wizard make up at random gets a name; where two things must agree (a password and
its hash, a config and its fingerprint) they get the same name only if they do.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.parity.worlds import known, normal, of_ecs
from tests.support.standin import REGION, client, passes

MADE_UP = {
    "ResponseMetadata",
    "RoleId",
    "PolicyId",
    "VersionId",
    "DbClusterResourceId",
    "DbiResourceId",
    "RoleLastUsed",
    "Id",
    "HostedZoneId",
}
UNTIL = 20.0
"""Seconds that a busy machine has until nothing changes any more."""
Portrait = dict[str, Any]


def portrait() -> Portrait:
    """The whole account and the CLI's config, by what things are called."""
    drawn = {
        "roles": _roles(),
        "policies": client("iam").list_policies(Scope="Local")["Policies"],
        "secrets": _secrets(),
        "clusters": _clusters(),
        "instances": client("rds").describe_db_instances()["DBInstances"],
        "databases": _databases(),
        "repositories": _repositories(),
        "scaling": _scaling(),
        "services": _services(),
        "on ECS": _on_ecs(),
        "config": _config(),
    }
    kept = plain(drawn)
    text = json.dumps(kept, sort_keys=True)
    for pattern, name in [*_names(kept), *PATTERNS]:
        text = re.sub(pattern, name, text)
    return json.loads(text)  # type: ignore[no-any-return]


def differences(have: Any, want: Any, path: str = "") -> Iterator[str]:
    """Where the portraits differ, field by field."""
    if isinstance(have, dict) and isinstance(want, dict):
        for key in sorted(have.keys() | want.keys()):
            yield from differences(have.get(key), want.get(key), f"{path}.{key}")
    elif isinstance(have, list) and isinstance(want, list) and len(have) == len(want):
        for index, (one, other) in enumerate(zip(have, want, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif have != want:
        yield f"{path}: {have!r} instead of {want!r}"


def _roles() -> list[Any]:
    iam = client("iam")
    found = []
    for role in iam.list_roles()["Roles"]:
        name = {"RoleName": role["RoleName"]}
        inline = {
            policy: iam.get_role_policy(**name, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(**name)["PolicyNames"]
        }
        attached = iam.list_attached_role_policies(**name)["AttachedPolicies"]
        found.append({**iam.get_role(**name)["Role"], "Inline": inline, "Attached": attached})
    return found


def _secrets() -> list[Any]:
    manager = client("secretsmanager")
    found = []
    for each in manager.list_secrets(IncludePlannedDeletion=True)["SecretList"]:
        versions = manager.list_secret_version_ids(SecretId=each["ARN"], IncludeDeprecated=True)
        value = manager.get_secret_value(SecretId=each["ARN"])["SecretString"]
        each.pop("SecretVersionsToStages")
        found.append({**each, "Value": value, "Versions": len(versions["Versions"])})
    return sorted(found, key=lambda each: str(each["Name"]))


def _clusters() -> list[dict[str, Any]]:
    """When AWS is done with what no run waits for: the agent works while its capacity changes."""
    rds, end = client("rds"), time.monotonic() + UNTIL
    while True:
        found: list[dict[str, Any]] = rds.describe_db_clusters()["DBClusters"]
        if all(each["Status"] != "modifying" for each in found) or time.monotonic() > end:
            return found
        passes()


def _databases() -> list[str]:
    """Through the Data API, so it is also seen that the secret opens the cluster."""
    found = client("rds").describe_db_clusters()["DBClusters"]
    kept = [each["ARN"] for each in client("secretsmanager").list_secrets()["SecretList"]]
    opening = [arn for arn in kept if arn.partition(":secret:")[2].startswith(OPENING)]
    if not opening or not any(each["HttpEndpointEnabled"] for each in found):
        return []
    answer = client("rds-data").execute_statement(
        resourceArn=found[0]["DBClusterArn"],
        secretArn=opening[0],
        database="postgres",
        sql="SELECT datname FROM pg_database",
    )
    return sorted(row[0]["stringValue"] for row in answer["records"])


OPENING = ("formae-db-creds", "shared-creds")
"""Secrets of the cluster that is made, and of the one that was there."""


def _on_ecs() -> Portrait:
    found = ((name, normal(known(value))) for name, value in of_ecs(REGION))
    return {json.loads(normal(name)): json.loads(text) for name, text in found}


def newest(on_ecs: Portrait) -> Portrait:
    """Without how often a task definition was written: the last is the one that counts."""
    found: Portrait = {}
    for each in sorted(on_ecs.items()):
        text = re.sub(r"(task-definition/[\w-]+):\d+", r"\1:<revision>", json.dumps(each))
        name, value = json.loads(text)
        if name.startswith("task definition"):
            value = [{**part, "revision": 0} if isinstance(part, dict) else part for part in value]
        found[name] = value
    return found


def _repositories() -> list[Any]:
    ecr = client("ecr")
    return [
        {
            **each,
            "Images": ecr.describe_images(repositoryName=each["repositoryName"])["imageDetails"],
            "Tags": ecr.list_tags_for_resource(resourceArn=each["repositoryArn"])["tags"],
        }
        for each in ecr.describe_repositories()["repositories"]
    ]


def _tagged(arn: str) -> Any:
    return client("apprunner").list_tags_for_resource(ResourceArn=arn)["Tags"]


def _scaling() -> list[Any]:
    runner = client("apprunner")
    arn = "AutoScalingConfigurationArn"
    return [
        {
            **runner.describe_auto_scaling_configuration(**{arn: each[arn]}),
            "Tags": _tagged(each[arn]),
        }
        for each in runner.list_auto_scaling_configurations(LatestOnly=False)[
            "AutoScalingConfigurationSummaryList"
        ]
        if each["AutoScalingConfigurationName"] != "DefaultConfiguration"
    ]


def _services() -> list[Any]:
    runner = client("apprunner")
    found = []
    for each in runner.list_services()["ServiceSummaryList"]:
        arn = each["ServiceArn"]
        done = runner.list_operations(ServiceArn=arn)["OperationSummaryList"]
        service = runner.describe_service(ServiceArn=arn)["Service"]
        found.append({**service, "Tags": _tagged(arn), "Operations": done})
    return found


def _config() -> dict[str, str]:
    folder = Path(os.environ["HOME"]) / ".config" / "formae"
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return {re.sub(r"\d{8}-\d{6}", "<moment>", file.name): file.read_text() for file in files}


def plain(value: Any) -> Any:
    """Without moments and what is made up at random; lists of tags and the like in one order."""
    match value:
        case dict():
            kept = {key: each for key, each in value.items() if key not in MADE_UP}
            return {
                key: plain(each) for key, each in kept.items() if not isinstance(each, datetime)
            }
        case list():
            return sorted(map(plain, value), key=lambda each: json.dumps(each, sort_keys=True))
        case _:
            return value


def _names(drawn: Portrait) -> Iterator[tuple[str, str]]:
    """What this run made up, and what to call it."""
    values = {each["Name"]: each["Value"] for each in drawn["secrets"]}
    config = str(values.get("formae-config", ""))
    yield hashlib.sha256(config.encode()).hexdigest(), "<fingerprint of the config>"
    for name, value in values.items():
        if name != "formae-config":
            for key, text in json.loads(value).items():
                if key in {"password", "bcrypt"}:
                    yield _written(text), f"<{key} of {name}>"
    for service in drawn["services"]:
        host, _, port = service["ServiceUrl"].partition(":")
        yield f'https://{re.escape(host)}"?:?', "https://<service>"
        yield re.escape(service["ServiceUrl"]), "<service>"
        yield rf"\b{port}\b", "<port>"


def _written(text: str) -> str:
    """A pattern for a text inside JSON inside JSON."""
    once = json.dumps(text)[1:-1]
    twice = json.dumps(once)[1:-1]
    return "|".join(dict.fromkeys(map(re.escape, (twice, once, text))))


PATTERNS: tuple[tuple[str, str | Callable[[Any], str]], ...] = (
    (r"(:secret:[\w-]+)-[A-Za-z0-9]{6}\b", r"\1-??????"),
    (r"\b[0-9a-f]{32}\b", "<id>"),
    (r"\b(sg|subnet|vpc)-[0-9a-f]+", r"<\1>"),
    (r"(ecs-gateway-\w+)-[0-9a-f]{8}", r"\1-<id>"),
    (r"port = \d+", "port = <port>"),
    (r"(formae-db)-[0-9a-f]{8}\b", r"\1-<writer>"),
    (r"\"Port\": \d{5}\b", '"Port": 0'),
    (r"\.cluster-(ro-)?[a-z0-9]{12}\.", r".cluster-\1<id>."),
)
