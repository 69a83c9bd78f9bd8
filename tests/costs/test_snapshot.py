"""The shipped prices: complete, dated, and honest about what is not the region's own."""

import json
from importlib.resources import files

import pytest

from wizard.base.offer import offer
from wizard.costs import snapshot
from wizard.costs.prices import Basis, priced
from wizard.hosts.apprunner.offer import CPU, MEMORY
from wizard.plan.charges import Item


@pytest.mark.parametrize("region", [*offer().regions, "me-south-1", ""])
def test_every_region_has_a_price_for_everything(region: str) -> None:
    prices = snapshot(region)
    assert prices.region == region
    assert prices.source == "snapshot shipped with formae-wizard"
    for item in priced():
        price = prices.units[item]
        assert price.amount > 0
        assert (price.region == region) is (price.basis is not Basis.REFERENCE)
        assert price.exact is (price.basis is Basis.LISTED)


def test_what_is_not_known_is_the_reference_regions_and_says_so() -> None:
    prices = snapshot("eu-central-1")
    assert prices.units[CPU].region == "eu-west-1"
    assert prices.units[Item.STORAGE].region == "us-east-1"
    assert not any(prices.exact(item) for item in priced())
    told = " ".join(prices.notes)
    assert "Prices of November 23, 2026" in told
    assert "not known for Europe (Frankfurt) and taken from Europe (Ireland)" in told
    assert "taken from US East (N. Virginia)" in told


def test_what_is_only_reported_is_not_exact() -> None:
    tokyo = snapshot("ap-northeast-1")
    assert tokyo.exact(MEMORY)
    assert tokyo.units[CPU].basis is Basis.REPORTED
    assert not tokyo.exact(CPU)
    assert "not confirmed by AWS's price list: App Runner's CPU" in " ".join(tokyo.notes)


def test_the_file_names_only_what_exists() -> None:
    data = json.loads((files("assets") / "prices.json").read_text("utf-8"))
    regions = set(offer().regions)
    assert set(data["regions"]) <= regions
    assert set(data["references"]) | {"us-east-1"} == regions
    assert set(data["references"].values()) <= regions
    own = json.loads((files("wizard.hosts.apprunner") / "prices.json").read_text("utf-8"))
    assert set(own["regions"]) <= regions
    for known in (*data["regions"].values(), *own["regions"].values()):
        assert set(known) <= {"listed", "reported"}
        named = [item for prices in known.values() for item in prices]
        assert len(named) == len(set(named))
        assert set(named) <= priced().keys()
