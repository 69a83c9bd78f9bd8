"""The recipe for a question, tested by doing: one entry, and every part of the wizard knows it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Label, OptionList, Static

from screens.answers.fields.choices import Choices
from screens.answers.group import GroupScreen
from screens.answers.summary import Page, SummaryScreen
from tests.plain.person import CTRL_C, person
from tests.recipes.asked import LOG_LEVEL, TEAM, asked
from tests.screens.journey import Journey
from tests.screens.play import Play
from tests.screens.stage import go, staged
from tests.support.account import changes, service
from tests.support.command import Command
from tests.support.lines import problems
from tests.support.standin import REGION, client
from tests.support.tiers import unsampled_tier
from wizard.answers.file import saved
from wizard.answers.file.loading import loads
from wizard.answers.file.saving import schema
from wizard.answers.questions import QUESTIONS, Group
from wizard.answers.resolving import from_environment
from wizard.cli.commands.completion import _of
from wizard.engine.flow import Flow
from wizard.ui.common.overview import rows
from wizard.ui.common.queries import DEPLOYED

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

GO_ON = "Continue?"


@pytest.fixture(autouse=True)
def two_more() -> Iterator[None]:
    """Both questions are asked, as long as a test runs."""
    with asked():
        yield
    assert QUESTIONS.get("team") is None


def test_a_key_is_taken_once() -> None:
    with pytest.raises(ValueError, match="There is a question team already"):
        QUESTIONS.add(TEAM)


def test_it_stands_in_the_answers_file_and_its_schema() -> None:
    text = saved({"team": "blue"})
    assert "# How much the agent logs: All of it is kept in CloudWatch Logs.\n" in text
    assert '#   debug: Everything\n# Default: enough to find a fault.\n# log_level = "info"' in text
    assert tomllib.loads(text)["team"] == "blue"
    assert loads(text, "a.toml").texts == {"team": "blue"}
    known = schema()["properties"]
    assert known["log_level"] == {
        "title": LOG_LEVEL.ask,
        "description": LOG_LEVEL.why,
        "enum": ["info", "debug"],
        "default": "info",
    }
    assert problems({"version": 1, "log_level": "loud"}, schema())
    wrong = 'version = 1\nregion = "us-east-1"\nlog_level = "loud"\nteam = "red"\nlog_levl = 1\n'
    assert loads(wrong, "a.toml").problems() == [
        "a.toml:3: log_level: “loud” is not one of the choices: info, debug.",
        "a.toml:4: team: red works in Europe only.",
        "a.toml:5: log_levl: This question does not exist. Did you mean “log_level”?",
    ]


def test_it_is_a_flag_a_variable_and_offered_by_tab(command: Command) -> None:
    words = " ".join(command("apply", "--help").out.split())
    assert "--log-level info|debug How much the agent logs. All of it is kept" in words
    assert "Default: info (enough to find a fault)." in words
    assert "--team TEAM" in words
    assert from_environment({"FORMAE_WIZARD_TEAM": "blue"}) == {"team": "blue"}
    refused = command("plan", "--region", REGION, "--log-level", "loud")
    assert refused.code == 2
    assert "--log-level: “loud” is not one of the choices: info, debug." in refused.err
    offers = {each.key: _of(each) for each in (LOG_LEVEL, TEAM)}
    assert [list(offer(prefix="")) for offer in offers.values() if offer] == [
        ["info", "debug"],
        ["blue", "red", "green"],
    ]


@unsampled_tier
def test_it_is_asked_in_plain_lines(standin: "StandIn") -> None:
    with person("--plain", program=("-m", "tests.recipes.asked")) as someone:
        page = someone.sees(GO_ON)
        assert "Team: none" in page
        someone.types(page.partition(" Log level: What matters")[0].split()[-1].rstrip("."))
        lines = someone.answers("How much the agent logs [What matters]:", "2")
        assert "1. What matters 2. Everything" in lines
        page = someone.sees(GO_ON)
        assert "Log level: Everything." in page
        assert "Log level: Everything (your choice)" in page
        someone.types(page.partition(" Team: none")[0].split()[-1].rstrip("."))
        lines = someone.answers("Team [nobody]:", "3")
        assert "1. blue, a team 2. red, a team 3. green. Cannot be used: it has no" in lines
        assert "green cannot be used: it has no members." in someone.answers("Team [nobody]:", "?")
        assert "The team that owns the agent." in someone.answers("Team [nobody]:", "white")
        assert "white is not known here." in someone.answers(GO_ON, CTRL_C)
        assert someone.ends() == 130


def first_page(person: Journey) -> str:
    return "\n".join(str(each.prompt) for each in person.app.screen.query_one(Page).options)


async def test_it_has_a_row_and_a_field_on_the_screen() -> None:
    async with staged(Play()) as someone:
        await someone.at(SummaryScreen)
        assert "  Log level         What matters  (enough to find a fault)" in first_page(someone)
        await go(someone, Group.PROTECTION)
        field = await someone.focus("log_level")
        assert str(field.query_one(".ask", Label).visual) == LOG_LEVEL.ask
        assert isinstance(field.editor, Choices)
        await someone.press("right", "space")
        assert someone.session.text("log_level") == "debug"
        await go(someone, Group.SCOPE)
        screen = await someone.at(GroupScreen)
        assert "Two teams." in someone.said
        listed = screen.query_one("#field-team OptionList", OptionList)
        assert [str(each.prompt) for each in listed.options] == [
            "  blue      a team",
            "  red       a team",
            "✗ green\n  it has no members",
        ]
        await someone.focus("team")
        await someone.press("down", "down", "enter")
        assert someone.session.text("team") == "red"
        await someone.focus("team")
        await someone.write("white")
        assert someone.session.text("team") == "red"
        await someone.press("enter")
        assert str(screen.query_one("#remarks", Static).visual) == "▲ white is not known here."
        someone.session.type("team", "red")
        someone.session.type("region", "us-east-1")
        someone.app.show_session()
        problem = "Check this, because the region is now us-east-1. red works in Europe only."
        await someone.until(lambda: problem in someone.problem("team"))
        (row,) = (each for each in rows(someone.session) if each.key == "team")
        assert (row.mark, row.name, row.value) == ("?", "Team", "red")


def recorded(tag: str) -> str:
    """What a tag of the record says."""
    found = client("secretsmanager").describe_secret(SecretId="formae-config")["Tags"]
    return str({each["Key"]: each["Value"] for each in found}[f"formae-wizard:{tag}"])


def test_it_is_recorded_planned_saved_and_read_back(
    standin: "StandIn", command: Command, home: Path
) -> None:
    end = command.apply(log_level="debug", team="blue", tags="team=blue")
    assert end.code == 0, end.err
    assert recorded("access").endswith(" log_level=debug")
    assert recorded("version").endswith(" team=blue")
    (kept,) = (home / ".local/state/formae-wizard/answers/done").glob("*.toml")
    assert 'log_level = "debug"' in kept.read_text("utf-8")
    kept.unlink()

    found = DEPLOYED.ask(Flow(), ("", REGION, "formae"))
    assert (found.answers["log_level"], found.answers["team"]) == ("debug", "blue")
    assert found.drift == ()
    before = len(changes(standin))
    same = command("plan", "--region", REGION)
    assert same.code == 0, same.out + same.err
    other = command("plan", "--region", REGION, "--log-level", "info", "--out", str(home / "plan"))
    assert other.code == 4, other.err
    assert "log_level=debug" in other.out
    assert "log_level=info" in other.out
    assert '"log_level": "info"' in (home / "plan").read_text("utf-8")
    assert changes(standin)[before:] == []

    red = {"Key": "team", "Value": "red"}
    client("apprunner").tag_resource(ResourceArn=service()["ServiceArn"], Tags=[red])
    found = DEPLOYED.ask(Flow(), ("", REGION, "formae"))
    assert found.answers["team"] == "red", "what runs wins over what was recorded"
    assert [each.words for each in found.drift] == ["Team: chosen blue, now red"]
    assert found.drift[0].back == {"team": "blue"}
