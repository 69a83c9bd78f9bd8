"""Whatever botocore's look for credentials raises is a sign-in problem that names what it is of."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.runs import Run
from tests.plain.person import CTRL_C, person
from tests.support.command import Command
from tests.support.standin import REGION
from tests.support.tiers import tail
from wizard.aws.session import Aws
from wizard.base.errors import ExitCode, SignedOut
from wizard.base.events import Called, Event, StepMoved
from wizard.local.profiles import profile, source

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ROOT = Path(__file__).parents[2]
ROLE = "arn:aws:iam::123456789012:role/deploy"
KEY = "AKIACORP000000000000"


@pytest.fixture(autouse=True)
def nobody(standin: "StandIn", home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No keys in the environment; a folder for AWS's files."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.chdir(home)
    (home / ".aws").mkdir()


def config(text: str) -> None:
    """At once, for a run may just read it."""
    path = Path("~/.aws/config").expanduser()
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


def program(text: str, mode: int = 0o700) -> str:
    """A credential_process in the profile corp that is this shell script; its path."""
    path = Path("creds.sh").absolute()
    new = path.with_suffix(".new")  # at once, for a run may just start it
    new.write_text(f"#!/bin/sh\n{text}\n")
    new.chmod(mode)
    new.replace(path)
    config(f"[profile corp]\ncredential_process = {path}\n")
    return str(path)


def gives(**more: object) -> str:
    """A script that prints credentials."""
    given = {"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": "geheim", **more}
    return f"echo '{json.dumps(given)}'"


def out(name: str = "corp") -> SignedOut:
    """How it is told that the profile does not sign in."""
    with pytest.raises(SignedOut) as caught:
        Aws(name, REGION).call("sts", "GetCallerIdentity", {})
    told = caught.value
    assert told.code is ExitCode.NOT_READY
    assert all((told.what, told.fix, told.entry))
    assert "geheim" not in str(told)
    return told


LAST_MONTH = f"{datetime.now(UTC) - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
PROGRAMS = {
    "exits": ("echo no ticket >&2; exit 1", "returns no credentials", "no ticket"),
    "silent": ("exit 1", "returns no credentials", "It printed no error."),
    "no-json": ("echo geheim", "does not print the expected JSON", ""),
    "nothing": ("true", "does not print the expected JSON", ""),
    "a-list": ("echo '[]'", "does not print the expected JSON", ""),
    "not-text": ("printf '\\377'", "does not print the expected JSON", ""),
    "version": ("echo '{}'", "returns no credentials", "Unsupported version"),
    "no-secret": ("echo '{\"Version\": 1}'", "returns no credentials", "AccessKeyId"),
    "expired": (gives(Expiration=LAST_MONTH), "returns expired credentials", ""),
    "no-zone": (gives(Expiration="2026-11-28T00:00:00"), "cannot be used to sign in", ""),
    "no-time": (gives(Expiration="soon"), "cannot be used to sign in", ""),
    "odd-time": (gives(Expiration=7), "cannot be used to sign in", ""),
}


@pytest.mark.parametrize(("script", "what", "why"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_is_named(script: str, what: str, why: str) -> None:
    path = program(script)
    told = out()
    assert told.what.startswith(f"The program {path} ")
    assert what in told.what
    assert "credential_process in the AWS profile “corp” names it." in told.why
    assert why in told.why
    assert f"Run {path} by hand" in told.fix


def test_a_program_that_cannot_be_run() -> None:
    path = program("true", mode=0o600)
    assert out().what == f"You may not run the program {path}."
    path = program("true")
    Path(path).write_text("no script")
    assert "Exec format error" in out().why
    config("[profile corp]\ncredential_process = ~/bin/creds.sh --now\n")
    told = out()
    assert told.what == "The program ~/bin/creds.sh does not exist."
    assert "do not expand “~” and variables" in told.why
    config("[profile corp]\ncredential_process = 'half\n")
    assert "No closing quotation" in out().why


@pytest.mark.parametrize("chained", [False, True], ids=["itself", "below-a-role"])
def test_a_program_gets_no_terminal_where_a_face_has_it(chained: bool) -> None:
    program("head -n 1 </dev/tty >/dev/null || { echo nobody to ask >&2; exit 1; }")
    if chained:
        lines = f"[profile top]\nrole_arn = {ROLE}\nsource_profile = corp\n"
        config(Path("~/.aws/config").expanduser().read_text() + lines)
    with person("--plain", "--profile", "top" if chained else "corp") as someone:
        told = someone.answers("Continue?", CTRL_C)
    assert "returns no credentials" in told
    assert "nobody to ask" in told


def test_the_remedy_is_the_one_of_the_profile_below() -> None:
    path = program("exit 1")
    lines = f"[profile top]\nrole_arn = {ROLE}\nsource_profile = corp\n"
    config(Path("~/.aws/config").expanduser().read_text() + lines)
    told = out("top")
    assert told.what == f"The program {path} returns no credentials."
    assert "in the AWS profile “corp”" in told.why
    found = source("top")
    assert found
    assert found.name == "corp"


def role(**settings: str) -> None:
    lines = (f"{key} = {value}\n" for key, value in settings.items())
    config(f"[profile corp]\nrole_arn = {ROLE}\n{''.join(lines)}")


@pytest.mark.parametrize(
    ("source_of", "fix"),
    [
        ("Ec2InstanceMetadata", "works on an EC2 instance that has a role"),
        ("EcsContainer", "works in a container of ECS"),
        ("Environment", "Set access keys in the environment"),
    ],
)
def test_a_credential_source_that_is_not_there(source_of: str, fix: str) -> None:
    role(credential_source=source_of)
    told = out()
    assert "No credentials found in credential_source" in told.why
    assert fix in told.fix
    assert "aws sso login" not in told.fix


PROFILES = {
    "odd-source": ("credential_source = Vault", "is not valid", "Correct it in"),
    "no-source": (
        "",
        "role_arn is set, but has no effect",
        "Add source_profile or credential_source",
    ),
    "both": ("credential_source = Environment\nsource_profile = x", "contains both", "Correct"),
    "no-such": ("source_profile = x", "does not exist", "Correct it in"),
    "itself": ("source_profile = corp", "Infinite loop", "Correct it in"),
}


@pytest.mark.parametrize(("lines", "why", "fix"), PROFILES.values(), ids=PROFILES)
def test_a_role_that_is_not_set_up_right(lines: str, why: str, fix: str) -> None:
    config(f"[profile corp]\nrole_arn = {ROLE}\n{lines}\n")
    told = out()
    assert "“corp”" in told.what
    assert why in told.why
    assert fix in told.fix


def test_a_source_without_credentials() -> None:
    config(f"[profile corp]\nrole_arn = {ROLE}\nsource_profile = b\n[profile b]\nregion = x\n")
    assert 'source profile "b" must have credentials' in out().why


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("aws_access_key_id = A", "aws_secret_access_key is missing"),
        ("sso_account_id = 123456789012\nsso_role_name = A", "has a wrong setting"),
        ("sso_session = x\nsso_account_id = 1\nsso_role_name = A", "has a wrong setting"),
        ("login_session = arn:aws:iam::123456789012:user/a", ""),
    ],
)
def test_half_a_profile(text: str, what: str) -> None:
    config(f"[profile corp]\n{text}\n")
    told = out()
    assert what in told.what
    assert "corp" in str(told)


def test_a_token_file_of_a_web_identity(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    role(web_identity_token_file=f"{home}/token")
    told = out()
    assert f"{home}/token: No such file or directory." in told.why
    assert f"Write a new token to {home}/token." in told.fix
    (home / "token").write_bytes(b"\xff")
    assert "decode" in out().why
    (home / "token").write_text("")
    assert "WebIdentityToken" in out().why
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", f"{home}/other")
    assert "AWS_ROLE_ARN env var" in out("").why
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    told = out("")
    assert told.what == "The environment variable AWS_WEB_IDENTITY_TOKEN_FILE gives no credentials."
    assert f"{home}/other" in told.why


def test_keys_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    told = out("")
    assert told.what == (
        "The environment variable AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not."
    )
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "geheim")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "soon")
    assert "AWS_CREDENTIAL_EXPIRATION gives no credentials" in out("").what
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", LAST_MONTH)
    assert "Set new credentials in the environment" in out("").fix


class _Odd(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """What is no credentials."""
        body = b'{"AccessKeyId": "A"}' if self.path == "/half" else b"<html>"
        self.send_response(500 if self.path == "/fails" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def odd() -> Iterator[str]:
    """A server of a container's credentials that gives none."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/half", "/fails", "/page"])
