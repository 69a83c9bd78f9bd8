"""Plain lines begin with what is deployed, and with the answers of an earlier sitting."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.plain.person import CTRL_C, person
from tests.support.command import Command
from tests.support.standin import REGION
from wizard.answers.file import saved

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

GO_ON = "Continue?"
AFRESH = "o: start over: forget the saved answers, keep what you typed this time."


def test_what_is_deployed_and_what_was_answered_are_said(
    standin: "StandIn", command: Command, home: Path
) -> None:
    command.deployed(cpu="2 vCPU", memory="4 GB")
    folder = home / ".local/state/formae-wizard/answers"
    (folder / "formae.toml").write_text(saved({"region": REGION, "max_capacity": "8"}), "utf-8")
    with person("--plain") as someone:
        first = someone.sees(GO_ON)
        assert "Filled in: your answers of " in first
        assert "“formae” is deployed here: what you do not change stays as it is." in first
        assert "2 vCPU, 4 GB (as deployed)" in first
        assert "0.5 to 8 capacity units" in first
        assert AFRESH in first
        someone.types("o")
        again = someone.sees(GO_ON)
        assert "Filled in" not in again
        assert AFRESH not in again
        assert "2 vCPU, 4 GB (as deployed)" in again
        assert "0.5 to 2 capacity units (as deployed)" in again
        someone.types(CTRL_C, enter=False)
        assert someone.ends() == 130
