"""A deployment brought about twice: by `apply`, and by the exported script with real `aws`."""

import contextlib
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.corpus import CORPUS, FILES, surroundings
from tests.support.account import changing
from tests.support.command import Command
from tests.support.quick_aws.fixture import newest
from tests.support.standin import SCALE, client
from wizard.journal.lock import KEY
from wizard.standin.call import Call
from wizard.standin.faults import Fault, Silence

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

HOSTILE = "hostile"
"""The corpus entry whose every text holds all that a shell could take for its own."""
WORDS = """it's "$(touch evil)" `touch evil` ${HOME} \\n\\ %s! é日 & | ; < > #"""
"""So a profile may be called: there is no rule for its letters."""
PASSWORD = WORDS.replace("it's", "pw's")
"""Nor for a password's; one that is called like the profile would be found in every file."""
BANG = "shared!=@creds+._"
"""Letters that a secret's name may have, and so its ARN."""
REAL_AWS = Path(os.environ.get("REAL_AWS", Path(sys.executable).parent))
"""Where an unmodified `aws` is: this environment's, or one of another version, if so named."""
INSTEAD = {"us-east-1": "us-east-2"}
"""In the first, `aws` 1.x leads rds to an address that it has by heart, whatever is configured."""
INVENTED = (
    (re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}"), "<hash>"),
    (re.compile(r"(:secret:[\w/+=.@!-]+)-[A-Za-z0-9]{6}(?![\w-])"), r"\1-<random>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<version>"),
    (re.compile(r"\.cluster-(ro-)?[a-z0-9]{12}\."), r".cluster-\1<drawn>."),
    (re.compile(r"\b(sg|sgr|subnet|vpc)-[0-9a-f]{8,17}\b"), r"<\1>"),
    (re.compile(r"\b[0-9a-f]{16}\b|(?<=alb-|ice-|-db-)[0-9a-f]{8}\b"), "<drawn>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"),
    (re.compile(r"\b[A-Za-z0-9]{32}\b"), "<id or password>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<edge>"),
    (re.compile(r"\"Port\": \d{5}\b"), '"Port": 0'),
    (re.compile(r"https:..127\.0\.0\.1\"(.{1,40}?port = )\d+", re.DOTALL), r"<edge>\1<port>"),
)
TOKENS = {"ClientRequestToken", "ClientToken", "clientToken"}
"""Made up by every client, for its own retries."""
UNLIKE = re.compile(
    r"(Id|Date|Time|At|Created|LastAccessed|Endpoint|ResourceId|VersionIds\w+|Used|Arn\w*Id)$"
)
"""Members that say when, or a number AWS has drawn."""


def normal(value: Any) -> str:
    """A value as text, without what is invented anew each time; JSON in texts by its meaning."""
    text = json.dumps(_meant(value), sort_keys=True, default=lambda _: "<time>")
    for pattern, instead in INVENTED:
        text = pattern.sub(instead, text)
    return text


