"""`--answers FILE` through the real command: who wins, what is told, and that it is done."""

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.corpus import FILES, FOLDER
from tests.support.account import changes, service
from tests.support.command import Command
from tests.support.standin import REGION, client

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

FILE = f'version = 1\nregion = "{REGION}"\nname = "from-file"\ncpu = 2\ntags = {{ by = "file" }}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(FILE)
    return path


def tags(secret: str) -> dict[str, str]:
    found = client("secretsmanager").describe_secret(SecretId=secret)["Tags"]
    return {each["Key"]: each["Value"] for each in found}


def test_what_the_file_says_is_done(standin: "StandIn", command: Command, file: Path) -> None:
    end = command("apply", "--yes", "--answers", str(file))
    assert end.code == 0, end.err
    running = service()
    assert running["ServiceName"] == "from-file-agent"
    assert running["InstanceConfiguration"]["Cpu"] == "2048"
    assert tags("from-file-config")["by"] == "file"
    before = len(changes(standin))
    assert command("apply", "--yes", "--answers", str(file)).code == 0
    assert changes(standin)[before:] == []


def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    standin: "StandIn", command: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_NAME", "from-environment")
    monkeypatch.setenv("FORMAE_WIZARD_TAGS", "by=environment")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    end = command("apply", "--yes", "--answers", str(file), "--tags", "by=flag")
    assert end.code == 0, end.err
    running = service()
    assert running["ServiceName"] == "from-environment-agent"
    assert running["InstanceConfiguration"]["Cpu"] == "2048", "only the file says it"
    assert f":{REGION}:" in running["ServiceArn"], "AWS_REGION was not said to this program"
    assert tags("from-environment-config")["by"] == "flag"


def test_aws_variables_count_where_the_file_is_silent(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "cn-north-1")
    path = tmp_path / "a.toml"
    path.write_text('version = 1\nname = "A"\n')
    end = command("apply", "--yes", "--answers", str(path))
    assert end.code == 2
    assert "✗ AWS_REGION: Any host of the agent" in end.err
    assert f"✗ {path}:2: name: Use lowercase letters" in end.err


def test_each_problem_says_where_it_was_given(
    standin: "StandIn", command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.toml"
    path.write_text('version = 1\n\nregion = "cn-north-1"\ncpu = 1\ndatabase = "existing"\n')
    monkeypatch.setenv("FORMAE_WIZARD_PROTECT", "perhaps")
    end = command("apply", "--yes", "--answers", str(path), "--memory", "8")
    assert end.code == 2
    assert end.out == ""
    for line in (
        f"✗ {path}:3: region: Any host",
        "✗ FORMAE_WIZARD_PROTECT: “perhaps”",
        "✗ --memory: App Runner does not offer",
        f"✗ {path}: cluster_arn: That is not the ARN",
    ):
        assert f"\n{line}" in "\n" + end.err
    assert changes(standin) == []


@pytest.mark.parametrize("verb", ["apply", "doctor"])
def test_a_file_that_is_wrong_is_refused_by_every_verb(command: Command, verb: str) -> None:
    path = FOLDER / "refused" / "mistakes.toml"
    end = command(verb, "--answers", str(path))
    assert end.code == 2
    assert end.out == ""
    told = [line for line in end.err.splitlines() if line.startswith("✗ ")]
    expected = path.with_suffix(".expected").read_text("utf-8").splitlines()
    assert len(told) == len(expected)
    assert "correct horse" not in end.err
    assert "What to do: `formae-wizard answers`" in end.err


def test_the_environment_names_the_file_and_a_flag_names_another(
    command: Command, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_ANSWERS", str(tmp_path / "gone.toml"))
    end = command("doctor")
    assert end.code == 2
    assert f"✗ {tmp_path / 'gone.toml'}: It cannot be read: No such file" in end.err
    other = tmp_path / "other.toml"
    other.write_text('version = 1\nname = "B"\n')
    end = command("apply", "--answers", str(other), "--region", REGION)
    assert f"✗ {other}:2: name:" in end.err


class Piped(io.TextIOWrapper):
    """Standard input as a shell hands it over."""

    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode()), "utf-8")


def test_standard_input(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Piped('version = 1\nregion = "nowhere"\n'))
    end = command("apply", "--answers", "-")
    assert end.code == 2
    assert "✗ standard input:2: region: “nowhere” is not" in end.err
    end = command("apply", "--answers", "-", "--api-password-file", "-")
    assert end.code == 2
    assert "only once" in end.err
    monkeypatch.setattr("sys.stdin", Piped(FILE))
    assert command("apply", "--answers", "-").code == 2, "nobody can say yes"
    assert changes(standin) == []


def test_nobody_waits_for_a_pipe_or_a_device(command: Command, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path, words in (
        (pipe, "a pipe or a device"),
        (Path("/dev/zero"), "a pipe or a device"),
        (Path("/dev/tty"), "cannot be read" if not _tty() else "a pipe or a device"),
        (tmp_path, "It is a folder"),
        (loop, "cannot be read"),
    ):
        end = command("apply", "--answers", str(path))
        assert end.code == 2
        assert words in end.err, end.err


def _tty() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", ["hostile", "mirror", "policy-file"])
def test_strange_but_legal_answers_reach_aws_as_they_are(
    standin: "StandIn", command: Command, name: str
) -> None:
    end = command("apply", "--yes", "--answers", str(FILES[name]))
    assert end.code == 0, end.err
    if name == "hostile":
        region = "eu-west-3"
        secret = client("secretsmanager", region).describe_secret(SecretId="a0-1b-c-config")
        found = {each["Key"]: each["Value"] for each in secret["Tags"]}
        assert found["Größe @ /:.+-_"] == "a=b =c= @/:.+-_ ñ 日本"
        assert (found["-o"], found["empty"]) == ("--output=text", "")
        policy = client("iam").get_policy_version(
            PolicyArn="arn:aws:iam::123456789012:policy/a0-1b-c-agent-1", VersionId="v1"
        )["PolicyVersion"]["Document"]
        (own,) = (FOLDER / "policies").glob("it*.json")
        assert policy == json.loads(own.read_text("utf-8"))
