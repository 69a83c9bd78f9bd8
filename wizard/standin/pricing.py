"""AWS's price list, as far as the cost table reads it.

Products are JSON texts of AWS's own form, with neighbours that are not wanted: other engines, free
steps, reserved terms. Figures are those of us-east-1 wherever the region's own are not known.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wizard.standin import validation
from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation

ENDPOINTS = {"us-east-1", "eu-central-1", "ap-south-1"}
PAGE = 100
ON_DEMAND, RESERVED, RATE = "JRTCKXETXF", "4NA7Y494T4", "6YS6EN2CT7"
PUBLISHED = "2026-11-20T17:04:11Z"

REGIONS = {
    "us-east-1": ("USE1", "US East (N. Virginia)"),
    "us-east-2": ("USE2", "US East (Ohio)"),
    "us-west-2": ("USW2", "US West (Oregon)"),
    "eu-west-1": ("EU", "EU (Ireland)"),
    "eu-west-2": ("EUW2", "EU (London)"),
    "eu-west-3": ("EUW3", "EU (Paris)"),
    "eu-central-1": ("EUC1", "EU (Frankfurt)"),
    "ap-northeast-1": ("APN1", "Asia Pacific (Tokyo)"),
    "ap-south-1": ("APS3", "Asia Pacific (Mumbai)"),
    "ap-southeast-1": ("APS1", "Asia Pacific (Singapore)"),
    "ap-southeast-2": ("APS2", "Asia Pacific (Sydney)"),
}
"""Prefix of usage types, and AWS's name in price lists."""

BARE = {"AmazonRDS", "AmazonECR", "AmazonCloudWatch", "AWSELB"}
"""Services whose usage types have no prefix in us-east-1."""

OWN = {
    ("eu-west-1", "Aurora:ServerlessV2Usage"): "0.14",
    ("eu-west-2", "Aurora:ServerlessV2Usage"): "0.14",
    ("eu-west-2", "DataProcessing-Bytes"): "0.5985",
    ("ap-northeast-1", "Aurora:ServerlessV2Usage"): "0.20",
    ("ap-northeast-1", "AppRunner-vCPU-hours"): "0.081",
    ("ap-northeast-1", "AppRunner-GB-hours"): "0.009",
    ("ap-northeast-1", "AppRunner-Provisioned-GB-hours"): "0.009",
}


@dataclass(frozen=True, slots=True)
class Product:
    """One product of every region; `usd` is its price in us-east-1."""

    service: str
    family: str
    usage: str
    unit: str
    usd: str
    attributes: dict[str, str] = field(default_factory=dict)
    free: int = 0
    """So many units a month cost nothing."""
    reserved: str = ""
    """What it costs when reserved, where that can be."""


POSTGRESQL = {"databaseEngine": "Aurora PostgreSQL", "engineCode": "21"}
MYSQL = {"databaseEngine": "Aurora MySQL", "engineCode": "16"}
STANDARD, OPTIMIZED = "General Purpose-Aurora", "IO Optimized-Aurora"
ANY_IO = {"databaseEngine": "Any", "group": "Aurora I/O Operation"}

PRODUCTS = (
    Product("AWSAppRunner", "Compute", "AppRunner-vCPU-hours", "vCPU-hours", "0.064"),
    Product("AWSAppRunner", "Compute", "AppRunner-GB-hours", "GB-hours", "0.007"),
    Product("AWSAppRunner", "Compute", "AppRunner-Provisioned-GB-hours", "GB-hours", "0.007"),
    Product("AWSAppRunner", "Compute", "AppRunner-Build-minutes", "minutes", "0.005"),
    Product("AmazonECS", "Compute", "Fargate-vCPU-Hours:perCPU", "hours", "0.04048"),
    Product("AmazonECS", "Compute", "Fargate-GB-Hours", "hours", "0.004445"),
    Product("AmazonECS", "Compute", "Fargate-ARM-vCPU-Hours:perCPU", "hours", "0.03238"),
    Product("AmazonECS", "Compute", "Fargate-ARM-GB-Hours", "hours", "0.00356"),
    Product("AWSELB", "Load Balancer", "LoadBalancerUsage", "Hrs", "0.025"),
    Product("AWSELB", "Load Balancer-Application", "LoadBalancerUsage", "Hrs", "0.0225"),
    Product("AWSELB", "Load Balancer-Application", "LCUUsage", "LCU-Hrs", "0.008"),
    Product("AmazonVPC", "VpcPublicIPv4Address", "PublicIPv4:InUseAddress", "Hrs", "0.005"),
    Product("AmazonVPC", "VpcPublicIPv4Address", "PublicIPv4:IdleAddress", "Hrs", "0.005"),
    Product("AmazonRDS", "ServerlessV2", "Aurora:ServerlessV2Usage", "ACU-Hr", "0.12", POSTGRESQL),
    Product("AmazonRDS", "ServerlessV2", "Aurora:ServerlessV2Usage", "ACU-Hr", "0.12", MYSQL),
    Product(
        "AmazonRDS",
        "ServerlessV2",
        "Aurora:ServerlessV2IOOptimizedUsage",
        "ACU-Hr",
        "0.156",
        POSTGRESQL,
    ),
    Product(
        "AmazonRDS",
        "Database Storage",
        "Aurora:StorageUsage",
        "GB-Mo",
        "0.10",
        {**POSTGRESQL, "volumeType": STANDARD},
    ),
    Product(
        "AmazonRDS",
        "Database Storage",
        "Aurora:IO-OptimizedStorageUsage",
        "GB-Mo",
        "0.225",
        {**POSTGRESQL, "volumeType": OPTIMIZED},
    ),
    Product("AmazonRDS", "System Operation", "Aurora:StorageIOUsage", "IOs", "0.0000002", ANY_IO),
    Product(
        "AmazonRDS",
        "Database Instance",
        "InstanceUsage:db.r6g.large",
        "Hrs",
        "0.26",
        {**POSTGRESQL, "instanceType": "db.r6g.large"},
        reserved="0.171",
    ),
    Product("AWSSecretsManager", "Secret", "AWSSecretsManager-Secrets", "Secrets", "0.40"),
    Product(
        "AWSSecretsManager",
        "API Request",
        "AWSSecretsManagerAPIRequest",
        "API Requests",
        "0.000005",
    ),
    Product("AmazonECR", "EC2 Container Registry", "TimedStorage-ByteHrs", "GB-Mo", "0.10"),
    Product("AmazonECR", "Data Transfer", "DataTransfer-Out-Bytes", "GB", "0.09", free=1),
    Product(
        "AmazonCloudWatch",
        "Data Payload",
        "DataProcessing-Bytes",
        "GB",
        "0.50",
        {"operation": "PutLogEvents", "group": "Ingested Logs"},
    ),
    Product(
        "AmazonCloudWatch",
        "Data Payload",
        "DataProcessingIA-Bytes",
        "GB",
        "0.25",
        {"operation": "PutLogEvents", "group": "Ingested Logs"},
    ),
)