def test_a_container_that_gives_none(odd: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.utils.ContainerMetadataFetcher.SLEEP_TIME", 0)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", odd + path)
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" in out("").what


def test_a_container_elsewhere(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/")
    told = out("")
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI gives no credentials" in told.what
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", f"{home}/none")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/")
    assert f"{home}/none" in out("").why


def test_old_files(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("AWS_CREDENTIAL_FILE", f"{home}/none")
    assert "AWS_CREDENTIAL_FILE" in str(out(""))


def test_aws_does_not_let_one_take_on_the_role(standin: "StandIn") -> None:
    config(
        f"[profile corp]\nrole_arn = {ROLE}\nsource_profile = b\n"
        f"[profile b]\naws_access_key_id = {KEY}\naws_secret_access_key = geheim\n"
    )
    standin.fail("sts", "AssumeRole", "AccessDenied", "User x is not authorized")
    told = out()
    assert "sign-in with the profile “corp” (AssumeRole)" in told.what
    assert "User x is not authorized" in told.why
    assert "trust policy" in told.fix
    assert told.origin
    assert told.origin.operation == "AssumeRole"
    standin.fail("sts", "AssumeRole", "InvalidClientTokenId", "The security token is invalid.")
    assert out().fix == "Set new credentials in the AWS profile “b”."


def test_the_doctor_goes_on_with_the_rest(command: Command) -> None:
    path = program("echo nonsense")
    end = command("doctor", "--region", REGION, "--profile", "corp")
    assert end.code == 3
    assert f"✗ Sign-in: The program {path} does not print the expected JSON\n" in end.out
    assert "✓ Image: " in end.out
    assert "✓ Proxy and certificates: " in end.out
    assert "Internal error in formae-wizard" not in end.out + end.err
    for verb in (("plan",), ("apply", "--yes"), ("status",), ("destroy", "--yes"), ("export",)):
        end = command(
            *verb,
            "--region",
            REGION,
            "--profile",
            "corp",
            *(("--scope", "services", "--services", "S3") if verb == ("export",) else ()),
        )
        assert "does not print the expected JSON" in end.err, verb
        assert "Internal error in formae-wizard" not in end.err


def test_in_the_middle_of_a_run_it_waits(standin: "StandIn") -> None:
    ends = f"{datetime.now(UTC) + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    then = gives(Expiration=ends, AccessKeyId="AKIASECOND0000000000")
    script = f"echo x >>runs; [ $(wc -l <runs) -gt 4 ] || {{ echo nonsense; exit; }}\n{then}"
    program(gives(Expiration=ends))

    def heard(event: Event) -> None:
        if isinstance(event, Called) and event.text == "rds DescribeDBInstances":
            standin.behaviour.spent = {KEY}
        if isinstance(event, StepMoved) and event.signed_out:
            held.append(event.note)
            program(script)

    held: list[str] = []
    run = Run(heard, profile="corp")
    outcome = run()
    assert outcome.ok, outcome.errors
    assert standin.calls[-1].access_key == "AKIASECOND0000000000"
    assert "creds.sh by hand" in held[0]
    assert len(Path("runs").read_text().splitlines()) >= 4


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("credential_process = sh -c 'exit 1'", "Run sh by hand"),
        (
            "sso_start_url = https://x\nsso_region = eu-west-1\nsso_account_id = 1\n"
            "sso_role_name = A",
            "`aws sso login --profile corp`",
        ),
        ("login_session = x", "`aws login --profile corp`"),
        (
            "region = eu-west-1",
            "`aws configure sso --profile corp` or `aws",
        ),
        (
            "aws_access_key_id = A\naws_secret_access_key = geheim",
            "Set new credentials in the AWS profile “corp”.",
        ),
        (
            "aws_access_key_id = A\naws_secret_access_key = geheim\naws_session_token = geheim",
            "Set new credentials in the AWS profile “corp”.",
        ),
    ],
)
def test_the_remedy_fits_the_kind(text: str, fix: str) -> None:
    config(f"[profile corp]\n{text}\n")
    found = profile("corp")
    assert found
    assert fix in found.remedy
    if "keys" not in found.kind.value:
        assert fix in out().fix


@pytest.mark.parametrize("profile", tail([("above",), ("corp",)]))
def test_a_profile_of_aws_login_names_the_extra_it_needs(profile: str) -> None:
    """`BOTO_DISABLE_CRT` is botocore's own switch, read where it is loaded: so a new process."""
    above = f"[profile above]\nrole_arn = {ROLE}\nsource_profile = corp\n"
    config(f"[profile corp]\nlogin_session = x\n{above}")
    for words in (["status"], ["doctor"], ["apply", "--yes"]):
        end = subprocess.run(
            [sys.executable, "-m", "wizard", *words, "--region", REGION, "--profile", profile],
            env={**os.environ, "BOTO_DISABLE_CRT": "true"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert end.returncode == ExitCode.NOT_READY
        told = end.stdout + end.stderr
        assert "The AWS profile “corp” signs in with `aws login`, which this installation" in told
        assert "the extra “login”" in told
        assert "pipx install --force '.[login]'" in told
        assert "wrong setting" not in told
        assert "Sign in" not in told.replace("Sign-in", ""), "which would not help"
