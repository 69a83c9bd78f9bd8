"""The formae CLI: found or not, its version, its status, its errors. A script stands for it."""

from pathlib import Path
from shlex import quote

import pytest

from tests.formae.stub import STATS, fails, log, stub
from wizard.base.errors import WizardError
from wizard.local.formae.cli import (
    AgentStatus,
    Cli,
    Version,
    agent_status,
    find_cli,
    parse_status,
    status_argv,
    use_argv,
    use_profile,
)

V88 = Version.parse("0.88.1")
V89 = Version.parse("0.89.0")


def test_it_is_found_with_its_version(tmp_path: Path) -> None:
    cli = find_cli(stub(tmp_path / "bin", "exit 3"))
    assert cli == Cli(tmp_path / "bin" / "formae", V88)
    assert log(tmp_path / "bin") == ["--version"]


def test_it_is_not_there(tmp_path: Path) -> None:
    for env in ({"PATH": str(tmp_path)}, {}):
        cli = find_cli(env)
        assert (cli.path, cli.version) == (None, None)
        assert "PATH" in cli.reason


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("#!/bin/sh\nexit 7\n", "code 7"),
        ("#!/bin/sh\necho hello\n", "printed no version"),
        ("#!/bin/sh\necho 'formae version: nightly'\n", "`nightly` is not a recognized version"),
        ("#!/bin/sh\nexec sleep 30\n", "did not answer within 0.2 seconds"),
        ("#!/no/such/shell\n", "cannot be run"),
        ("#!/bin/sh\nprintf '\\377\\n'\n", "printed no version"),
    ],
)
def test_a_version_that_cannot_be_had_is_said_why(tmp_path: Path, script: str, reason: str) -> None:
    (tmp_path / "formae").write_text(script)
    (tmp_path / "formae").chmod(0o755)
    cli = find_cli({"PATH": f"{tmp_path}:/usr/bin:/bin"}, timeout=0.2 if "sleep" in script else 10)
    assert cli.path == tmp_path / "formae"
    assert cli.version is None
    assert reason in cli.reason


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (None, "formae status agent"),
        (V88, "formae status agent"),
        (Version.parse("0.89.0-dev.6"), "formae status agent"),
        (Version.parse("0.89.0-dev.7"), "formae agent status"),
        (V89, "formae agent status"),
    ],
)
def test_the_words_for_the_status(version: Version | None, words: str) -> None:
    machine = "--output-consumer machine --output-schema json"
    assert " ".join(status_argv(version)) == f"{words} {machine}"
    assert status_argv(version, profile="x")[-2:] == ["--profile", "x"]
    assert status_argv(version, config=Path("/c.pkl"))[-2:] == ["--config", "/c.pkl"]
    both = status_argv(version, profile="x", config=Path("/c.pkl"))
    assert "--profile" not in both


def test_the_words_for_a_profile() -> None:
    assert use_argv("x") == ["formae", "profile", "use", "x"]


def test_the_status_is_read(tmp_path: Path) -> None:
    env = stub(tmp_path, f"printf %s {quote(STATS)}")
    status = agent_status(find_cli(env), env, profile="x")
    assert status == AgentStatus("0.88.1", "2abc")
    assert log(tmp_path)[-1].startswith("status agent --output-consumer machine")


def test_a_notice_does_not_disturb_the_status(tmp_path: Path) -> None:
    notice = 'Command "agent" is deprecated, use `formae agent status` instead'
    env = stub(
        tmp_path, f"echo {quote(notice)} >&2; echo {quote(notice)}; printf %s {quote(STATS)}"
    )
    assert agent_status(find_cli(env), env).version == "0.88.1"


@pytest.mark.parametrize(
    "output", ["", "{}", "[]", "null", "{", '{"Version": 1}', "x {} y", "\x00"]
)
def test_output_without_a_status_is_told(output: str) -> None:
    with pytest.raises(WizardError, match="did not print"):
        parse_status(output)


def test_a_status_without_the_rest_is_enough() -> None:
    assert parse_status('{"Version": "1", "Plugins": null}') == AgentStatus("1", "")
    assert parse_status('{"Version": "1", "Plugins": [1, {}], "AgentId": null}') == AgentStatus(
        "1", ""
    )


DOCS = "\n\nConfiguration documentation: https://docs.formae.io/en/latest/configuration"

