"""An account on AWS's Free plan, where nobody is asked: what is told, refused, and still done."""

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.account import changes
from tests.support.command import Command
from tests.support.standin import REGION, NewAccount, client
from wizard.catalogue import entry
from wizard.engine.account import existing
from wizard.standin.faults import Fault, Silence
from wizard.standin.freetier import RESTRICTED, free_plan

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

READ = "GetAccountPlanState"


def plan_check(command: Command, *words: str) -> dict[str, object] | None:
    """What `doctor` says of the account's plan."""
    end = command("doctor", "--json", "--region", REGION, *words)
    checks = json.loads(end.out)["checks"]
    return next((each for each in checks if each["id"] == "account-plan"), None)


def test_a_new_database_is_refused_before_the_first_change(
    standin: "StandIn", command: Command
) -> None:
    standin.world.account_plan = free_plan()
    end = command.apply(database="new")
    assert end.code == 3, end.err
    for words in ("Free plan does not allow this database", "your decision", "FW-AWS-008"):
        assert words in end.err
    assert changes(standin) == []
    found = plan_check(command, "--database", "new")
    assert found
    assert found["state"] == "problem"
    assert "--database express" in json.dumps(found)


def test_a_newcomer_arrives(new_account: NewAccount, command: Command) -> None:
    standin = new_account(closed=True)
    standin.world.account_plan = free_plan()
    end = command.apply(host="ecs")
    assert end.code == 0, end.err
    done = changes(standin)
    assert "ecs:CreateExpressGatewayService" in done
    assert "rds:CreateDBInstance" not in done
    assert "could not be read" not in end.err
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    assert cluster["InternetAccessGatewayEnabled"]


def test_credits_are_told_in_the_costs_and_the_checks(standin: "StandIn", command: Command) -> None:
    standin.world.account_plan = {**free_plan(120.0), "accountPlanType": "PAID"}
    found = plan_check(command)
    assert found
    assert found["state"] == "fine"
    assert str(found["found"]).startswith("Paid plan, $120 left; at this cost, your credits ($120)")
    end = command("plan", "--region", REGION, "--json")
    assert "Your credits ($120) last about" in end.lines[-1]["data"]["costs"]


def test_a_plan_that_has_ended(standin: "StandIn", command: Command) -> None:
    standin.world.account_plan = free_plan(ended=True)
    end = command.apply()
    assert end.code == 3
    assert "The account's Free plan has ended." in end.err
    assert changes(standin) == []


@pytest.mark.parametrize("why", ["older", "not allowed", "no answer"])
def test_nothing_is_said_where_aws_does_not_say(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "not allowed":
        standin.fail("freetier", READ, "AccessDeniedException", "no", status=403, times=9)
    if why == "no answer":
        monkeypatch.setattr(existing, "PLAN_LIMIT", 0.2)
        fault = Fault(service="freetier", operation=READ, outcome=Silence(), times=9)
        standin.disturb(fault)
    began = time.monotonic()
    end = command("doctor", "--region", REGION)
    assert end.code == 0, end.err
    assert "plan" not in end.out.replace("that the plan needs", "")
    assert READ in {each.operation for each in standin.calls}
    assert time.monotonic() - began < 20


def test_what_only_the_run_finds_out_is_explained_and_nothing_is_lost(
    standin: "StandIn", command: Command
) -> None:
    standin.world.account_plan = free_plan()
    standin.fail("freetier", READ, "AccessDeniedException", "no", status=403, times=9)
    end = command.apply()
    assert end.code != 0
    assert entry("FW-AWS-008").title in end.err + end.out or entry("FW-AWS-008").why in end.err
    assert f"({RESTRICTED})" in end.err
    assert "WithExpressConfiguration" in end.err
    assert "upgrade the account's plan" in end.err
    standin.world.account_plan = None  # somebody upgraded it
    end = command.apply()
    assert end.code == 0, end.err
