"""What AWS has counted this month: asked only where wanted, by tag where that can be, and told."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.support.command import Command
from tests.support.standin import REGION
from wizard.answers.model import Source
from wizard.engine.resolve_answers import resolve_named
from wizard.engine.status.data import DeploymentState, Machine, Report
from wizard.engine.status.look import Looker
from wizard.engine.status.report import with_spent
from wizard.standin.costs import Charge
from wizard.ui.common.status_text import month

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

OURS = {"app": "formae-agent"}
AURORA = "Amazon Relational Database Service"
ASKED = "ce:GetCostAndUsage"


def charge(service: str, usd: str, *, region: str = REGION, tagged: bool = True) -> Charge:
    """A line of this month's bill."""
    first = datetime.now(UTC).date().replace(day=1)
    tags = OURS if tagged else {}
    return Charge(day=first, service=service, region=region, usd=usd, tags=tags)


def bill(standin: "StandIn") -> None:
    """Ours, somebody else's of the same services, and what is no business of ours."""
    standin.costs.bill = [
        charge(AURORA, "40.004"),
        charge(AURORA, "2.50"),
        charge("AWS App Runner", "9.10"),
        charge(AURORA, "100", tagged=False),
        charge(AURORA, "1000", region="us-east-1"),
        charge("Amazon Elastic Compute Cloud - Compute", "5000", tagged=False),
    ]


def asked(standin: "StandIn") -> list[Any]:
    """The questions that took money."""
    return [each for each in standin.calls if str(each) == ASKED]


def told(command: Command, *words: str) -> str:
    """What `status` prints, on one line."""
    end = command("status", "--region", REGION, *words)
    assert end.code == 0, end.err
    assert all(len(line) <= 80 for line in end.out.splitlines())
    return " ".join(end.out.split())


def test_the_month(standin: "StandIn", command: Command) -> None:
    assert command("status", "--region", REGION, "--cost").code == 3
    assert asked(standin) == [], "nothing is deployed, so there is nothing to pay for"
    command.deployed()
    bill(standin)
    out = told(command)
    assert "This month not fetched (AWS charges $0.01). Add --cost." in out
    document = json.loads(command("status", "--region", REGION, "--json").out)
    assert document["spent"] is None
    assert asked(standin) == []

    out = told(command, "--cost")
    assert "This month $151.60 since " in out
    assert f"for ALL resources of these services in {REGION}, including those not from the" in out
    assert "Aurora $142.50, App Runner $9.10. To see only the wizard's, activate" in out
    (question,) = asked(standin)
    assert question.region == "us-east-1", "the only place that answers"

    standin.costs.activated.add("app")
    out = told(command, "--cost")
    assert "This month $51.60 since " in out
    assert f"tagged app=formae-agent in {REGION}: Aurora $42.50, App Runner $9.10." in out
    document = json.loads(command("status", "--region", REGION, "--json", "--cost").out)
    today = datetime.now(UTC).date()
    assert document["spent"].pop("end") > today.isoformat()
    assert document["spent"] == {
        "currency": "USD",
        "total": 51.604,
        "services": {"Aurora": 42.504, "App Runner": 9.1},
        "begin": today.replace(day=1).isoformat(),
        "regions": [REGION],
        "tagged_only": True,
    }
    standin.fail("ce", "GetCostAndUsage", "DataUnavailableException", "not available")
    out = told(command, "--cost")
    assert "- This month not available; see below" in out
    assert "The cost so far this month could not be read. Cost Explorer has no data yet" in out


def test_what_is_refused_is_a_gap_that_says_what_would_be_right(standin: "StandIn") -> None:
    place = resolve_named({Source.FLAG: {"region": REGION}})
    there = DeploymentState(name="formae", region=REGION, ours=True, parts=())
    known = Report(machine=Machine(cli="", newest="1"), regions=(REGION,), deployments=(there,))
    assert "This month" in month(known, "Press c.")
    found = with_spent(Looker(), place, known)
    assert "nothing since " in month(found, "")[2], "AWS has counted nothing yet"
    for code, message, cure in (
        ("AccessDeniedException", "not authorized to perform: ce:GetCostAndUsage", "Ask for that"),
        ("AccessDeniedException", "User not enabled for cost explorer access", "Open it once in"),
        ("DataUnavailableException", "The requested data is unavailable", "again tomorrow."),
        ("LimitExceededException", "Too many", "Too many (LimitExceededException)"),
    ):
        standin.fail("ce", "GetCostAndUsage", code, message)
        (gap,) = with_spent(Looker(), place, known).gaps
        assert cure in gap.words
        assert with_spent(Looker(), place, replace(known, gaps=(gap,))).gaps == ()