# The CLI's own words, what we say of them, and what to do.
FAILURES = [
    (
        "Error: agent is not running; please start the agent and try again" + DOCS,
        "Nothing answers",
        "the agent's service is running",
    ),
    (
        "Error: \x1b[38;5;9mauthentication failed\x1b[0m\n\n"
        "\x1b[33mCheck your cli.auth and agent.auth configuration.\x1b[0m",
        "user name and password",
        "auth",
    ),
    (
        "Error: the agent denied access for this installation; check with your org admin",
        "user name and password",
        "auth",
    ),
    (
        "Error: incompatible agent version: expected 0.88.1, got 0.88.0" + DOCS,
        "Your formae CLI is version 0.88.1, the agent is 0.88.0.",
        "formae update 0.88.0",
    ),
    (
        'Error: error fetching stats from agent: Get "https://h/api/v1/stats": dial tcp: lookup h: '
        "no such host",
        "cannot be reached",
        "address",
    ),
    (
        "Error: error fetching stats from agent: unexpected status code: 503",
        "cannot be reached",
        "minutes",
    ),
    (
        "Error: not initialized: no active profile — run `formae profile use <name>` "
        "(available: a, b)" + DOCS,
        "no usable active profile",
        "formae profile use",
    ),
    ("Error: profile not found: x" + DOCS, "no usable active profile", "formae profile list"),
    (
        "Error: failed to load configuration from '/c.pkl': cli.connection is set alongside "
        "deprecated cli.api; remove the deprecated settings, since cli.connection replaces them",
        "connection twice",
        "cli.api",
    ),
    (
        "Error: failed to load configuration from '/c.pkl': failed to evaluate PKL configuration "
        "file '/c.pkl': \u2013\u2013 Pkl Error \u2013\u2013\n"
        "Cannot find module `plugins:/AuthBasic.pkl`.\n",
        "lacks the plugin auth-basic",
        "formae plugin install auth-basic",
    ),
    ('Error: auth plugin "auth-basic" not installed', "lacks the plugin auth-basic", "install"),
    (
        "Error: failed to load configuration from '/c.pkl': failed to evaluate PKL configuration "
        "file '/c.pkl': \u2013\u2013 Pkl Error \u2013\u2013\nCannot find property `apo`.\n",
        "cannot read its config",
        "Correct",
    ),
    ("Error: unknown flag: --profile\n\nUsage: formae status", "does not know", "Update"),
    ("Error: something new", "exited with code 1", "Run it yourself"),
    ("", "exited with code 1", "Run it yourself"),
]


@pytest.mark.parametrize(("words", "what", "fix"), FAILURES)
def test_failures_are_explained(tmp_path: Path, words: str, what: str, fix: str) -> None:
    env = stub(tmp_path, fails(words))
    with pytest.raises(WizardError) as told:
        agent_status(find_cli(env), env)
    assert what in told.value.what
    assert fix in told.value.fix
    assert "\x1b" not in str(told.value)
    assert "docs.formae.io" not in str(told.value)


def test_the_clis_own_words_are_told_without_passwords(tmp_path: Path) -> None:
    words = (
        "Error: failed to load configuration from '/c.pkl': \u2013\u2013 Pkl Error \u2013\u2013\n"
        + ('8 | password = "CANARY" + 1\n' + "x" * 2000)
    )
    env = stub(tmp_path, fails(words))
    with pytest.raises(WizardError) as told:
        agent_status(find_cli(env), env)
    assert "/c.pkl" in told.value.why
    assert "CANARY" not in str(told.value)
    assert len(told.value.why) < 700


def test_a_cli_that_does_not_end_is_told(tmp_path: Path) -> None:
    env = stub(tmp_path, "exec sleep 30")
    with pytest.raises(WizardError, match=r"did not finish within 0\.2 seconds"):
        agent_status(find_cli(env), env, timeout=0.2)


def test_no_cli_is_told() -> None:
    with pytest.raises(WizardError, match="cannot be run") as told:
        agent_status(find_cli({}), {})
    assert "not on your PATH" in told.value.why


def test_a_cli_that_went_away_is_told(tmp_path: Path) -> None:
    with pytest.raises(WizardError, match="cannot be run"):
        use_profile(Cli(tmp_path / "gone", V88), {}, "x")
