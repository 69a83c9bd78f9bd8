"""Everything there is in the stand-in's account, in a form that two runs can be compared by.

What AWS or the wizard make up at random gets a name; where two things must agree (a password and
its hash, a config and its fingerprint) they get the same name only if they do.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.hosts.ecs import there
from tests.support.standin import client

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
Portrait = dict[str, Any]


def portrait() -> Portrait:
    """The whole account and the CLI's config, by what things are called."""
    drawn = {
        "roles": _roles(),
        "policies": client("iam").list_policies(Scope="Local")["Policies"],
        "secrets": _secrets(),
        "clusters": client("rds").describe_db_clusters()["DBClusters"],
        "instances": client("rds").describe_db_instances()["DBInstances"],
        "databases": _databases(),
        "repositories": _repositories(),
        "scaling": _scaling(),
        "services": _services(),
        "on ECS": there(),
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


def _databases() -> list[str]:
    """Through the Data API, so it is also seen that the secret opens the cluster."""
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    secret = client("secretsmanager").describe_secret(SecretId="formae-db-creds")["ARN"]
    answer = client("rds-data").execute_statement(
        resourceArn=cluster["DBClusterArn"],
        secretArn=secret,
        database="postgres",
        sql="SELECT datname FROM pg_database",
    )
    return sorted(row[0]["stringValue"] for row in answer["records"])


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
    return {file.name: file.read_text() for file in sorted(folder.rglob("*")) if file.is_file()}


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
    (r"\bsg-[0-9a-f]+", "<group>"),
    (r"(ecs-gateway-\w+)-[0-9a-f]{8}", r"\1-<id>"),
    (r"port = \d+", "port = <port>"),
    (r"\.cluster-(ro-)?[a-z0-9]{12}\.", r".cluster-\1<id>."),
)
