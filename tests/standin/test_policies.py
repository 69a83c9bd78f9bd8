"""IAM policies: what allows, what denies, who is trusted."""

import json

import pytest

from wizard.standin.policies import allows, trusts

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:formae-config-AbC123"


def document(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Action": "secretsmanager:GetSecretValue", "Resource": SECRET}, True),
        ({"Action": "SecretsManager:getsecretvalue", "Resource": "*"}, True),
        ({"Action": ["ecr:*", "secretsmanager:Get*"], "Resource": [SECRET]}, True),
        ({"Action": "*", "Resource": SECRET[:-6] + "??????"}, True),
        ({"Action": "*", "Resource": SECRET[:-6] + "?????"}, False),
        ({"NotAction": ["iam:*", "organizations:*"], "Resource": "*"}, True),
        ({"NotAction": "secretsmanager:*", "Resource": "*"}, False),
        ({"Action": "*", "NotResource": "arn:aws:secretsmanager:*"}, False),
        ({"Action": "secretsmanager:PutSecretValue", "Resource": "*"}, False),
        ({"Action": "*", "Resource": "*", "Condition": {"Bool": {"x": "true"}}}, False),
    ],
)
def test_a_single_statement(statement: dict[str, object], expected: bool) -> None:
    text = document({"Effect": "Allow", **statement})
    assert allows([text], "secretsmanager:GetSecretValue", SECRET) is expected


def test_deny_wins_over_another_document() -> None:
    allow = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    deny = document({"Effect": "Deny", "Action": "secretsmanager:*", "Resource": SECRET})
    assert not allows([allow, deny], "secretsmanager:GetSecretValue", SECRET)
    assert allows([allow, deny], "rds-data:ExecuteStatement", SECRET)


def test_nothing_is_allowed_by_nothing() -> None:
    assert not allows([], "rds-data:ExecuteStatement", "*")


def test_trust_names_the_service() -> None:
    principal = {"Service": ["ecs.amazonaws.com", "tasks.apprunner.amazonaws.com"]}
    text = document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    assert trusts(text, "tasks.apprunner.amazonaws.com")
    assert not trusts(text, "build.apprunner.amazonaws.com")
    assert not trusts(document({"Effect": "Allow", "Principal": "*"}), "ecs.amazonaws.com")
