"""In plain lines, through a pseudo-terminal: the same life."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.journeys.life import (
    NEW,
    OLD,
    OWN,
    account,
    lose_everything_local,
    most_capacity,
    own_config,
    password,
    rotated,
    somebody_resizes,
    somebody_slows_the_checks,
    version,
)
from tests.plain.person import CTRL_C, Person, person
from tests.plain.test_journeys import START, SURE, starts
from tests.support.account import service
from tests.support.command import Command
from tests.support.tiers import second_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

INTERVAL = "HealthCheckConfiguration.Interval"
GO_ON, WHICH = "Continue?", "Which one?"


def changed(someone: Person) -> None:
    """From the first page through the review to the end."""
    starts(someone)
    someone.sees("The agent is up.")
    assert someone.ends() == 0


@second_tier
def test_a_whole_life(standin: "StandIn", command: Command, home: Path) -> None:
    config, before = own_config(home), account()
    command.deployed(image_version=OLD, tags="team=a")
    lose_everything_local(home)
    with person("--plain", "--max-capacity", "4") as someone:
        assert f"formae version: {OLD} (as deployed)" in someone.answers(GO_ON, "d")
        assert "1. formae in " in someone.answers(WHICH, "1")
        someone.answers("What do you want to do with formae?")
        changed(someone)
    assert most_capacity() == 4

    somebody_resizes(9)
    somebody_slows_the_checks(15)
    with person("--plain", "--start-over") as someone:
        page = someone.answers(GO_ON, "b")
        assert "chosen 4, now 9. It stays as it is now." in page
        someone.answers(WHICH, "1")
        assert "chosen 4, now 9. It is put back." in someone.answers(WHICH, "1")
        assert "It stays as it is now, because you accepted it." in someone.answers(WHICH, "1")
        assert "chosen 4, now 9. It stays as it is now." in someone.answers(WHICH, "1")
        someone.answers(WHICH)
        someone.answers(GO_ON)
        assert f"{INTERVAL} (15). It is put back (10)." in someone.answers(START, "f")
        someone.answers(WHICH, "1")
        assert f"{INTERVAL} (15). It stays (accepted)." in someone.answers(WHICH)
        someone.answers(START)
        someone.answers(SURE, "yes")
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert most_capacity() == 4
    assert service()["HealthCheckConfiguration"]["Interval"] == 15

    with person("--plain", "--start-over", "--image-version", NEW) as someone:
        someone.answers(GO_ON)
        assert "Costs the same." in someone.answers(START, "d")
        listed = someone.sees("Which document?")
        assert "The agent's config, agent.conf.pkl (as deployed)." in listed
        number = listed.partition(". The App Runner service, create-service.json (differs")[0]
        someone.types(number.rpartition(" ")[2])
        assert "differs from what is deployed." in someone.sees("the service's settings (now)")
        assert f'formae:{OLD}", + ' in someone.answers("create-service.json:")
        someone.answers("Which document?")
        someone.answers(START)
        someone.answers(SURE, "yes")
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert version() == NEW

    with person("--plain", "--start-over") as someone:
        someone.answers(GO_ON, "d")
        someone.answers(WHICH, "1")
        someone.answers("What do you want to do with formae?", "p")
        old = password()
        someone.answers("Which password do you want to rotate?", "a")
        someone.answers("Go ahead? Type yes, or Enter for no:", "yes")
        someone.answers("What do you want to do with formae?", "x")
        rotated(old, config)
        someone.answers("What do you want to do with its database?", "d")
        someone.answers("Type the deployment's name (formae) to remove it:", "formae")
        someone.sees("“formae” is removed:")
        someone.answers(WHICH)
        someone.sees(GO_ON)
        someone.types(CTRL_C, enter=False)
        assert someone.ends() == 130
    assert account() == before
    assert config.read_text("utf-8") == OWN
