"""What is wrong in files and variables of AWS's is told with the file, the line or the variable."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.plain.person import CTRL_C, person
from tests.support.command import Command
from tests.support.standin import REGION
from wizard.aws.session import Aws
from wizard.base.errors import AwsError, SignedOut, WizardError

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


@pytest.fixture
def aws_folder(standin: "StandIn", home: Path) -> Path:
    folder = home / ".aws"
    folder.mkdir()
    return folder


def told() -> WizardError:
    with pytest.raises(WizardError) as caught:
        Aws("", REGION).call("sts", "GetCallerIdentity", {})
    assert "geheim" not in str(caught.value)
    return caught.value


REGIONS = {
    "comment": ("eu-west-1  # mine", "A comment behind a value counts as a part of it"),
    "zone": ("eu-west-1a", "is an availability zone. Its region is eu-west-1."),
    "word": ("Ireland", "is not the name of an AWS region"),
}


@pytest.mark.parametrize(("region", "why"), REGIONS.values(), ids=REGIONS)
def test_a_region_in_the_config(aws_folder: Path, command: Command, region: str, why: str) -> None:
    (aws_folder / "config").write_text(f"[profile x]\nregion=x\n\n[default]\nregion = {region}\n")
    for verb in (("plan",), ("apply", "--yes"), ("doctor",), ("status",), ("destroy", "--yes")):
        end = command(*verb)
        assert end.code == 2, verb
        assert why in end.err
        assert "It comes from line 5 of ~/.aws/config." in end.err
        assert "--region" not in end.err
    with person("--plain", AWS_REGION="") as someone:
        assert "line 5 of ~/.aws/config" in someone.answers("Continue?", CTRL_C)


def test_a_region_in_a_variable(
    aws_folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1b")
    end = command("plan")
    assert end.err.startswith("✗ AWS_DEFAULT_REGION: “eu-west-1b” is an availability zone.")


def test_the_credentials_file_has_the_last_word(aws_folder: Path, command: Command) -> None:
    (aws_folder / "config").write_text("[default]\nregion = us-east-1\n")
    (aws_folder / "credentials").write_text("[default]\nregion = us-east-1c\n")
    assert "line 2 of ~/.aws/credentials" in command("plan").err


BROKEN = {
    "section": (b"[default]\n\n[default]\n", "Line 3: the section [default] is a duplicate."),
    "option": (b"[default]\nregion=a\nregion=b\n", "Line 3: region is a duplicate in [default]."),
    "mark": (b"\xef\xbb\xbf[default]\nregion=a\n", "It starts with a byte order mark"),
    "no-section": (b"geheim = x\n", "Line 1 is outside any section"),
    "no-setting": (b"[default]\n= geheim\n", "Line 2 has no setting."),
    "latin": ("[default]\n\n# für geheim\n".encode("latin-1"), "Line 3 has a character"),
    "indented": (b"[default]\ns3 =\n  geheim\n", "Indented lines"),
}


@pytest.mark.parametrize("file", ["config", "credentials"])
@pytest.mark.parametrize(("content", "why"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read(
    aws_folder: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    content: bytes,
    why: str,
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    (aws_folder / file).write_bytes(content)
    found = told()
    assert found.what == f"AWS's tools cannot read ~/.aws/{file}."
    assert why in found.why
    assert isinstance(found, SignedOut), "it may just be written anew: a run waits"
    end = command("doctor", "--region", REGION)
    assert end.code == 3
    assert why in end.out
    assert "✓ Image" in end.out
    assert "geheim" not in end.out + end.err


def test_a_file_that_is_not_there(aws_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "~/elsewhere")
    found = told()
    assert "AWS_SHARED_CREDENTIALS_FILE names ~/elsewhere" in found.why
    monkeypatch.delenv("AWS_SHARED_CREDENTIALS_FILE")
    (aws_folder / "credentials").mkdir()
    assert "~/.aws/credentials cannot be read: Is a directory." in told().why


VARIABLES = {
    "AWS_CA_BUNDLE": ("/nowhere.pem", "AWS_CA_BUNDLE points to /nowhere.pem"),
    "HTTPS_PROXY": ("socks5://ada:geheim@127.0.0.1:1", "socks5://127.0.0.1:1 is a SOCKS proxy"),
    "https_proxy": ("http://proxy:port", "The environment variable https_proxy names a proxy"),
    "AWS_ENDPOINT_URL": (
        "nonsense",
        "The value comes from the environment variable AWS_ENDPOINT_URL.",
    ),
    "AWS_METADATA_SERVICE_TIMEOUT": ("soon", "variable AWS_METADATA_SERVICE_TIMEOUT."),
    "AWS_DEFAULTS_MODE": ("quick", "variable AWS_DEFAULTS_MODE."),
}


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_variable_is_named(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    value, words = VARIABLES[variable]
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://127.0.0.1:1")
    monkeypatch.setenv(variable, value)
    assert words in str(told())


def test_a_setting_of_the_profile_is_named(aws_folder: Path) -> None:
    (aws_folder / "config").write_text("[default]\nregion = x\ndefaults_mode = quick\n")
    assert "The value comes from defaults_mode in line 3 of ~/.aws/config." in str(told())


def test_a_socks_proxy_is_no_tick(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1")
    end = command("doctor", "--region", REGION)
    assert "✗ Proxy and certificates: The environment variable HTTPS_PROXY" in end.out
    assert end.out.count("is a SOCKS proxy") >= 1
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    end = command("doctor", "--region", REGION)
    assert end.code == 0, "AWS is reached without it"


def test_a_partial_key_is_named(standin: "StandIn", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert told().what.endswith("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.")


def test_the_call_that_it_really_was(
    standin: "StandIn", aws_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    key = os.environ["AWS_ACCESS_KEY_ID"]
    (aws_folder / "config").write_text(
        "[profile corp]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = b\n"
        f"[profile b]\naws_access_key_id = {key}\naws_secret_access_key = standin\n"
    )
    standin.fail("sts", "AssumeRole", "Throttling", "Rate exceeded")
    with pytest.raises(AwsError) as caught:
        Aws("corp", REGION).call("sts", "GetCallerIdentity", {})
    assert caught.value.operation == "AssumeRole", "and it is asked again"
