"""Where the agent runs, and who can reach it: what is chosen by default, and what is refused."""

import pytest

from wizard.answers.model import Source
from wizard.answers.questions import Detected, question
from wizard.answers.resolving import Collected, collect
from wizard.base.offer import known_hosts, open_hosts

RESTRICTS = "ecs-gateway"


def said(texts: dict[str, str], *closed: str) -> Collected:
    given = {"region": "eu-west-1", **texts}
    return collect({Source.FLAG: given}, Detected(closed=frozenset(closed)))


def test_the_choices_are_the_folders() -> None:
    assert [each.value for each in question("host").choices] == list(known_hosts())
    assert said({"host": "ecs_gateway"}).values["host"] == RESTRICTS, "as a folder is called"


@pytest.mark.parametrize(
    ("texts", "closed", "chosen", "why"),
    [
        ({}, (), "apprunner", "as in formae's walkthrough"),
        ({}, ("apprunner",), open_hosts()[0], "App Runner is closed to this account"),
        (
            {"region": "eu-north-1"},
            (),
            open_hosts()[0],
            "App Runner is not available in eu-north-1",
        ),
    ],
)
def test_the_default(texts: dict[str, str], closed: tuple[str, ...], chosen: str, why: str) -> None:
    given = said(texts, *closed).given["host"]
    assert (given.value, given.reason) == (chosen, why)


@pytest.mark.parametrize(
    ("key", "texts", "words"),
    [
        ("host", {"host": "fargate"}, "“fargate” is not one of the choices: apprunner, ecs"),
        ("host", {"host": "apprunner", "region": "eu-north-1"}, "Choose ecs"),
        ("host", {"host": RESTRICTS, "region": "eu-west-3"}, "apprunner (App Runner)"),
        ("allow_cidr", {"host": RESTRICTS, "allow_cidr": "mars"}, "such as 203.0.113.0/24"),
        ("allow_cidr", {"host": RESTRICTS, "allow_cidr": "203.0.113.7"}, "write 203.0.113.7/32"),
        ("allow_cidr", {"host": RESTRICTS, "allow_cidr": "203.0.113.7/24"}, "is 203.0.113.0/24"),
        ("allow_cidr", {"host": RESTRICTS, "allow_cidr": "203.0.113.0/33"}, "CIDR notation"),
        ("deletion_protection", {"deletion_protection": "yes"}, f"one: --host {RESTRICTS}."),
        ("architecture", {"architecture": "arm64"}, "Hosts that run arm64: --host ecs or"),
        ("allow_cidr", {"allow_cidr": "203.0.113.0/24"}, f"A host that can: --host {RESTRICTS}."),
    ],
)
def test_what_will_not_do(key: str, texts: dict[str, str], words: str) -> None:
    assert words in said(texts).problem(key)


def test_everybody_is_said_and_not_refused() -> None:
    found = said({"host": RESTRICTS, "allow_cidr": "0.0.0.0/0"})
    assert not found.problems
    assert "only the password" in question("allow_cidr").remark(found.values["allow_cidr"])


def test_networks_are_written_as_aws_writes_them() -> None:
    found = said({"host": RESTRICTS, "allow_cidr": "2001:DB8::/32, 203.0.113.0/24,2001:db8::/32"})
    assert found.values["allow_cidr"] == ("2001:db8::/32", "203.0.113.0/24")
