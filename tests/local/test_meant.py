"""Which profile is meant: as the real `aws` command decides it, in every environment."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.plain.person import person
from tests.support.command import Command
from wizard.answers.detect import detect
from wizard.answers.model import Source
from wizard.answers.resolving import collect, from_environment
from wizard.aws.session import Aws
from wizard.base.errors import WizardError
from wizard.local.profiles import meant, profile

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CONFIG = """\
[default]
region = us-east-1

[profile work]
region = eu-west-1

[profile keyless]
region = eu-central-1
"""
CREDENTIALS = """\
[default]
aws_access_key_id = AKIADEFAULT000000DEF
aws_secret_access_key = standin

[work]
aws_access_key_id = AKIAWORK0000000WORK1
aws_secret_access_key = standin
"""
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENVIRONMENT00ENV", "AWS_SECRET_ACCESS_KEY": "standin"}
NAMES = (None, "", "work", "keyless", "bogus")
"""What a variable names; None where it is not set."""
REGION = {"AWS_DEFAULT_REGION": "ap-south-1"}
NAMED = [
    {name: value for name, value in pair if value is not None}
    for first, second in itertools.product(NAMES, NAMES)
    for pair in ((("AWS_DEFAULT_PROFILE", first), ("AWS_PROFILE", second)),)
]
ENVIRONMENTS = [
    *(named | more for named in NAMED for more in ({}, KEYS)),
    *({"AWS_PROFILE": "work"} | REGION | more for more in ({}, KEYS)),
]
LISTS = """\
import contextlib, io, json, os, sys
from awscli.clidriver import create_clidriver
bare, told = dict(os.environ), []
for each in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(bare | each)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = create_clidriver().main(["configure", "list"])
    told.append([code, out.getvalue()])
json.dump(told, sys.stdout)
"""
"""`aws configure list` in each environment, in one process: to start it takes a second."""


@pytest.fixture
def files(home: Path) -> Path:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(CONFIG)
    (home / ".aws" / "credentials").write_text(CREDENTIALS)
    return home


def listed(text: str) -> dict[str, str]:
    """What `aws configure list` says of each setting; empty where it is not set."""
    rows = (line.split() for line in text.splitlines()[2:])
    found = {row[0]: row[1] for row in rows}
    return {key: "" if value == "<not" else value for key, value in found.items()}


def ours(environment: Mapping[str, str]) -> dict[str, str] | None:
    """The same by us; None where the profile does not exist."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        said = from_environment(os.environ)
        chosen = collect({Source.ENVIRONMENT: said}, detect(said.get("profile", "")))
        try:
            aws = Aws(chosen.values["profile"], "")
            signer = aws._session.get_credentials()
        except WizardError:
            return None
        key = signer.access_key[-4:] if signer else ""
        used = profile(chosen.values["profile"])
        assert not key or (used and used.detail.endswith(key)), "what is shown is what signs"
        region = said.get("region") or detect(chosen.values["profile"]).region
        assert region == aws.region
        return {"profile": meant(chosen.values["profile"]).name, "key": key, "region": region}


def test_as_the_aws_command_decides(files: Path) -> None:
    end = subprocess.run(
        [sys.executable, "-c", LISTS],
        input=json.dumps(ENVIRONMENTS),
        capture_output=True,
        text=True,
        check=True,
    )
    wrong = []
    for environment, (code, text) in zip(ENVIRONMENTS, json.loads(end.stdout), strict=True):
        theirs = None
        if code == 0:
            said = listed(text)
            theirs = {
                "profile": said["profile"] or "default",
                "key": said["access_key"][-4:],
                "region": said["region"],
            }
        found = ours(environment)
        if found != theirs:
            wrong.append(f"{environment}: {found}, but `aws` says {theirs}")
    assert not wrong, "\n".join(wrong)


def test_what_the_variable_names_is_what_runs(
    standin: "StandIn", files: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_DEFAULT_PROFILE", "work")
    monkeypatch.setenv("AWS_PROFILE", "default")
    end = command("apply", "--yes")
    assert end.code == 0, end.err
    signed = [call for call in standin.calls if call.access_key and call.service != "freetier"]
    assert {call.region for call in signed} == {"eu-west-1"}
    made = {call.access_key[-4:] for call in standin.calls if call.operation.startswith("Create")}
    assert made == {"ORK1"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("bogus", "There is no AWS profile named “bogus”"),
        ("", "AWS_DEFAULT_PROFILE is set, but names no AWS profile"),
    ],
)
def test_the_variable_is_named_where_it_leads_nowhere(
    standin: "StandIn",
    files: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    told: str,
) -> None:
    for key in KEYS:
        monkeypatch.delenv(key)
    monkeypatch.setenv("AWS_DEFAULT_PROFILE", name)
    monkeypatch.setenv("AWS_PROFILE", "work")
    for verb in (("plan",), ("apply", "--yes"), ("doctor",), ("status",), ("destroy", "--yes")):
        end = command(*verb)
        assert end.code == 3, verb
        assert told in end.out + end.err
        assert "correct or unset AWS_DEFAULT_PROFILE" in end.out + end.err
        assert "mistake in formae-wizard" not in end.out + end.err


def test_the_plain_lines_name_it(
    standin: "StandIn", files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in KEYS:
        monkeypatch.delenv(key)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_PROFILE", "work")
    with person("--plain") as someone:
        told = someone.answers("Continue?", "\x03")
    assert "Profile: work, access keys. Region: eu-west-1." in told


def test_a_login_is_for_the_profile_that_was_chosen(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / ".aws" / "config").write_text("[default]\nlogin_session = x\n")
    (files / ".aws" / "credentials").unlink()
    found = profile("default")
    assert found
    assert found.login == ("aws", "login")
    monkeypatch.setenv("AWS_PROFILE", "work")
    found = profile("default")
    assert found
    assert found.login == ("aws", "login", "--profile", "default")
