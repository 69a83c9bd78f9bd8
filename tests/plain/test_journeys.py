"""Whole journeys in plain lines, through a real pseudo-terminal, on the stand-in."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.plain.person import CTRL_C, CTRL_D, Person, person
from tests.support.account import changes, secret, service
from tests.support.standin import ACCOUNT, REGION, Held, NewAccount
from tests.support.tiers import second_tier, unsampled, unsampled_tier
from wizard.base.offer import offer, open_hosts
from wizard.standin.freetier import free_plan

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

INSTEAD = offer(open_hosts()[0])
GO_ON, START, SURE = "Continue?", "Start?", "Type yes, or Enter for no:"


def starts(someone: Person) -> None:
    """From the first page, with everything as it is, into the run."""
    someone.answers(GO_ON)
    someone.answers(START)
    someone.answers(SURE, "yes")


@pytest.mark.parametrize("term", ["dumb", pytest.param("xterm", marks=second_tier)])
def test_with_defaults_to_the_agent_that_answers_and_again(
    standin: "StandIn", home: Path, term: str
) -> None:
    with person("--plain", term=term) as someone:
        first = someone.answers(GO_ON)
        assert f"signed in to AWS account {ACCOUNT}" in first
        assert f"Region: {REGION}" in first
        assert first.index(ACCOUNT) < first.index("This is what will be created")
        assert "1 vCPU, 2 GB (more than enough for the 100 or so resources" in first
        assert "a month idle" in first
        checks = someone.answers(START)
        assert "Image: OK" in checks
        assert "Nothing has been created yet." in checks
        told = re.search(r"\d+ steps: .*? documents", checks)
        assert told
        assert "unchanged" not in told[0], "an account in which nothing is has nothing there"
        assert changes(standin) == []
        sure = someone.answers(SURE, "yes")
        assert ACCOUNT in sure
        assert REGION in sure
        run = someone.sees("The agent is up.")
        assert "Your AWS account" not in run, "it is looked up, and neither made nor kept"
        assert "Aurora instance: done" in run
        assert re.search(r"The agent answers: done( after [^.]*)?\. HTTP 200\.", run)
        assert someone.ends() == 0
    end = someone.words
    assert f"The formae agent answers: https://{service()['ServiceUrl']}" in end
    assert "Requests without a password are refused: HTTP 401, without a password." in end
    assert "formae apply --mode reconcile your-forma.pkl" in end
    assert (home / ".config" / "formae" / "formae.conf.pkl").exists()
    assert term != "dumb" or b"\x1b" not in someone.raw
    made = len(changes(standin))
    with person("--plain", term=term) as someone:
        starts(someone)
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert "Changed: nothing, everything was up to date" in someone.words
    assert changes(standin)[made:] == []


def test_led_through_every_question_and_back(standin: "StandIn") -> None:
    with person("--plain") as someone:
        someone.answers(GO_ON, "a")
        someone.answers("AWS profile [AWS's usual search order]:")
        someone.answers(f"Region [{REGION}]:", "?")
        assert "cannot be changed later" in someone.sees(f"Region [{REGION}]:")
        someone.types("frankfurt")
        assert "7. eu-central-1, Europe (Frankfurt)" in someone.sees(f"Region [{REGION}]:")
        someone.types("mars")
        assert "“mars” is not the name of an AWS region." in someone.sees("Region [")
        someone.types("7")
        told = someone.answers("Where the agent runs [App Runner")
        assert "exactly one agent at any moment" in told
        told += someone.answers("How large the agent is [1 vCPU, 2 GB]", "2")
        assert "Region: eu-central-1" in told
        more = someone.answers("Minimum database capacity [0.5]:", "0.7")
        assert "Agent size: 2 vCPU, 4 GB." in more
        assert "more a month idle" in more
        assert "not 0.7." in someone.answers("Minimum database capacity [0.5]:", "1")
        someone.answers("Maximum database capacity [2]:", "<")
        someone.answers("Minimum database capacity [1]:")
        someone.answers("Maximum database capacity [2]:")
        someone.answers("Database [A new Aurora Serverless v2 cluster]:")
        someone.answers("What the agent may manage [", "2")
        told = someone.answers("Services [none]:")
        assert "22. S3" in told
        someone.answers("Services [none]:", "s3, 24")
        someone.answers("Protect the agent's API with a password (yes or no) [yes]:", "perhaps")
        assert "neither yes nor no" in someone.answers("(yes or no) [yes]:", "no")
        someone.answers("answer one by one? (yes or no) [no]:")
        page = someone.answers(GO_ON, CTRL_C)
        assert "Region: eu-central-1 (your choice)" in page
        assert "Services: S3,SQS (your choice)" in page
        assert "API password: none" in page
        assert someone.ends() == 130
    assert "Nothing has been created. Your answers are saved." in someone.words
    assert changes(standin) == []


def test_an_answer_is_changed_by_its_number_in_the_review(standin: "StandIn") -> None:
    with person("--plain") as someone:
        someone.answers(GO_ON)
        review = someone.answers(START, "99")
        number = review.partition(" Name: formae")[0].split()[-1].rstrip(".")
        assert "“99” is not an option" in someone.answers(START, number)
        someone.answers("Deployment name [formae]:", "Formae")
        assert "Use lowercase letters, digits and single hyphens" in someone.sees("name [formae]:")
        someone.types("second")
        assert "Available: nothing in this account uses this name." in someone.sees(
            "Checking account"
        )
        assert f"{number}. Name: second (your choice)" in someone.answers(START, "<")
        assert "Name: second" in someone.answers(GO_ON, CTRL_D)
        assert someone.ends() == 130
    assert "Nothing has been created. Your answers are saved." in someone.words
    with person("--plain") as someone:
        assert "Name: second (" in someone.answers(GO_ON, CTRL_C)
        assert someone.ends() == 130
    assert changes(standin) == []


def test_a_closed_account_is_asked_whether_to_go_on_elsewhere(new_account: NewAccount) -> None:
    standin = new_account(closed=True)
    with person("--plain", "--host", "apprunner") as someone:
        someone.answers(GO_ON)
        someone.sees(f"Run the agent on {INSTEAD.label} instead?")
        assert "App Runner access: blocking" in someone.words
        someone.answers(SURE, "yes")
        review = someone.answers(START, CTRL_C)
        assert f"Host: {INSTEAD.label} (your choice)" in review
        assert "Cannot start" not in review
        assert someone.ends() == 130
    assert changes(standin) == []


def test_the_free_plan_is_said_and_its_database_chosen_by_nobody(standin: "StandIn") -> None:
    standin.world.account_plan = free_plan()
    with person("--plain", "--database", "new") as someone:
        page = someone.sees(GO_ON)
        assert "The account's plan: Free plan, $87 left until" in page
        assert re.search(r"Your credits \(\$87\) last about \d+ weeks\.", page)
        number = page.partition(" Database: new")[0].split()[-1].rstrip(".")
        assert "Not allowed on the account's Free plan. Choose another" in page
        someone.types()
        assert "Fix first:" in someone.answers(GO_ON, number)
        asked = someone.sees("[A new Aurora Serverless v2 cluster]:")
        assert "Cannot be used: not allowed on the account's Free plan" in asked
        someone.types("1")
        refused = someone.sees("[A new Aurora Serverless v2 cluster]:")
        assert "cannot be used: not allowed" in refused
        someone.types(CTRL_C)
        assert someone.ends() == 130
    assert changes(standin) == []


@second_tier
def test_enter_all_the_way_on_the_free_plan_arrives(new_account: NewAccount) -> None:
    standin = new_account(closed=True)
    standin.world.account_plan = free_plan()
    with person("--plain") as someone:
        first = someone.answers(GO_ON)
        assert f"Host: {INSTEAD.label}" in first
        assert "express configuration (the one that is allowed on the account's Free plan)" in first
        checks = someone.answers(START)
        assert "Account plan: OK" in checks
        assert "After that AWS closes the account" in someone.answers(SURE, "yes")
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert "Your credits ($87) last about" in someone.words.partition("The agent is up.")[2]


def test_an_expired_login_is_told_and_checked_again(standin: "StandIn") -> None:
    standin.behaviour.expired = True
    with person("--plain") as someone:
        told = someone.answers(GO_ON)
        assert "You are not signed in." in told
        assert "expired" in told
        assert "Enter: check the sign-in again." in told
        assert "You are not signed in." in someone.sees(GO_ON)
        standin.behaviour.expired = False
        someone.types()
        assert f"You are signed in to AWS account {ACCOUNT}" in someone.answers(GO_ON)
        someone.answers(START, CTRL_C)
        assert someone.ends() == 130


@second_tier
def test_a_password_is_never_shown_nor_kept(standin: "StandIn", home: Path) -> None:
    canary = "canary-Kennwört-4711"
    with person("--plain", term="xterm") as someone:
        page = someone.sees(GO_ON)
        someone.types(page.partition(" API password:")[0].split()[-1].rstrip("."))
        someone.answers("with a password (yes or no) [yes]:")
        someone.answers("Password [generated]:", "short")
        assert "at least 12" in someone.answers("Password [generated]:", canary)
        someone.answers("Repeat it:", "something else")
        assert "do not match" in someone.answers("Password [generated]:", canary)
        someone.answers("Repeat it:", canary)
        someone.answers("User name [formae]:")
        assert "API password: your own" in someone.answers(GO_ON)
        someone.answers(START)
        someone.answers(SURE, "yes")
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert json.loads(secret("formae-api-creds"))["password"] == canary
    assert canary not in someone.raw.decode()
    kept = [
        path for path in home.rglob("*") if path.is_file() and canary in path.read_text("utf-8")
    ]
    assert kept == [home / ".config" / "formae" / "formae.conf.pkl"]


@unsampled_tier
def test_a_failure_in_the_middle_and_on_from_there(standin: "StandIn") -> None:
    standin.fail("iam", "CreateRole", "AccessDenied", "no iam:CreateRole for you", status=403)
    with person("--plain") as someone:
        starts(someone)
        told = someone.answers("Try again?")
        assert "no iam:CreateRole for you" in told
        end = told.partition("Not finished. The causes")[2]
        assert "no iam:CreateRole for you" in end
        assert "What exists now:" in end
        before = len(changes(standin))
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert "rds:CreateDBCluster" not in changes(standin)[before:]


@pytest.mark.parametrize("agreed", [True, pytest.param(False, marks=unsampled)])
def test_what_it_made_is_removed_where_that_is_agreed_to(standin: "StandIn", agreed: bool) -> None:
    standin.fail("ecr", "CreateRepository", "AccessDeniedException", "not for you", status=403)
    with person("--plain") as someone:
        starts(someone)
        someone.answers("Try again?", "r")
        told = someone.answers("to remove it:", "formae" if agreed else "no")
        assert "Aurora cluster" in told
        assert someone.ends() == (0 if agreed else 130)
    assert ("rds:DeleteDBCluster" in changes(standin)) is agreed


def test_ctrl_c_in_the_run_asks_and_then_stops(held: Held) -> None:
    with person("--plain") as someone:
        starts(someone)
        someone.sees("Aurora instance: AWS is creating it; usually 5 to 10 minutes.")
        someone.types(CTRL_C, enter=False)
        told = someone.answers("Stop?")
        assert "on its own" in someone.sees("Stop? ") or told
        assert "Continuing." in someone.words
        someone.types(CTRL_C, enter=False)
        someone.sees("leave the rest to AWS and quit")
        someone.answers("Stop?", "s")
        told = someone.answers("Try again?", "q")
        assert "Stopped. Everything created so far is kept." in told
        assert "AWS is still working on: Aurora instance" in told
        assert "Resume: formae-wizard apply --yes" in told
        assert someone.ends() == 130
    assert "Traceback" not in someone.words


@unsampled_tier
def test_ctrl_c_twice_stops_and_leaving_ends(held: Held) -> None:
    with person("--plain") as someone:
        starts(someone)
        someone.sees("Aurora instance: AWS is creating it; usually 5 to 10 minutes.")
        someone.types(CTRL_C, enter=False)
        someone.sees("leave the rest to AWS and quit")
        someone.answers("Stop?", "l")
        assert someone.ends() == 130
    assert "What exists now:" in someone.words


def test_sigterm_in_the_run_says_what_exists(held: Held) -> None:
    with person("--plain") as someone:
        starts(someone)
        someone.sees("Aurora instance: AWS is creating it")
        someone.is_terminated()
        assert someone.ends() == 143
    assert "AWS is still working on: Aurora instance" in someone.words
