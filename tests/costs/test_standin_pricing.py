"""The stand-in's price list speaks as AWS's does."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.support.standin import client
from wizard.standin.server import StandIn

FILTER = {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-west-1"}


def test_products_are_texts_in_pages(standin: StandIn) -> None:
    pages = client("pricing", "eu-central-1").get_paginator("get_products")
    found = pages.paginate(ServiceCode="AWSAppRunner", Filters=[FILTER], MaxResults=3)
    listed = [page["PriceList"] for page in found]
    assert [len(page) for page in listed] == [3, 1]
    product = json.loads(listed[0][0])
    assert product["serviceCode"] == "AWSAppRunner"
    assert product["product"]["attributes"]["usagetype"] == "EU-AppRunner-vCPU-hours"
    (term,) = product["terms"]["OnDemand"].values()
    (dimension,) = term["priceDimensions"].values()
    assert dimension["pricePerUnit"] == {"USD": "0.0640000000"}
    assert dimension["rateCode"].startswith(product["product"]["sku"])


def test_filters_narrow_what_is_found(standin: StandIn) -> None:
    pricing = client("pricing", "us-east-1")
    more = [
        {"Type": "EQUALS", "Field": "productFamily", "Value": "ServerlessV2"},
        {"Type": "CONTAINS", "Field": "usagetype", "Value": "IOOptimized"},
    ]
    found = pricing.get_products(ServiceCode="AmazonRDS", Filters=[FILTER, *more])["PriceList"]
    assert len(found) == 1


def test_it_is_in_three_regions_only(standin: StandIn) -> None:
    with pytest.raises(ClientError, match="valid region"):
        client("pricing", "eu-west-1").get_products(ServiceCode="AWSAppRunner")


def test_what_it_does_not_know_it_refuses(standin: StandIn) -> None:
    pricing = client("pricing", "us-east-1")
    with pytest.raises(ClientError, match="NotFoundException"):
        pricing.get_products(ServiceCode="AmazonNothing")
    with pytest.raises(ClientError, match="UnknownOperation"):
        pricing.describe_services()
