"""Answers and plans made from texts, as the command line makes them."""

from collections.abc import Mapping

from tests.corpus import ACCOUNT
from wizard.answers.model import Answers, Source
from wizard.answers.questions import Detected
from wizard.answers.resolving import collect
from wizard.plan.build import build
from wizard.plan.inputs import PlanInputs
from wizard.plan.model import Plan

PERMISSIONS = {
    "S3": ("s3:CreateBucket", "s3:HeadObject", "iam:PassRole", "iam:CreateUser"),
    "SQS": ("sqs:CreateQueue", "sqs:DeleteQueue"),
    "Lambda": ("lambda:CreateFunction", "iam:PassRole", "secretsmanager:GetSecretValue"),
}


def answers(given: Mapping[str, str]) -> Answers:
    """The answers these texts mean; ValueError when they are refused."""
    return collect({Source.FLAG: dict(given)}, Detected()).answers()


def plan(given: Mapping[str, str], account: str = ACCOUNT) -> Plan:
    """The plan of these answers, on a machine without a formae CLI."""
    made = answers(given)
    known = {name: PERMISSIONS.get(name, ("s3:GetObject",)) for name in made.services}
    return build(made, PlanInputs(account=account, permissions=known, own_policy=OWN_POLICY))


OWN_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
)
