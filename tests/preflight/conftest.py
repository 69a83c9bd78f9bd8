"""The checks as a face asks for them, and people with permissions of their own."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.made import answers
from tests.support.standin import REGION, client
from wizard.engine.flow import Flow
from wizard.engine.preflight import Check, Preflight

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

Looked = Callable[..., Preflight]


def look(**given: str) -> Preflight:
    """All checks with these answers."""
    return Flow().check(answers({"region": REGION, **given}))


def one(checked: Preflight, check_id: str) -> Check:
    """The check of that id."""
    (found,) = (check for check in checked.checks if check.id == check_id)
    return found


@pytest.fixture
def become(standin: "StandIn", monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Sign in as a new user with a policy document or a managed policy; returns the ARN."""

    def sign_in(*, document: str = "", managed: str = "") -> str:
        iam = client("iam")
        arn: str = iam.create_user(UserName="ada", Path="/team/")["User"]["Arn"]
        if document:
            iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=document)
        if managed:
            iam.attach_user_policy(UserName="ada", PolicyArn=f"arn:aws:iam::aws:policy/{managed}")
        key = iam.create_access_key(UserName="ada")["AccessKey"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
        return arn

    return sign_in
