"""Lists, documents and odd terminals in plain lines, through a real pseudo-terminal."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.plain.person import CTRL_C, person
from tests.screens.test_database import make_cluster
from tests.support.account import changes
from tests.support.command import Command
from tests.support.made import OWN_POLICY
from tests.support.networks import Network
from tests.support.standin import REGION, client
from tests.support.tiers import unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

GO_ON, START, SURE = "Continue?", "Start?", "Type yes, or Enter for no:"
POLICY = "arn:aws:iam::aws:policy/"
CLUSTER, SECRET = "Cluster [none]:", "Cluster secret ["


def test_a_cluster_is_picked_from_the_list_and_tried_out(standin: "StandIn") -> None:
    arn = make_cluster("orders")
    make_cluster("empty", instance=False)
    before = len(changes(standin))
    with person("--plain", "--database", "existing") as someone:
        page = someone.sees(GO_ON)
        assert "Cluster: missing. To fix: Choose one from the list" in page
        someone.types()
        assert "Fix first: " in someone.sees(GO_ON)
        someone.types(page.partition(" Cluster: missing")[0].split()[-1].rstrip("."))
        rows = someone.answers(CLUSTER, "empty")
        assert "1 of 2 in eu-west-1 can be used." in rows
        assert "1. orders, PostgreSQL " in rows
        assert "2. empty. Cannot be used: it has no instance" in rows
        refused = someone.answers(CLUSTER, "arn:aws:rds:eu-west-1:999999999999:cluster:mine")
        assert "empty cannot be used: it has no instance." in refused
        refused = someone.answers(CLUSTER, "arn:aws:s3:::bucket")
        assert "The cluster is in account 999999999999" in refused
        assert "That is not the ARN of an Aurora cluster." in someone.sees(CLUSTER)
        someone.types("1")
        told = someone.answers(SECRET)
        assert f"Cluster: {arn}." in told
        assert "managed by RDS for this cluster" in told
        assert "The cluster answers with this secret." in someone.sees(GO_ON)
        someone.types()
        someone.answers(START)
        someone.answers(SURE, "yes")
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    made = changes(standin)[before:]
    assert not [call for call in made if call.startswith("rds:")]


def test_subnets_are_picked_where_there_is_no_default_vpc(standin: "StandIn") -> None:
    standin.delete_default_vpc(REGION)
    network = Network()
    with person("--plain", "--host", "ecs", "--database", "express") as someone:
        page = someone.sees(GO_ON)
        assert "There is no default VPC in eu-west-1." in page
        someone.types(page.partition(" Subnets: ")[0].split()[-1].rstrip("."))
        rows = someone.answers("Subnets [", f"{network.private[0]}, {network.private[1]}")
        assert "4 of 4 subnets in eu-west-1 can be used." in rows
        assert f"{network.public[1]}, {network.vpc} (team), eu-west-1b, 251 free, public" in rows
        told = someone.answers("Internal address (yes or no) [yes]:")
        assert "the subnets are private" in told
        page = someone.answers(GO_ON, CTRL_C)
        assert "through such a connection." in page
        assert "Fix" not in page
        assert someone.ends() == 130


PASTED = "\x1b[200~{}\x1b[201~"
"""What a terminal sends of a paste, so that a program can tell it from typing."""


def test_what_is_pasted_is_cleaned_and_what_is_dropped_is_said(standin: "StandIn") -> None:
    arn, other = make_cluster("orders"), make_cluster("more")
    term = "xterm-256color"
    with person("--plain", "--database", "existing", "--scope", "policies", term=term) as someone:
        page = someone.sees(GO_ON)
        someone.types(page.partition(" Cluster: missing")[0].split()[-1].rstrip("."))
        someone.answers(CLUSTER, PASTED.format(f'\n  "{arn}"\n{other}\n'))
        told = someone.answers(SECRET)
        assert f"Only the first line is taken: {arn}. Dropped: {other}." in told
        page = someone.sees(GO_ON)
        assert "cluster:orders" in page or "Cluster: orders" in page
        someone.types(page.partition(" Policies: missing")[0].split()[-1].rstrip("."))
        lines = "\n".join(f"“{POLICY}{name}”," for name in ("ReadOnlyAccess", "SecurityAudit"))
        someone.answers("Policy ARNs [none]:", PASTED.format(lines))
        page = someone.answers(GO_ON, CTRL_C)
        assert "Policies: policy/ReadOnlyAccess, policy/SecurityAudit" in page
        assert someone.ends() == 130


def test_a_cluster_that_refuses_is_tried_again(standin: "StandIn") -> None:
    make_cluster("orders")
    with person("--plain", "--database", "existing") as someone:
        page = someone.sees(GO_ON)
        standin.fail("rds-data", "ExecuteStatement", "BadRequestException", "wrong password")
        someone.types(page.partition(" Cluster: missing")[0].split()[-1].rstrip("."))
        someone.answers(CLUSTER, "orders")
        someone.answers(SECRET)
        refused = someone.answers("Enter: try again, <: back:")
        assert "wrong password" in refused
        assert "The cluster answers with this secret." in someone.answers(GO_ON, CTRL_C)
        assert someone.ends() == 130


def test_policies_are_picked_and_pasted(standin: "StandIn") -> None:
    client("iam").create_policy(PolicyName="team-limits", PolicyDocument=OWN_POLICY)
    with person("--plain", "--scope", "policies") as someone:
        page = someone.sees(GO_ON)
        someone.types(page.partition(" Policies: missing")[0].split()[-1].rstrip("."))
        rows = someone.answers("Policy ARNs [none]:", "team-limits, readonlyaccess, security")
        assert "1. team-limits, not attached" in rows
        assert "SecurityAudit" in someone.sees("Policy ARNs [none]:")
        someone.types("1, arn:aws:iam::aws:policy/ReadOnlyAccess")
        page = someone.answers(GO_ON, CTRL_C)
        assert "Policies: policy/team-limits, policy/ReadOnlyAccess" in page
        assert someone.ends() == 130


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_other_letters_than_ours(standin: "StandIn", term: str) -> None:
    with person("--plain", term=term) as someone:
        page = someone.sees(GO_ON)
        someone.types(page.partition(" Additional tags:")[0].split()[-1].rstrip("."))
        someone.answers("Additional tags [none]:", "größe")
        someone.sees("“größe” is not a tag")
        someone.answers("Additional tags [none]:", "größe=日本語")
        assert "Additional tags: größe=日本語 (your choice)" in someone.answers(GO_ON, CTRL_C)
        assert someone.ends() == 130


def test_a_narrow_window_gets_plain_lines_by_itself(standin: "StandIn") -> None:
    with person(term="xterm", columns=40, lines=12) as someone:
        first = someone.answers(GO_ON)
        assert (
            "The full screen needs at least 60 columns and 15 lines; this terminal has 40 by 12."
        ) in first
        review = someone.answers(START, CTRL_C)
        assert "Nothing has been created yet." in review
        assert someone.ends() == 130
    said = someone.shown.splitlines()
    long = [line for line in said if len(line) > 40 and " " in line.strip()]
    assert not [line for line in long if "Continue?" not in line and "Start?" not in line]


def test_a_dumb_terminal_gets_plain_lines_by_itself(standin: "StandIn") -> None:
    with person(term="dumb") as someone:
        assert "TERM is dumb." in someone.answers(GO_ON, "<")
        assert "This is the first page." in someone.answers(GO_ON, "?")
        assert "back." in someone.answers(GO_ON, "c")
        assert "Not included:" in someone.answers(GO_ON, CTRL_C)
        assert someone.ends() == 130
    assert b"\x1b" not in someone.raw


def test_the_variable_is_as_good_as_the_flag(standin: "StandIn") -> None:
    with person(term="xterm", FORMAE_WIZARD_PLAIN="1") as someone:
        someone.answers(GO_ON, CTRL_C)
        assert someone.ends() == 130
    assert b"\x1b[?1049h" not in someone.raw, "no full screen was opened"


EDITOR = """\
import sys
from pathlib import Path
file, broken = Path(sys.argv[1]), Path(__file__).with_name("broken")
text = file.read_text()
if broken.exists():
    file.write_text(text.replace("BROKEN {", "// mine"))
