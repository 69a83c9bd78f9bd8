"""The stand-in as a process of its own: quick to start, and nothing is left of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.standin.steps import get, operation, simple_service, status, until
from tests.support.standin import client
from tests.support.tiers import unsampled_tier
from wizard.base.errors import WizardError
from wizard.base.offer import open_hosts
from wizard.standin import demo
from wizard.standin.server import StandIn


@pytest.fixture
def process(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "wizard.standin", "--scale", "0.002", "--no-latency"]
    process = subprocess.Popen(
        [*command, "--folder", str(tmp_path / "state")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


def environment(process: "subprocess.Popen[str]") -> dict[str, str]:
    assert process.stdout
    return dict(json.loads(process.stdout.readline()))


def running_agent(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> tuple[str, int]:
    """A service in that process's account; its URL and its agent's process id."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    arn = simple_service().create()["Service"]["ServiceArn"]
    assert operation(arn) == "SUCCEEDED"
    url = client("apprunner").describe_service(ServiceArn=arn)["Service"]["ServiceUrl"]
    assert get(f"{url}/api/v1/health")[0] == 200
    folder = str(Path(given["AWS_CA_BUNDLE"]).parent)
    found = [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/environ")
        if folder in _read(path) and "FORMAE_IMAGE" in _read(path)
    ]
    return url, found[0]


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def has_all(given: dict[str, str]) -> bool:
    wanted = {"AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "SSL_CERT_FILE", "DOCKER_HOST", "NO_PROXY"}
    return wanted <= given.keys()


@unsampled_tier
def test_it_ends_with_its_standard_input(
    process: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = environment(process)
    assert has_all(given)
    _, agent = running_agent(monkeypatch, given)
    assert process.stdin
    process.stdin.close()
    assert process.wait(10) == 0
    until(lambda: not alive(agent))
    assert not (tmp_path / "state").exists()


def test_it_ends_at_sigterm(process: "subprocess.Popen[str]", tmp_path: Path) -> None:
    environment(process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert not (tmp_path / "state").exists()


@unsampled_tier
def test_agents_end_with_it_even_when_it_is_killed(
    process: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    _, agent = running_agent(monkeypatch, environment(process))
    assert alive(agent)
    process.kill()
    process.wait()
    until(lambda: not alive(agent))


def test_the_demo_is_such_a_process() -> None:
    start = time.monotonic()
    with demo.demo_environment(scale=0.002) as given:
        assert time.monotonic() - start < 15
        assert has_all(given)
        session = boto3.Session(
            aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
            region_name="eu-west-1",
        )
        sts = session.client("sts", endpoint_url=given["AWS_ENDPOINT_URL"])
        assert sts.get_caller_identity()["Account"] == "123456789012"
        folder = Path(given["AWS_CA_BUNDLE"]).parent
        assert folder.exists()
    assert not folder.exists()


def test_nothing_is_left_when_the_demos_owner_is_killed() -> None:
    program = """if True:
        import os, signal
        from wizard.standin.demo import demo_environment
        with demo_environment(scale=0.002) as given:
            print(given["AWS_CA_BUNDLE"], flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=False)
    assert done.returncode == -signal.SIGKILL
    folder = Path(done.stdout.decode().strip()).parent
    until(lambda: not folder.exists())


@unsampled_tier
def test_the_demo_of_a_closed_account(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo.demo_environment(scale=0.002, account="closed") as given:
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(Exception, match="SubscriptionRequired"):
            client("apprunner").list_services()


@unsampled_tier
def test_the_command_for_a_closed_account() -> None:
    words = [sys.executable, "-m", "wizard", "apply", "--demo-closed", "--yes"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 3
    assert f"--host {open_hosts()[0]}." in done.stderr
    assert "Nothing was changed." in done.stderr


def test_without_the_extra_the_demo_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PARTS", ("moto", "no_such_module_anywhere"))
    with pytest.raises(WizardError) as caught, demo.demo_environment():
        pass
    assert "pip install 'formae-wizard[demo]'" in caught.value.fix


def test_the_real_aws_command(standin: StandIn) -> None:
    service = simple_service()
    service.create()
    arn = client("apprunner").list_services()["ServiceSummaryList"][0]["ServiceArn"]
    assert operation(arn) == "SUCCEEDED"
    service.name = "formae-by-cli"
    made = aws("apprunner", "create-service", "--cli-input-json", json.dumps(service.request))
    second = made["Service"]["ServiceArn"]
    assert made["Service"]["InstanceConfiguration"]["Cpu"] == "1024"
    assert operation(second) == "SUCCEEDED"
    query = ["--service-arn", second, "--query", "Service.Status"]
    assert aws("apprunner", "describe-service", *query) == status(second) == "RUNNING"
    assert aws("sts", "get-caller-identity", "--query", "Account") == "123456789012"


def aws(*arguments: str) -> Any:
    program = Path(sys.executable).with_name("aws")
    done = subprocess.run(
        [str(program), *arguments, "--region", "eu-west-1", "--output", "json"],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
