"""What is deployed is found, looked at and removed in plain lines, through a pseudo-terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.plain.person import CTRL_C, person
from tests.support.account import changes
from tests.support.command import Command
from tests.support.standin import REGION, client
from tests.support.tiers import unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

GO_ON, WHICH, ABOUT = "Continue?", "Which one?", "What do you want to do with blue?"
DATA = "What do you want to do with its database?"
TYPE = "Type the deployment's name (blue) to remove it:"


def test_found_told_changed_and_removed(standin: "StandIn", command: Command, home: Path) -> None:
    command.deployed(name="blue", cpu="2 vCPU", memory="4 GB")
    made = len(changes(standin))
    with person("--plain") as someone:
        first = someone.answers(GO_ON, "d")
        assert "Also deployed in this region: blue." in first
        found = someone.answers(WHICH, "1")
        assert f"1. blue in {REGION}: answers, on App Runner, version 0.88.1, 2 vCPU, 4 GB" in found
        someone.answers(ABOUT, "s")
        status = someone.answers(ABOUT)
        assert "The agent answers and refuses requests without a password." in status
        assert "no changes since setup" in status
        page = someone.answers(GO_ON, "d")
        assert "“blue” is deployed here" in page
        assert "2 vCPU, 4 GB (as deployed)" in page
        someone.answers(WHICH, "1")
        someone.answers(ABOUT, "x")
        shown = someone.answers("What do you want to do with its database?", "d")
        assert "Will be removed:" in shown
        anew = someone.answers(TYPE, "Blue")
        assert "WITHOUT a final snapshot" in anew
        someone.sees("Nothing was removed.")
        assert changes(standin)[made:] == []
        someone.answers(WHICH, "1")
        someone.answers(ABOUT, "x")
        someone.answers("What do you want to do with its database?")
        someone.answers(TYPE, "blue")
        run = someone.sees("“blue” is removed:")
        assert "Aurora cluster: " in run
        left = someone.answers(WHICH)
        assert f"1. blue in {REGION}: removed." in left, left  # its secrets wait
        last = someone.sees(GO_ON)
        assert "Also deployed" not in last
        assert "“blue” was removed; its answers come from its secrets" in last
        someone.types(CTRL_C, enter=False)
        assert someone.ends() == 130
    assert client("apprunner").list_services()["ServiceSummaryList"] == []
    assert not (home / ".config" / "formae" / "formae.conf.pkl").exists()


@unsampled_tier
def test_what_aws_would_refuse_is_told_before_anything_goes(
    standin: "StandIn", command: Command
) -> None:
    command.deployed(name="blue")
    secret = {"SecretId": "blue-config", "AddReplicaRegions": [{"Region": "eu-central-1"}]}
    client("secretsmanager").replicate_secret_to_regions(**secret)
    made = len(changes(standin))
    with person("--plain") as someone:
        someone.answers(GO_ON, "d")
        someone.answers(WHICH, "1")
        someone.answers(ABOUT, "x")
        assert "blue-config is replicated to eu-central-1" in someone.answers(DATA)
        shown = someone.answers(WHICH, CTRL_C)
        assert "Something blocks the removal" in shown
        assert "Nothing was removed." in shown
    assert changes(standin)[made:] == []