else:
    broken.touch()
    file.write_text(text + "BROKEN {")
"""


def test_documents_are_read_edited_saved_and_taken_back(standin: "StandIn", home: Path) -> None:
    (home / "editor.py").write_text(EDITOR)
    editor = f"{sys.executable} {home / 'editor.py'}"
    with person("--plain", lines=12, EDITOR=editor, TMPDIR=str(home), PAGER="") as someone:
        someone.answers(GO_ON)
        someone.answers(START, "d")
        listed = someone.sees("Which document?")
        number = listed.partition(", agent.conf.pkl")[0].rpartition(".")[0].split()[-1]
        someone.types(number)
        someone.answers("more lines. Enter: more, q: stop.")
        someone.answers("more lines. Enter: more, q: stop.", "q")
        someone.answers("agent.conf.pkl:", "e")
        assert "This text cannot be used." in someone.answers("Edit again?")
        assert "Your text will be used." in someone.answers("agent.conf.pkl:", "d")
        assert "+// mine" in someone.answers("agent.conf.pkl:", "s")
        someone.answers("Save to which file?", str(home / "agent.pkl"))
        someone.answers("agent.conf.pkl:", "s")
        someone.answers("Save to which file?", str(home / "agent.pkl"))
        someone.answers(SURE)
        assert "Not saved." in someone.answers("agent.conf.pkl:", "p")
        assert "// mine" in someone.answers("agent.conf.pkl:")
        assert "(changed by you)" in someone.answers("Which document?")
        someone.answers(START, "d")
        someone.answers("Which document?", number)
        someone.answers("more lines. Enter: more, q: stop.", "q")
        someone.answers("agent.conf.pkl:", "r")
        someone.answers(SURE, "yes")
        assert "It is the wizard's text again." in someone.answers("agent.conf.pkl:", CTRL_C)
        assert someone.ends() == 130
    saved = home / "agent.pkl"
    assert "// mine" in saved.read_text()
    assert saved.stat().st_mode & 0o777 == 0o600
    assert changes(standin) == []


def test_the_plan_step_by_step(standin: "StandIn") -> None:
    with person("--plain") as someone:
        someone.answers(GO_ON)
        someone.answers(START, "p")
        rows = someone.sees("Which step?")
        assert "Set up the database: " in rows
        assert "Aurora cluster: will be created; usually 2 to 10 seconds." in rows
        someone.types(rows.partition(" Aurora instance: ")[0].split()[-1].rstrip("."))
        told = someone.answers("Which step?")
        assert "It needs: Aurora cluster" in told
        assert "aws rds create-db-instance" in told
        someone.answers(START, CTRL_C)
        assert someone.ends() == 130


def test_the_script_is_saved_and_holds_no_secret(standin: "StandIn", home: Path) -> None:
    with person("--plain", FORMAE_WIZARD_API_PASSWORD="canary-password-4711") as someone:
        someone.answers(GO_ON)
        someone.answers(START, "x")
        someone.answers("The script:", "s")
        someone.answers("Save to which file?", str(home / "deploy.sh"))
        assert f"bash {home / 'deploy.sh'}" in someone.answers("The script:")
        someone.answers(START, CTRL_C)
        assert someone.ends() == 130
    text = (home / "deploy.sh").read_text()
    assert text.startswith("#!/")
    assert "create-db-cluster" in text
    assert "canary" not in text
    assert changes(standin) == []


@unsampled_tier
def test_the_script_of_what_is_deployed_is_its_changes(
    standin: "StandIn", command: Command, home: Path
) -> None:
    command.deployed(cpu="2 vCPU", memory="4 GB")
    with person("--plain", "--cpu", "4 vCPU", "--memory", "12 GB") as someone:
        someone.answers(GO_ON)
        someone.answers(START, "x")
        shown = someone.answers("The script:", "w")
        assert "The changes as one bash script of" in shown
        assert "the script of the whole setup" in shown
        whole = someone.answers("The script:", "s")
        assert "The same as one bash script of" in whole
        someone.answers("Save to which file?", str(home / "deploy.sh"))
        someone.answers("The script:")
        someone.answers(START, CTRL_C)
        assert someone.ends() == 130
    assert "create-db-cluster" in (home / "deploy.sh").read_text()
