"""What happens to a deployment from outside, and what must be left of it at the end."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.destroy.account import everything
from tests.support.account import secret, service
from tests.support.parts import need
from tests.support.standin import REGION, client, passes
from wizard.aws.live import ask
from wizard.plan.resources.common import HEALTH

OLD, NEW = "0.88.0", "0.88.1"
OWN = 'amends "formae:/Config.pkl"\n\n// mine\ncli {\n    api {\n        port = 1234\n    }\n}\n'
"""The person's own config of the formae CLI, from before the wizard came."""


def own_config(home: Path) -> Path:
    """Put the person's own config where the CLI reads it."""
    file = home / ".config" / "formae" / "formae.conf.pkl"
    file.parent.mkdir(parents=True)
    file.write_text(OWN, "utf-8")
    return file


def lose_everything_local(home: Path) -> None:
    """Another laptop: nothing that the wizard ever wrote down is there."""
    shutil.rmtree(home / ".local" / "state" / "formae-wizard", ignore_errors=True)


def somebody_resizes(most: int) -> None:
    """A colleague's `aws` command gives the database another range."""
    scaling = f"--serverless-v2-scaling-configuration MinCapacity=0.5,MaxCapacity={most}"
    somebody_says(f"rds modify-db-cluster --db-cluster-identifier formae-db {scaling}")


def somebody_slows_the_checks(seconds: int) -> None:
    """A colleague's `aws` command has the agent's health asked more rarely."""
    checks = f"--health-check-configuration Protocol=HTTP,Path={HEALTH},Interval={seconds}"
    somebody_says(f"apprunner update-service --service-arn {service()['ServiceArn']} {checks}")


def somebody_says(command: str) -> None:
    """A colleague's `aws` command, with its words divided by blanks."""
    passes(900)  # nobody is at work in the account any more
    aws = need("aws", package="awscli (pip)")
    words = [aws, *command.split(), "--region", REGION]
    subprocess.run(words, env=os.environ, check=True, timeout=120, stdout=subprocess.DEVNULL)


def most_capacity() -> float:
    """The range's upper end, as the account has it."""
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    return float(cluster["ServerlessV2ScalingConfiguration"]["MaxCapacity"])


def version() -> str:
    """The image's tag that the service runs."""
    image: str = service()["SourceConfiguration"]["ImageRepository"]["ImageIdentifier"]
    return image.rpartition(":")[2]


def password() -> str:
    """The API's, as the secret has it now."""
    found: str = json.loads(secret("formae-api-creds"))["password"]
    return found


def rotated(before: str, config: Path) -> None:
    """That another password is in force and in the CLI's config, and this one nowhere any more."""
    now, url = password(), f"https://{service()['ServiceUrl']}/api/v1/stats"
    assert now != before
    assert [ask(url, "formae", each).status for each in (now, before)] == [200, 401]
    assert now in config.read_text("utf-8")
    assert not [each for each in config.parent.iterdir() if before in each.read_text("utf-8")]


def account() -> dict[str, Any]:
    """All that is there, but for secrets that wait for their end."""
    found = everything()
    found["secrets"] = [each for each in found["secrets"] if "DeletedDate" not in each]
    return found
