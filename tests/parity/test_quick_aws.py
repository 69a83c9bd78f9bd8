"""The `aws` of the tests is the real one, but for its start: the same is told, asked and ended."""

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.parity.worlds import REAL_AWS
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, client

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ROLE = "iam get-role --role-name"
SECRET = "secretsmanager describe-secret --secret-id"
CALLS = {
    "a program of one's own": "--version",
    "JSON, by a token": f"{SECRET} mine --query [ARN,Tags] --output text",
    "XML, and none there": f"{ROLE} nobody",
    "XML, nested lists": "rds describe-db-engine-versions --engine aurora-postgresql",
    "no such option": f"{ROLE} nobody --no-such-option",
    "a file as a value": "secretsmanager put-secret-value --secret-id mine "
    "--client-request-token 00000000-0000-4000-8000-000000000000 --secret-string file://é.txt",
}


@pytest.mark.parametrize("words", CALLS.values(), ids=CALLS)
def test_both_do_the_same(
    words: str, standin: "StandIn", tmp_path: Path, quick_aws: QuickAws
) -> None:
    tags = [{"Key": "a b", "Value": "é'\"$"}]
    client("secretsmanager").create_secret(Name="mine", SecretString="-", Tags=tags)
    (tmp_path / "é.txt").write_text("über \"'$\n\n", "utf-8")

    def played(folder: Path) -> tuple[object, ...]:
        before = len(standin.calls)
        done = subprocess.run(
            [folder / "aws", *words.split()],
            env={**os.environ, "AWS_REGION": REGION, "AWS_CLI_FILE_ENCODING": "UTF-8"},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        asked = [(str(call), call.params) for call in standin.calls[before:]]
        return done.returncode, done.stdout, done.stderr, asked

    assert played(quick_aws.folder) == played(REAL_AWS)
