"""The walkthrough's steps by boto3, as the tests of the stand-in need them."""

import json
import ssl
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import bcrypt

from tests.support.standin import REGION, client, passes

PASSWORD = "correct-horse-1"
START = (
    "sh -c printenv${IFS}FORMAE_CONFIG>/tmp/formae.conf.pkl&&exec${IFS}formae${IFS}agent${IFS}"
    "start${IFS}--config${IFS}/tmp/formae.conf.pkl"
)
CONFIG = """amends "formae:/Config.pkl"
import "plugins:/AuthBasic.pkl" as AuthBasic
// what the agent is to do
agent {
  datastore {
    datastoreType = "auroradataapi"
    auroraDataAPI {
      clusterArn = "%(cluster)s"
      secretArn = "%(secret)s"
      database = "%(database)s"
      region = "%(region)s"
    }
  }
  auth = new AuthBasic.AgentConfig {
    authorizedUsers {
      new AuthBasic.AuthorizedUser { username = "ops"; password = "%(hashed)s" }
    }
  }
}
"""
HEALTH = {
    "Protocol": "HTTP",
    "Path": "/api/v1/health",
    "Interval": 10,
    "Timeout": 5,
    "HealthyThreshold": 1,
    "UnhealthyThreshold": 3,
}


def until(found: Callable[[], Any], seconds: float = 20.0, pace: float = 1.0) -> Any:
    """What `found` gives once it gives something; between two looks AWS's `pace` passes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        passes(pace)
    raise AssertionError("waited too long")


def trust(service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@dataclass
class Database:
    """A cluster with one instance, and the secret that opens it."""

    cluster: str
    secret: str
    password: str = PASSWORD

    @property
    def names(self) -> dict[str, str]:
        return {"resourceArn": self.cluster, "secretArn": self.secret}


def login_secret(name: str = "formae-db-creds", password: str = PASSWORD) -> str:
    value = json.dumps({"username": "postgres", "password": password})
    return str(client("secretsmanager").create_secret(Name=name, SecretString=value)["ARN"])


def create_cluster(name: str = "formae-db", **more: Any) -> dict[str, Any]:
    params = {
        "DBClusterIdentifier": name,
        "Engine": "aurora-postgresql",
        "MasterUsername": "postgres",
        "MasterUserPassword": PASSWORD,
        "EnableHttpEndpoint": True,
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 2},
        **more,
    }
    if more.get("ManageMasterUserPassword"):
        del params["MasterUserPassword"]
    return dict(client("rds").create_db_cluster(**params)["DBCluster"])


def create_instance(cluster: str = "formae-db", name: str = "formae-db-instance") -> dict[str, Any]:
    created = client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        DBClusterIdentifier=cluster,
        DBInstanceClass="db.serverless",
        Engine="aurora-postgresql",
    )
    return dict(created["DBInstance"])


def wait_for_data_api(database: Database) -> None:
    data = client("rds-data")

    def answers() -> bool:
        try:
            data.execute_statement(sql="SELECT 1", **database.names)
        except (
            data.exceptions.DatabaseNotFoundException,
            data.exceptions.DatabaseUnavailableException,
        ):
            return False
        return True

    until(answers)


def make_database(**more: Any) -> Database:
    cluster = create_cluster(**more)
    create_instance()
    database = Database(cluster["DBClusterArn"], login_secret())
    wait_for_data_api(database)
    return database


def make_roles(runtime: str | None = None) -> tuple[str, str]:
    """Access and instance role; `runtime` is the latter's policy instead of PowerUserAccess."""
    iam = client("iam")
    access = iam.create_role(
        RoleName="formae-access", AssumeRolePolicyDocument=trust("build.apprunner.amazonaws.com")
    )["Role"]["Arn"]
    ecr_pull = "arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"
    iam.attach_role_policy(RoleName="formae-access", PolicyArn=ecr_pull)
    instance = iam.create_role(
        RoleName="formae-instance", AssumeRolePolicyDocument=trust("tasks.apprunner.amazonaws.com")
    )["Role"]["Arn"]
    if runtime:
        iam.put_role_policy(
            RoleName="formae-instance", PolicyName="runtime", PolicyDocument=runtime
        )
    else:
        power = "arn:aws:iam::aws:policy/PowerUserAccess"
        iam.attach_role_policy(RoleName="formae-instance", PolicyArn=power)
    return access, instance


