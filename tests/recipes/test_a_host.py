"""A host from outside: one folder, seen in everything that is said and done of where agents run."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import wizard.hosts
from tests.corpus import ACCOUNT, REGION
from tests.support.made import answers
from tests.support.standin import client
from wizard.answers import checks
from wizard.answers.model import Answers
from wizard.answers.questions import Detected, question
from wizard.answers.questions.place import ENOUGH
from wizard.base import offer as offers
from wizard.base.names import Names
from wizard.costs import estimate, snapshot
from wizard.costs import prices as pricelist
from wizard.engine.destroy.discover import discover
from wizard.engine.diff import Action
from wizard.engine.explain import console_link, equivalent, usual
from wizard.engine.flow import Flow
from wizard.engine.plan_report import foresee_offline
from wizard.engine.preflight.offline import check
from wizard.engine.preflight.permissions import Need, linked_roles, required_permissions
from wizard.engine.preflight.run import looks
from wizard.engine.refresh import Snapshot, survey
from wizard.hosts.host import Host, host
from wizard.plan.build import build
from wizard.plan.inputs import Choices, Data, Extent, PlanInputs
from wizard.plan.model import Plan
from wizard.plan.placeholders import text_of
from wizard.plan.removal import removal
from wizard.ui.common.plan_text import plan_text

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

TOY = "toy"
HERE = PlanInputs(account=ACCOUNT)


@pytest.fixture(autouse=True)
def _one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder stands beside the others."""
    path = [*wizard.hosts.__path__, str(Path(__file__).with_name("hosts"))]
    monkeypatch.setattr(wizard.hosts, "__path__", path)


def toy(**given: str) -> Answers:
    (only,) = offers.offer(TOY).architectures
    return replace(answers({"region": REGION, **given}), host=TOY, architecture=only)


def made(**given: str) -> Plan:
    return build(toy(**given), HERE)


def test_it_is_one_of_the_hosts() -> None:
    assert TOY in offers.known_hosts()
    assert "eu-north-1" in offers.all_regions()
    found: Host = host(TOY)
    assert found.log_group("arn:aws:toybox:eu-west-1:1:formae-toy") == "/toy/formae-toy"


def test_its_regions_sizes_and_names_are_checked() -> None:
    assert checks.region("eu-north-1", TOY) is None
    assert "Toy Box or the RDS Data API is not available" in str(checks.region("us-east-2", TOY))
    assert checks.memory(2048, 1024, TOY) is None
    assert "Toy Box does not offer 1 vCPU with 4 GB" in str(checks.memory(4096, 1024, TOY))
    assert checks.deployment_name("a" * 16, TOY) is None
    assert "Toy Box names" in str(checks.deployment_name("a" * 17, TOY))
    assert Names("formae", TOY).roles == {"instance-role": "formae-toy-task"}


def test_it_is_in_the_plan_and_its_documents() -> None:
    plan = made()
    assert check(plan) == []
    ids = [step.id for step in plan.steps]
    assert "access-role" not in ids
    assert plan.step("instance-role").title == "Task role"
    assert plan.step("service").after >= {"instance-role", "runtime-policy", "scope-1"}
    (trust,) = (each for each in plan.documents if each.name == "toy-trust.json")
    assert "toybox.amazonaws.com" in text_of(trust, plan)
    assert "Size" in text_of(plan.documents[-1], plan)
    text = " ".join(plan_text(foresee_offline(plan, toy()), details=True).split())
    assert "Toy service" in text
    assert "Copied from its registry to ECR for linux/arm64, the only platform" in text
    assert "App Runner" not in text


def test_it_is_in_permissions_links_and_explanations() -> None:
    plan = made()
    wanted = {need.action for need in required_permissions(plan)}
    assert not {each for each in wanted if each.startswith("apprunner:")}
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:formae-toy-AbCdEf"
    assert Need("secretsmanager:CreateSecret", secret) in required_permissions(plan)
    passed = f"arn:aws:iam::{ACCOUNT}:role/formae-toy-task"
    assert Need("iam:PassRole", passed) in required_permissions(plan)
    assert [each.service for each in linked_roles(plan.steps)] == ["rds", "toybox"]
    step = plan.step("service")
    page = f"https://{REGION}.console.aws.amazon.com/toybox?name=formae-toy"
    assert console_link(step, plan) == page
    assert console_link(plan.step("health"), plan) == page
    assert equivalent(step, plan).startswith("aws secretsmanager create-secret")
    assert usual(step)
    assert "toy-box" in [look.id for look in looks(TOY)]


def test_it_is_in_the_bill() -> None:
    prices = snapshot(REGION, TOY)
    made_ = estimate(toy(), prices)
    lines = {line.what: line for line in made_.lines}
    assert lines["Toy"].idle == Decimal("14.60")  # 2 x 730 h x 0.01
    assert "Agent memory" not in lines
    assert next(iter(lines)) == "Toy"
    assert "The toy's batteries are not counted." in made_.remarks
    assert "App Runner" not in " ".join(made_.remarks)
    asked: list[str] = []

    def listed(_: str, __: str, params: Any) -> Any:
        asked.append(params["ServiceCode"])
        return {"PriceList": []}

    pricelist.refresh(listed, REGION, TOY)
    assert "AWSToyBox" in asked
    assert "AWSAppRunner" not in asked


def test_it_is_compared_with_what_is_there(standin: "StandIn") -> None:
    flow, plan = Flow(), made()
    world = flow.world(toy())
    assert survey(plan, Snapshot(world))["service"].action is Action.CREATE
    client("secretsmanager").create_secret(
        Name="formae-toy",
        SecretString="another",
        Tags=[{"Key": "app", "Value": "formae-agent"}],
    )
    found = survey(plan, Snapshot(world))["service"]
    assert found.action is Action.UPDATE
    assert "its tags" in found.differs
    checked = flow.check(toy())
    told = {each.id: each.found for each in checked.checks}
    assert told["toy-box"].startswith("available in eu-west-1; 1 service there")
    assert "the deployment" not in told["quotas"]


def test_its_quota_is_asked_for(standin: "StandIn") -> None:
    told = {each.id: each for each in Flow().check(toy()).checks}
    assert "The quota does not allow 1 more toys: 0 of 0" in told["quotas"].found


def test_it_is_taken_away_with_what_it_leaves(standin: "StandIn") -> None:
    client("logs").create_log_group(logGroupName="/toy/formae-toy/one")
    there = discover(Flow().world(toy()), "formae", ACCOUNT, TOY)
    assert there.left == {"logs": ("/toy/formae-toy/one",)}
    plan = removal(toy(), HERE, there, Choices(data=Data.DELETE))
    assert check(plan) == []
    service = plan.step("service")
    assert service.delete[0].operation == "DeleteSecret"
    assert "toy-log-1" in service.after
    assert plan.step("toy-log-1").part_of == "service"
    ids = {step.id for step in plan.steps}
    assert not {each for each in ids if each.startswith(("scaling", "access-role"))}
    nothing = removal(toy(), HERE, Extent(), Choices(data=Data.DELETE))
    assert "toy-log-1" not in {step.id for step in nothing.steps}


def test_questions_go_by_the_chosen_one() -> None:
    chosen = {"host": TOY, "cpu": 1024}
    assert question("cpu").default(chosen, Detected())[1] == ENOUGH
    assert "Toy Box does not offer 1 vCPU with 4 GB" in str(
        question("memory").check(4096, chosen, "")
    )
    assert "Toy Box or" in str(question("region").check("us-east-2", chosen, ""))
    assert "Toy Box names" in str(question("name").check("a" * 17, chosen, ""))
