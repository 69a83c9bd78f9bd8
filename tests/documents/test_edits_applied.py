"""Documents changed by hand are what AWS gets, and what a second run finds as wanted."""

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.corpus import CORPUS
from tests.plan.test_documents import HOSTILE, Hostile
from tests.support.account import changes, secret, service
from tests.support.made import answers, plan
from tests.support.pkl import evaluate
from tests.support.standin import client
from wizard.base.errors import WizardError
from wizard.base.values import Template, resolve
from wizard.documents.edits import Edits, editable
from wizard.engine.apply import Outcome
from wizard.engine.diff import Action
from wizard.engine.flow import Flow
from wizard.plan.build import build
from wizard.plan.inputs import PlanInputs

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

AGENT, TRUST = "agent.conf.pkl", "apprunner-instance-trust.json"
POLICY, REQUEST = "formae-data-api-policy.json", "create-service.json"


def edits() -> dict[str, str]:
    """A small change in every document that can be changed."""
    texts = {each.name: editable(each) for each in plan(CORPUS["defaults"]).documents}
    changed = {
        AGENT: ("agent {", "// by hand\nagent {"),
        TRUST: ('"Effect"', '"Sid": "ByHand", "Effect"'),
        POLICY: ('"secretsmanager:GetSecretValue"', '["secretsmanager:GetSecretValue"]'),
        REQUEST: ('"Interval": 10', '"Interval": 15'),
    }
    return {name: texts[name].replace(old, new, 1) for name, (old, new) in changed.items()}


def run(changed: Edits) -> tuple[Outcome, dict[str, Action]]:
    flow = Flow()
    prepared = flow.prepare(answers(CORPUS["defaults"]), edits=changed)
    assert prepared.preflight.problems == []
    outcome = flow.run(prepared, lambda _: None, threading.Event())
    found = prepared.preflight.findings
    return outcome, {step: change.action for step, change in found.items()}


def test_what_was_edited_is_what_is_used(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome, _ = run(edits())
    assert outcome.ok, outcome.errors
    assert "// by hand" in secret("formae-config")
    assert "${" not in secret("formae-config")
    iam = client("iam")
    role = iam.get_role(RoleName="formae-apprunner-instance")["Role"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Sid"] == "ByHand"
    policy: Any = iam.get_role_policy(
        RoleName="formae-apprunner-instance", PolicyName="formae-data-api"
    )["PolicyDocument"]
    assert policy["Statement"][1]["Action"] == ["secretsmanager:GetSecretValue"]
    assert "arn:aws:rds:" in json.dumps(policy)
    assert service()["HealthCheckConfiguration"]["Interval"] == 15
    before = len(changes(standin))
    again, found = run(edits())
    assert again.ok
    assert changes(standin)[before:] == [], "it is found as wanted"
    assert Action.UPDATE not in found.values()
    reverted, found = run({})
    assert reverted.ok
    mended = {step for step, action in found.items() if action is Action.UPDATE}
    assert mended == {"config-secret", "instance-role", "runtime-policy", "service"}
    assert "// by hand" not in secret("formae-config")


def test_a_request_that_aws_would_refuse_never_becomes_a_plan(standin: "StandIn") -> None:
    text = edits()[REQUEST].replace('"Interval"', '"Interwal"')
    with pytest.raises(WizardError, match="not valid") as caught:
        Flow().prepare(answers(CORPUS["defaults"]), edits={REQUEST: text})
    assert "Interwal" in caught.value.why
    assert changes(standin) == []


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_breaks_out_of_an_edited_config(value: str) -> None:
    text = edits()[AGENT].replace('"${database}"', '"${database}" // "${region}"')
    made = build(answers(CORPUS["defaults"]), PlanInputs(), {AGENT: text})
    body = made.documents[0].body
    assert isinstance(body, Template)
    said = evaluate(resolve(Template("pkl", body.text, body.holes), Hostile(value)))
    assert said["agent"]["datastore"]["auroraDataAPI"]["clusterArn"] == value