def _meant(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _meant(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_meant(each) for each in value]
    if isinstance(value, str) and value.startswith("{"):
        with contextlib.suppress(json.JSONDecodeError):
            return _meant(json.loads(value))
    return value


def made(calls: "list[Call]") -> list[str]:
    """Every changing call that AWS took, with its parameters; in the order of their names."""
    return sorted(
        f"{call} {normal({k: _unclaimed(v) for k, v in call.params.items() if k not in TOKENS})}"
        for call in calls
        if changing(call) and not call.refused
    )


def uneven(have: Sequence[str], want: Sequence[str]) -> list[str]:
    """What was called too often, or not as often as wanted."""
    more, less = Counter(have) - Counter(want), Counter(want) - Counter(have)
    return [*(f"made too often: {call}" for call in more), *(f"not made: {call}" for call in less)]


def _unclaimed(value: Any) -> Any:
    """Tags without the run's claim, with which `apply` makes its carrier; others as they are."""
    if isinstance(value, list):
        return [each for each in value if not (isinstance(each, dict) and KEY in each.values())]
    return value


def account(region: str) -> dict[str, str]:
    """What is in the account, field by field."""
    return {name: normal(known(value)) for name, value in _everything(region)}


def unlike(have: dict[str, str], want: dict[str, str]) -> dict[str, tuple[object, object]]:
    """What of two accounts differs, on either side."""
    both = ((name, (have.get(name), want.get(name))) for name in have | want)
    return {name: sides for name, sides in both if sides[0] != sides[1]}


def known(value: Any) -> Any:
    """A value without the members that say when, or a number AWS has drawn."""
    if isinstance(value, dict):
        return {k: known(v) for k, v in value.items() if not UNLIKE.search(k)}
    if isinstance(value, list):
        return [known(each) for each in value]
    return value


def _everything(region: str) -> Any:
    rds, iam, ecr, runner = (client(s, region) for s in ("rds", "iam", "ecr", "apprunner"))
    vault = client("secretsmanager", region)
    yield "clusters", rds.describe_db_clusters()["DBClusters"]
    yield "instances", rds.describe_db_instances()["DBInstances"]
    yield "subnet groups", rds.describe_db_subnet_groups()["DBSubnetGroups"]
    for each in sorted(vault.list_secrets()["SecretList"], key=lambda each: str(each["Name"])):
        text = vault.get_secret_value(SecretId=each["Name"])["SecretString"]
        yield f"secret {each['Name']}", [each.get("Tags"), each.get("Description"), text]
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=name, PolicyName=each) for each in sorted(inline)]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        whole = iam.get_role(RoleName=name)["Role"]
        bare = [document["PolicyDocument"] for document in documents]
        yield f"role {name}", [whole, bare, sorted(attached, key=lambda a: str(a["PolicyArn"]))]
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        version = policy["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=version)
        yield f"policy {policy['PolicyName']}", found["PolicyVersion"]["Document"]
    for repository in ecr.describe_repositories()["repositories"]:
        name = repository["repositoryName"]
        tags = ecr.list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"]
        tags = [tag for tag in tags if tag["Key"] != KEY]  # a script claims nothing: it lives
        # as long as its terminal, and nobody is there to renew a claim of it
        images = ecr.describe_images(repositoryName=name)["imageDetails"]
        yield f"repository {name}", [tags, [[i["imageDigest"], i["imageTags"]] for i in images]]
    for service in runner.list_services()["ServiceSummaryList"]:
        arn = service["ServiceArn"]
        whole = runner.describe_service(ServiceArn=arn)["Service"]
        tags = runner.list_tags_for_resource(ResourceArn=arn)["Tags"]
        yield f"service {service['ServiceName']}", [whole, tags]
    yield from of_ecs(region)
    for scaling in runner.list_auto_scaling_configurations()["AutoScalingConfigurationSummaryList"]:
        yield f"scaling {scaling['AutoScalingConfigurationName']}", scaling


def of_ecs(region: str) -> Iterator[tuple[str, Any]]:
    """What an agent on ECS has: groups, logs, gateway, service, task definition and address."""
    ecs, logs = client("ecs", region), client("logs", region)
    for group in client("ec2", region).describe_security_groups()["SecurityGroups"]:
        yield f"group {normal(group['GroupName'])}", group
    for group in logs.describe_log_groups(logGroupNamePrefix="/ecs/")["logGroups"]:
        tags = logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
        yield f"log group {group['logGroupName']}", [{**group, "storedBytes": None}, tags]
    for gateway in ecs.list_gateways()["gateways"]:
        name = gateway["gatewayArn"]
        tags = ecs.list_tags_for_resource(resourceArn=name)["tags"]
        yield f"gateway {name}", [ecs.describe_gateway(gateway=name)["gateway"], tags]
    for arn in ecs.list_task_definitions()["taskDefinitionArns"]:
        found = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
        yield f"task definition {arn}", [found["taskDefinition"], found.get("tags")]
    for arn in ecs.list_clusters()["clusterArns"]:
        (cluster,) = ecs.describe_clusters(clusters=[arn], include=["TAGS"])["clusters"]
        cluster["tags"] = [tag for tag in cluster["tags"] if tag["key"] != KEY]
        yield f"ecs cluster {arn}", cluster
        (service,) = ecs.describe_services(
            cluster=arn, services=[arn.rpartition("/")[2]], include=["TAGS"]
        )["services"]
        yield f"ecs service {arn}", {**service, "events": None, "deployments": None}
        for route in ecs.list_gateway_routes(cluster=arn)["gatewayRoutes"]:
            described = ecs.describe_gateway_route(gatewayRouteArn=route["gatewayRouteArn"])
            yield f"address {arn}", described["gatewayRoute"]
        if service["resourceManagementType"] == "ECS":
            express = ecs.describe_express_gateway_service(serviceArn=service["serviceArn"])
            yield f"express service {arn}", express["service"]


class Strike(Fault):
    """A fault of the n-th changing call, whichever service it is for."""

    def strikes(self, call: Call) -> bool:
        """Whether it happens to this call; counts down."""
        if not changing(call):
            return False
        self.nth -= 1
        return self.nth == 0


def killing(group: int, number: int, *, applied: bool) -> Strike:
    """Kills the processes at the changing call of that number, from 1: before it, or once applied.

    `group` is a script that leads a group of processes of its own.
    """
    return Strike(
        service="*",
        operation="*",
        outcome=Silence(),
        nth=number,
        applied=applied,
        meanwhile=lambda: os.killpg(group, signal.SIGKILL),
    )


class World:
    """A deployment on one account of the stand-in; `words` are the flags with its answers."""

    def __init__(
        self,
        words: Sequence[str],
        standin: "StandIn",
        command: Command,
        folder: Path,
        password: str = "",
    ) -> None:
        """`password` is the API's; one is generated where it is empty."""
        self.standin, self._command, self._folder = standin, command, folder
        self._words = list(words)
        self._given = folder / "password"
        self._given.write_text(f"{password}\n" if password else "", "utf-8")
        self._since = len(standin.calls)

    def changes(self) -> list[str]:
        """The changing calls since this was asked last."""
        calls = self.standin.calls[self._since :]
        self._since = len(self.standin.calls)
        return made(calls)

    def live(self, *more: str) -> None:
        """`formae-wizard apply`; `more` flags overrule the ones of before."""
        given = ["--api-password-file", str(self._given)] if self._given.stat().st_size else []
        end = self._command("apply", "--yes", *self._words, *given, *more)
        assert end.code == 0, end.err

    def export(self, *more: str, output: str = "deploy.sh") -> Path:
        """The script, as a file, or where `output` ends in `/` in a folder with its documents."""
        place = f"{self._folder}/{output}"
        end = self._command("export", *self._words, *more, "--output", place)
        assert end.code == 0, end.err
        return Path(place, "deploy.sh") if place.endswith("/") else Path(place)

    def script(self, *more: str, aws: Path = REAL_AWS) -> "subprocess.CompletedProcess[str]":
        """The script, run by bash with nobody at the terminal; `aws` is the folder of that."""
        return self.run(self.export(*more), aws)

    def run(
        self, file: Path, aws: Path = REAL_AWS, killed_at: int = 0
    ) -> "subprocess.CompletedProcess[str]":
        """Run a script that was exported before; it may be killed once so many changes are made."""
        given = {"API_PASSWORD_FILE": str(self._given)} if self._given.stat().st_size else {}
        given["TMPDIR"] = str(self._folder)  # where a killed one leaves its files
        script = subprocess.Popen(
            ["bash", str(file)],
            env={**os.environ, **environment(aws), **given},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        if killed_at:
            self.standin.disturb(killing(script.pid, killed_at, applied=True))
        out, err = script.communicate()
        return subprocess.CompletedProcess(script.args, script.returncode, out, err)


def of_corpus(name: str) -> list[str]:
    """The flags of a corpus entry; what it takes to be there already is made in the account."""
    region = region_of(name)
    words = ["--answers", str(FILES[name]), "--region", region]
    there = surroundings(name, region=region, data_api=False, secret_name=BANG)
    words += [f"--{key.replace('_', '-')}={value}" for key, value in there.items()]
    if name == HOSTILE:
        words += ["--profile", signed_in(WORDS)]
    return words


def signed_in(profile: str) -> str:
    """Give this machine the profile, with the stand-in's keys, and the environment none."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    keys = "".join(f"{name.lower()} = {os.environ[name]}\n" for name in names)
    folder = Path("~/.aws").expanduser()
    folder.mkdir(exist_ok=True)
    (folder / "credentials").write_text(f"[{profile}]\n{keys}", "utf-8")
    return profile


def region_of(name: str) -> str:
    """Where the corpus entry is played."""
    region = CORPUS[name]["region"]
    return INSTEAD.get(region, region)


def environment(aws: Path = REAL_AWS) -> dict[str, str]:
    """The `aws` of that folder first, with a `sleep` as short as the stand-in's time."""
    folders = [aws]
    if not (aws / "sleep").exists():
        folder = Path(_own_folder().name)
        sleep = folder / "sleep"
        sleep.write_text(
            f'#!/bin/sh\nexec {shutil.which("sleep")} "$(awk "BEGIN {{ print $1 * {SCALE} }}")"\n'
        )
        sleep.chmod(0o755)
        folders.insert(0, folder)
    path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    return {"PATH": path, **newest(Path(_own_folder().name))}


@functools.cache
def _own_folder() -> "tempfile.TemporaryDirectory[str]":
    """One of this process, which goes with it: others play scripts beside it."""
    return tempfile.TemporaryDirectory(prefix="formae-scripts-")