class Pricing:
    """GetProducts."""

    complete = True

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {"GetProducts": get_products}

    def advance(self) -> None:
        """Prices stand still here."""


def get_products(call: Call) -> dict[str, Any]:
    """A service's products that pass every filter, in pages."""
    if call.region not in ENDPOINTS:
        raise AwsError("InvalidSignatureException", "Credential should be scoped to a valid region")
    validation.check(call)
    params = call.params
    service = params["ServiceCode"]
    if service not in {product.service for product in PRODUCTS}:
        raise AwsError("NotFoundException", f"The service code {service} was not found.")
    filters = params.get("Filters") or []
    entries = [entry for entry in _entries(service) if all(_passes(entry, f) for f in filters)]
    start, size = int(params.get("NextToken") or 0), params.get("MaxResults") or PAGE
    answer: dict[str, Any] = {
        "FormatVersion": "aws_v1",
        "PriceList": [json.dumps(entry) for entry in entries[start : start + size]],
    }
    if start + size < len(entries):
        answer["NextToken"] = str(start + size)
    return answer


def _passes(entry: dict[str, Any], wish: dict[str, str]) -> bool:
    product = entry["product"]
    name = wish["Field"]
    held = product["productFamily"] if name == "productFamily" else product["attributes"].get(name)
    match wish["Type"]:
        case "TERM_MATCH" | "EQUALS":
            return bool(held == wish["Value"])
        case "CONTAINS":
            return wish["Value"] in (held or "")
        case other:
            raise AwsError("InvalidParameterException", f"The stand-in does not know {other}.")


def _entries(service: str) -> Iterator[dict[str, Any]]:
    for region in REGIONS:
        for product in PRODUCTS:
            if product.service == service:
                yield entry(product, region)


def entry(product: Product, region: str) -> dict[str, Any]:
    """One product in one region, as AWS writes it."""
    prefix, location = REGIONS[region]
    bare = region == "us-east-1" and product.service in BARE
    usage = product.usage if bare else f"{prefix}-{product.usage}"
    name = f"{product.service}{usage}{product.attributes.get('databaseEngine', '')}"
    digest = hashlib.sha256(name.encode()).digest()
    sku = base64.b32encode(digest).decode()[:16]
    return {
        "product": {
            "productFamily": product.family,
            "attributes": {
                "servicecode": product.service,
                "location": location,
                "locationType": "AWS Region",
                "regionCode": region,
                "usagetype": usage,
                "operation": "",
                **product.attributes,
            },
            "sku": sku,
        },
        "serviceCode": product.service,
        "terms": _terms(product, sku, OWN.get((region, product.usage), product.usd)),
        "version": "20261120170411",
        "publicationDate": PUBLISHED,
    }


def _terms(product: Product, sku: str, usd: str) -> dict[str, Any]:
    steps = [("0", str(product.free), "0"), (str(product.free), "Inf", usd)]
    paid = steps if product.free else [("0", "Inf", usd)]
    terms = {"OnDemand": _term(product, sku, ON_DEMAND, paid)}
    if product.reserved:
        terms["Reserved"] = _term(product, sku, RESERVED, [("0", "Inf", product.reserved)])
    return terms


def _term(
    product: Product, sku: str, code: str, steps: list[tuple[str, str, str]]
) -> dict[str, Any]:
    dimensions = {
        f"{sku}.{code}.{RATE}{number or ''}": {
            "unit": product.unit,
            "beginRange": begin,
            "endRange": end,
            "description": f"${usd} per {product.unit} of {product.usage}",
            "appliesTo": [],
            "rateCode": f"{sku}.{code}.{RATE}{number or ''}",
            "pricePerUnit": {"USD": f"{float(usd):.10f}"},
        }
        for number, (begin, end, usd) in enumerate(steps)
    }
    return {
        f"{sku}.{code}": {
            "sku": sku,
            "offerTermCode": code,
            "effectiveDate": "2026-11-01T00:00:00Z",
            "termAttributes": {},
            "priceDimensions": dimensions,
        }
    }