def push_image(tag: str = "0.88.1") -> str:
    """Put a manifest into ECR as a push would; the image's name."""
    ecr = client("ecr")
    with suppress(ecr.exceptions.RepositoryAlreadyExistsException):
        ecr.create_repository(repositoryName="formae")
    kind = "application/vnd.oci.image.manifest.v1+json"
    config = {"mediaType": kind.replace("manifest", "config"), "size": 7, "digest": "sha256:00"}
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [], "tag": tag}
    ecr.put_image(repositoryName="formae", imageTag=tag, imageManifest=json.dumps(manifest))
    found = ecr.describe_repositories(repositoryNames=["formae"])["repositories"][0]
    return f"{found['repositoryUri']}:{tag}"


def agent_config(database: Database, **more: str) -> str:
    hashed = bcrypt.hashpw(b"pass word", bcrypt.gensalt(4)).decode()
    values = {
        "cluster": database.cluster,
        "secret": database.secret,
        "database": "formae",
        "region": REGION,
        "hashed": hashed,
    }
    return CONFIG % (values | more)


def store_config(text: str) -> str:
    created = client("secretsmanager").create_secret(Name="formae-config", SecretString=text)
    return str(created["ARN"])


@dataclass
class Service:
    """What CreateService gets."""

    access: str
    instance: str
    image: str
    config: str = ""
    start: str = START
    name: str = "formae-agent"
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> dict[str, Any]:
        image: dict[str, Any] = {"Port": "49684"}
        if self.start:
            image["StartCommand"] = self.start
        if self.config:
            image["RuntimeEnvironmentSecrets"] = {"FORMAE_CONFIG": self.config}
        return {
            "AuthenticationConfiguration": {"AccessRoleArn": self.access},
            "AutoDeploymentsEnabled": False,
            "ImageRepository": {
                "ImageIdentifier": self.image,
                "ImageRepositoryType": "ECR",
                "ImageConfiguration": image,
            },
        }

    @property
    def request(self) -> dict[str, Any]:
        return {
            "ServiceName": self.name,
            "SourceConfiguration": self.source,
            "InstanceConfiguration": {
                "Cpu": "1 vCPU",
                "Memory": "2 GB",
                "InstanceRoleArn": self.instance,
            },
            "HealthCheckConfiguration": HEALTH,
            **self.more,
        }

    def create(self) -> dict[str, Any]:
        """Create it, as soon as the roles can be assumed; the answer."""
        apprunner = client("apprunner")

        def created() -> dict[str, Any] | None:
            try:
                return dict(apprunner.create_service(**self.request))
            except apprunner.exceptions.InvalidRequestException as error:
                if "Error in assuming" in str(error):
                    return None
                raise

        return dict(until(created))


def simple_service(**more: Any) -> Service:
    """A service whose agent needs no database: the image's own command and configuration."""
    access, instance = make_roles()
    return Service(access, instance, push_image(), start="", **more)


def operation(arn: str) -> str:
    """How the newest operation ended, once it did."""
    apprunner = client("apprunner")

    def ended() -> str | None:
        newest = apprunner.list_operations(ServiceArn=arn)["OperationSummaryList"][0]
        return newest["Status"] if "EndedAt" in newest else None

    return str(until(ended, 40))


def status(arn: str) -> str:
    return str(client("apprunner").describe_service(ServiceArn=arn)["Service"]["Status"])


def lines(arn: str, kind: str) -> list[str]:
    """The messages of a service's log group: `application` or `service`."""
    name, number = arn.split("/")[1:]
    group = f"/aws/apprunner/{name}/{number}/{kind}"
    logs = client("logs")
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return []
    return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]


def get(url: str, login: str = "") -> tuple[int, bytes]:
    """Ask a service's URL, trusting what the environment says."""
    request = urllib.request.Request(f"https://{url}")
    if login:
        request.add_header("Authorization", f"Basic {b64encode(login.encode()).decode()}")
    context = ssl.create_default_context()
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
