"""An account full of texts that want to steer the terminal, seen in every face."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.segment import Segment
from textual.color import Color

from screens.app import DROPPED, HARMLESS, Harmless
from tests.hostile.poison import EVIL, OPEN, Poisoned, poison, steering
from tests.support.command import Command, End
from tests.support.standin import REGION, client
from tests.support.terminal import terminal
from tests.support.tiers import second_tier
from wizard.base.text import clean

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

R = ("--region", REGION)
SENT = ("]52;", "]8;;http://evil", "\x9b", "\u202e", "\u2066", "\u2028")
"""What a terminal may not get of it; other sequences are the screens' own."""


@pytest.fixture
def hostile(standin: "StandIn") -> Iterator[Poisoned]:
    client("iam").create_account_alias(AccountAlias="evil\x9b31m\u202e")
    poisoned = poison(standin)
    yield poisoned
    assert poisoned.poisoned > 0


def harmless(end: End) -> End:
    assert steering(end.out + end.err) == []
    assert "Traceback" not in end.err
    assert "Internal error in formae-wizard" not in end.err
    return end


def tagged_by_somebody() -> None:
    """Somebody adds tags, and spoils those the wizard keeps its answers in."""
    manager = client("secretsmanager")
    for each in manager.list_secrets()["SecretList"]:
        tags = {tag["Key"]: tag["Value"] for tag in each["Tags"]}
        spoilt = {key: value + EVIL for key, value in tags.items() if "wizard" in key}
        spoilt["note" + OPEN] = EVIL
        pairs = [{"Key": key, "Value": value} for key, value in spoilt.items()]
        manager.tag_resource(SecretId=each["ARN"], Tags=pairs)


def test_no_verb_lets_it_through(hostile: Poisoned, command: Command, home: Path) -> None:
    assert harmless(command("apply", "--yes", *R)).code == 0
    tagged_by_somebody()
    for words in (["doctor"], ["plan", "--details"], ["status"], ["status", "--json"], ["export"]):
        assert harmless(command(*words, *R)).code in {0, 4}, words
    assert harmless(command("apply", "--yes", "--json", *R)).lines
    assert harmless(command("destroy", "--yes", *R)).code == 0
    for log in home.rglob("*.log"):
        assert steering(log.read_text("utf-8")) == []


def test_a_refusal_written_by_somebody(
    hostile: Poisoned, standin: "StandIn", command: Command, home: Path
) -> None:
    standin.fail("rds", "CreateDBCluster", "AccessDenied", "no\x9b31m\u202e", times=9)
    standin.fail("ecr", "CreateRepository", "AccessDeniedException", EVIL, times=9)
    end = harmless(command("apply", "--yes", *R))
    assert end.code == 1
    assert "{braces}" in end.err, "AWS's words are told all the same"
    assert not (home / "evil").exists()
    (log,) = home.rglob("*.log")
    assert steering(log.read_text("utf-8")) == []


@pytest.fixture
def inputs(hostile: Poisoned, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home / ".aws"
    folder.mkdir()
    names = ["e\x1b]52;c;ZXZpbA==\x07", "e\x9b31m", "e\u202eliv"]
    text = "".join(f"[profile {name}]\nregion = {name}\nrole_arn = {name}\n" for name in names)
    (folder / "config").write_text(text, "utf-8")
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("FORMAE_WIZARD_CLI", "off")


@pytest.mark.usefixtures("inputs")
def test_the_screens_let_nothing_through() -> None:
    with terminal([]) as shown:
        shown.until("Guide me")
        shown.until("evil")
        shown.press("ctrl+s")
        shown.until("3 Documents")
        shown.press("ctrl+s")
        shown.until("Not yet")
        shown.press("s")
        shown.until("Resources")
        assert [each for each in SENT if each in shown.written] == []


@second_tier
@pytest.mark.usefixtures("inputs")
def test_plain_lines_let_nothing_through() -> None:
    with terminal(["--plain"], {"TERM": "dumb"}) as shown:
        for asked, typed in (("Continue?", "\r"), ("Start?", "\r"), ("Type yes", "yes\r")):
            shown.until(asked)
            shown.press(*typed)
        assert shown.wait() == 0
        assert "evil" in shown.written
        assert [each for each in (*SENT, "\x1b") if each in shown.written] == []


def test_the_last_net_keeps_the_width() -> None:
    letters = "".join(map(chr, HARMLESS))
    (line,) = Harmless().apply([Segment(f"a{letters}ü→")], Color(0, 0, 0))
    assert line.text.replace("\ufffd", "") == "aü→"
    assert line.cell_length == Segment(f"a{letters}ü→").cell_length
    assert clean("".join(map(chr, DROPPED))) == "\t / "


def test_what_json_says_can_be_read_back(hostile: Poisoned, command: Command) -> None:
    end = harmless(command("plan", "--json", *R))
    assert [json.dumps(each) for each in end.lines]
