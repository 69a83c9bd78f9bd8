"""What is wanted is data in CloudFormation's words, and the calls follow from it."""

from typing import Any

import pytest

from tests.corpus import CORPUS
from tests.support.made import plan
from wizard.base.values import Ref
from wizard.hosts.apprunner.request import SERVICE_TYPE
from wizard.plan.model import Call, Step
from wizard.plan.resources.types import CLUSTER_TYPE, POLICY_TYPE

NO_RESOURCE = {"rds-data"}
"""Services whose things are no resources of AWS's: a database is made by a statement."""

PARTS = {"AuthorizeSecurityGroupIngress", "UpdateService"}
"""Put a rule into a group, and a task into a service, that have a step of their own."""


@pytest.mark.parametrize("name", CORPUS)
def test_whatever_a_call_makes_is_a_resource(name: str) -> None:
    for step in plan(CORPUS[name]).steps:
        made = step.make if isinstance(step.make, Call) else None
        if made and made.service not in NO_RESOURCE and made.operation not in PARTS:
            assert step.resource is not None, step.id
            assert len(step.resource.properties) == len(made.params)
        else:
            assert step.resource is None, step.id


def test_names_and_shapes_are_cloudformations() -> None:
    made = plan(CORPUS["services"])
    secrets = [{"Name": "FORMAE_CONFIG", "Value": Ref("config-secret", "arn")}]
    assert _inside(made.step("service"))["RuntimeEnvironmentSecrets"] == secrets
    types = {step.id: step.resource.type for step in made.steps if step.resource}
    assert types["access-role-policy"] == types["access-role"] == "AWS::IAM::Role"
    attached = made.step("access-role-policy").resource
    assert attached is not None
    assert attached.properties["ManagedPolicyArns"] == [_attached(made.step("access-role-policy"))]
    policy = made.step("policy-1").resource
    assert policy is not None
    assert "ManagedPolicyName" in policy.properties


def test_a_request_is_what_its_properties_ask_for() -> None:
    call = plan(CORPUS["defaults"]).step("service").make
    assert isinstance(call, Call)
    wanted = SERVICE_TYPE.wanted(SERVICE_TYPE.from_request(call.params))
    assert wanted["make"] == call
    assert wanted["make"].params == {**call.params}


def test_a_difference_is_put_right_on_the_thing_itself() -> None:
    (capacity,) = CLUSTER_TYPE.fits(
        {"DBClusterIdentifier": "one", "ServerlessV2ScalingConfiguration": {"MinCapacity": 1}}
    )[:1]
    assert capacity.update == Call(
        service="rds",
        operation="ModifyDBCluster",
        params={
            "DBClusterIdentifier": "one",
            "ServerlessV2ScalingConfiguration": {"MinCapacity": 1},
            "ApplyImmediately": True,
        },
    )
    assert CLUSTER_TYPE.fits({"DBClusterIdentifier": "one", "MasterUsername": "u"}) == ()
    (document,) = POLICY_TYPE.fits({"ManagedPolicyName": "p", "PolicyDocument": "{}"})
    assert document.room is not None
    assert document.room.call.operation == "DeletePolicyVersion"


def _inside(step: Step) -> Any:
    assert step.resource is not None
    source: Any = step.resource.properties["SourceConfiguration"]
    return source["ImageRepository"]["ImageConfiguration"]


def _attached(step: Step) -> Any:
    assert isinstance(step.make, Call)
    return step.make.params["PolicyArn"]
