"""CloudFormation's registry, as far as permissions are read from it."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.support.standin import client
from wizard.standin.server import StandIn


def test_types_of_a_service(standin: StandIn) -> None:
    found = client("cloudformation").list_types(
        Visibility="PUBLIC", Type="RESOURCE", Filters={"TypeNamePrefix": "AWS::ECR::"}
    )
    names = [summary["TypeName"] for summary in found["TypeSummaries"]]
    assert "AWS::ECR::Repository" in names
    assert all(name.startswith("AWS::ECR::") for name in names)


def test_types_come_in_pages(standin: StandIn) -> None:
    pages = client("cloudformation").get_paginator("list_types")
    found = pages.paginate(Visibility="PUBLIC", Type="RESOURCE", MaxResults=50)
    sizes = [len(page["TypeSummaries"]) for page in found]
    assert sizes[:-1] == [50] * (len(sizes) - 1)
    assert sum(sizes) > 200
    assert client("cloudformation").list_types()["TypeSummaries"] == []


def test_a_schema_tells_permissions(standin: StandIn) -> None:
    told = client("cloudformation").describe_type(Type="RESOURCE", TypeName="AWS::S3::Bucket")
    schema = json.loads(told["Schema"])
    assert schema["typeName"] == "AWS::S3::Bucket"
    assert set(schema["handlers"]) == {"create", "read", "update", "delete", "list"}
    assert "s3:CreateBucket" in schema["handlers"]["create"]["permissions"]
    assert schema["tagging"]["permissions"] is not None
    assert told["ProvisioningType"] == "FULLY_MUTABLE"
    by_arn = client("cloudformation").describe_type(Arn=told["Arn"])
    assert by_arn["TypeName"] == "AWS::S3::Bucket"


def test_an_unknown_type(standin: StandIn) -> None:
    with pytest.raises(ClientError, match="TypeNotFoundException"):
        client("cloudformation").describe_type(Type="RESOURCE", TypeName="AWS::Nothing::Here")
