"""`formae-wizard explain`, and the code beside each failure in every face without a screen."""

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.command import Command
from wizard.catalogue import ENTRIES

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


def test_one(command: Command) -> None:
    end = command("explain", "fw-app-001")
    assert end.code == 0
    for words in ("April 30, 2026", "What to do", "SubscriptionRequiredException", "on its own"):
        assert words in end.out
    assert all(len(line) <= 100 for line in end.out.splitlines())


def test_all(command: Command) -> None:
    end = command("explain")
    assert end.code == 0
    for each in ENTRIES:
        assert f"{each.code}  {each.title}\n" in end.out


@pytest.mark.parametrize(
    ("asked", "near"),
    [("FW-SIN-001", "FW-SIGN-001"), ("AccessDeniedException", "FW-IAM-001"), ("dock", "FW-DOCK-0")],
)
def test_an_unknown_one(command: Command, asked: str, near: str) -> None:
    end = command("explain", asked)
    assert (end.code, end.out) == (2, "")
    assert f"Unknown error code “{asked}”" in end.err
    assert near in end.err


def test_nothing_like_it(command: Command) -> None:
    end = command("explain", "\x1b[31mzzz")
    assert end.code == 2
    assert "\x1b" not in end.err
    assert "Similar codes" not in end.err


def test_as_json(command: Command) -> None:
    (one,) = json.loads(command("explain", "FW-RDS-004", "--json").out)["errors"]
    assert one["code"] == "FW-RDS-004"
    assert "KMSKeyNotAccessible*" in one["aws"]
    assert len(json.loads(command("explain", "--json").out)["errors"]) == len(ENTRIES)


def test_a_failure_shows_it(standin: "StandIn", command: Command) -> None:
    standin.fail("ecr", "CreateRepository", "Novel", "The key sleeps.", times=9)
    end = command.apply()
    assert end.code == 1
    said = "  More: formae-wizard explain FW-AWS-099 · AWS: Novel of ecr CreateRepository, "
    assert end.err.count(f"{said}request ") == 1


def test_the_json_lines_show_it(standin: "StandIn", command: Command) -> None:
    standin.fail("ecr", "CreateRepository", "AccessDeniedException", "No.", times=9)
    end = command("apply", "--yes", "--json", "--region", "eu-west-1")
    problems = [line for line in end.lines if line["type"] == "problem" and line["step"]]
    assert [each["entry"] for each in problems] == ["FW-IAM-001"]
    said = problems[0]["aws"]
    assert (said["service"], said["operation"]) == ("ecr", "CreateRepository")
    assert said["code"] == "AccessDeniedException"
    assert said["request_id"]
