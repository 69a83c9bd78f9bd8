"""An account that is put back is the one that was kept, however often and whatever became of it."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.destroy.account import everything
from tests.hosts.ecs import answers, destroyed, run, there, url
from tests.standin.steps import get
from tests.support.account import changes, secret, service
from tests.support.command import Command
from tests.support.standin import NewAccount
from tests.support.tiers import unsampled_tier
from wizard.aws.live import ask

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


def picture() -> dict[str, Any]:
    """What is there, but for the log, in which the agent may write a line meanwhile."""
    return {kind: there for kind, there in everything().items() if kind != "logs"}


@unsampled_tier
def test_it_is_the_same_again(standin: "StandIn", command: Command, home: Path) -> None:
    assert command.apply(client_config="no").code == 0
    before, made, url = picture(), changes(standin), service()["ServiceUrl"]
    kept = standin.keep()
    password = json.loads(secret("formae-api-creds"))["password"]
    for _ in range(2):
        standin.reset()
        assert everything()["services"] == []
        standin.put_back(kept)
        assert picture() == before
        assert changes(standin) == made
        assert service()["ServiceUrl"] == url
        assert ask(f"https://{url}/api/v1/stats", "formae", password).status == 200
        assert "nothing, everything was up to date" in command.apply(client_config="no").out
        assert command("destroy", "--yes", "--region", "eu-west-1").code == 0
        assert everything()["services"] == []


def test_what_a_test_deploys_is_what_apply_makes(
    new_account: NewAccount, command: Command, home: Path
) -> None:
    made = []
    for _ in range(2):
        for each in home.iterdir():
            shutil.rmtree(each)
        standin = new_account()
        command.deployed(tags="team=a")
        made.append((picture(), changes(standin)))
        assert (home / ".config" / "formae" / "formae.conf.pkl").exists()
        assert "nothing, everything was up to date" in command.apply(tags="team=a").out
        assert command("destroy", "--yes", "--region", "eu-west-1").code == 0
    assert made[0] == made[1]


@unsampled_tier
def test_on_ecs_too(standin: "StandIn") -> None:
    given = answers()
    run(given)
    before, made = there(), changes(standin)
    kept = standin.keep()
    for _ in range(2):
        standin.reset()
        assert there()["services"] == []
        standin.put_back(kept)
        assert there() == before
        assert changes(standin) == made
        assert get(f"{url()}/api/v1/health")[0] == 200
        run(given)
        assert changes(standin) == made, "it is up to date"
        destroyed(given)
        assert there()["services"] == []


def test_what_a_test_has_prepared_is_heeded(new_account: NewAccount, command: Command) -> None:
    standin = new_account()
    standin.fail("ecr", "TagResource", "AccessDeniedException", "no", times=9)
    command.deployed()
    assert standin.behaviour.faults[0].times < 9, "it was a run of its own"
