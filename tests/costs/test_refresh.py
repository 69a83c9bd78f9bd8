"""Prices read from AWS's price list: the real call on the stand-in, and every way it can fail."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from wizard.aws.sign_in import sign_in_problem
from wizard.base.offer import offer, open_hosts
from wizard.costs import Prices, price_list_region, refresh, snapshot
from wizard.costs.prices import Basis, priced
from wizard.engine.flow import Flow
from wizard.hosts.apprunner.offer import CPU
from wizard.plan.charges import Item
from wizard.standin.pricing import PRODUCTS, entry
from wizard.ui.common.queries import PRICES

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

EVERYTHING_LISTED = {item for item in priced() if item != Item.DATA_API}


def prices_in(region: str) -> Prices:
    return PRICES.ask(Flow(), ("", region))


def live(prices: Any) -> set[str]:
    return {item for item in priced() if prices.units[item].basis is Basis.LIVE}


@pytest.mark.parametrize("region", offer().regions)
def test_every_region_gets_its_own_prices(standin: "StandIn", region: str) -> None:
    prices = prices_in(region)
    assert live(prices) == EVERYTHING_LISTED
    assert prices.source == "AWS Price List, just now"
    assert prices.as_of == datetime.now(UTC).date()
    assert prices.problem == ""
    assert {call.region for call in standin.calls} == {price_list_region(region)}


def test_the_figures_are_those_of_the_list(standin: "StandIn") -> None:
    prices = prices_in("us-east-1")
    for item in EVERYTHING_LISTED:
        assert prices.per(item) == snapshot("us-east-1").per(item), item
    frankfurt = prices_in("eu-central-1")
    assert frankfurt.per(Item.CAPACITY) == Decimal("0.12")
    assert snapshot("eu-central-1").per(Item.CAPACITY) == Decimal("0.14")
    assert frankfurt.exact(Item.CAPACITY)


@pytest.mark.parametrize("host", open_hosts())
def test_the_prices_of_other_hosts_are_listed_too(standin: "StandIn", host: str) -> None:
    """The balancer's is that of an application's; a classic one has the same usage type."""
    prices = PRICES.ask(Flow(), ("", "us-east-1", host))
    own = set(offer(host).prices)
    assert {each for each in own if prices.units[each].basis is Basis.LIVE} == own
    assert {each: prices.per(each) for each in own} == {
        each: snapshot("us-east-1", host).per(each) for each in own
    }


def test_what_the_list_does_not_tell_stays_as_shipped_and_is_named(standin: "StandIn") -> None:
    prices = prices_in("eu-central-1")
    assert prices.units[Item.DATA_API] == snapshot("eu-central-1").units[Item.DATA_API]
    told = " ".join(prices.notes)
    assert "From the snapshot of November 23, 2026: the Data API." in told
    assert "App Runner's" not in told


def test_the_list_is_asked_where_it_can_be() -> None:
    assert price_list_region("eu-west-3") == "eu-central-1"
    assert price_list_region("ap-southeast-2") == "ap-south-1"
    assert price_list_region("us-west-2") == "us-east-1"
    assert price_list_region("sa-east-1") == "us-east-1"


def test_no_permission_leaves_the_snapshot_and_says_why(standin: "StandIn") -> None:
    message = "User: me is not authorized to perform: pricing:GetProducts"
    standin.fail("pricing", "*", "AccessDeniedException", message, times=99)
    prices = prices_in("eu-west-1")
    assert prices.units == snapshot("eu-west-1").units
    assert prices.source == snapshot("eu-west-1").source
    assert "pricing:GetProducts" in prices.problem
    assert prices.problem in prices.notes


def test_one_refused_question_costs_only_its_answer(standin: "StandIn") -> None:
    standin.fail("pricing", "GetProducts", "AccessDeniedException", "not today")
    prices = prices_in("eu-west-1")
    assert live(prices) < EVERYTHING_LISTED
    assert live(prices)
    assert "not today" in prices.problem


def test_an_expired_sign_in_leaves_the_snapshot(standin: "StandIn") -> None:
    standin.behaviour.expired = True
    prices = prices_in("eu-west-1")
    assert not live(prices)
    assert "expired" in prices.problem


def test_no_such_profile_leaves_the_snapshot(home: object) -> None:
    prices = PRICES.ask(Flow(), ("nobody", "eu-west-1"))
    assert not live(prices)
    assert "There is no AWS profile named “nobody”" in prices.problem


def test_nobody_signed_in_leaves_the_snapshot(home: object) -> None:
    prices = prices_in("eu-west-1")
    assert not live(prices)
    assert "not signed in" in prices.problem


def test_a_timeout_leaves_the_snapshot() -> None:
    def call(service: str, operation: str, params: Mapping[str, Any]) -> Any:
        raise sign_in_problem(ReadTimeoutError(endpoint_url="https://nowhere"), "")

    prices = refresh(call, "eu-west-1")
    assert not live(prices)
    assert "could not be read" in prices.problem


def test_a_region_without_prices(standin: "StandIn") -> None:
    prices = prices_in("me-south-1")
    assert not live(prices)
    assert prices.problem == "AWS's price list has none of these for me-south-1."


def only(*entries: Any) -> Any:
    """A price list that answers every question with these."""

    def call(service: str, operation: str, params: Mapping[str, Any]) -> Any:
        return {"PriceList": [json.dumps(each) for each in entries]}

    return call


def cpu(usd: str = "0.5", **attributes: str) -> dict[str, Any]:
    made = entry(PRODUCTS[0], "eu-west-1")
    made["product"]["attributes"] |= attributes
    for term in made["terms"]["OnDemand"].values():
        for dimension in term["priceDimensions"].values():
            dimension["pricePerUnit"]["USD"] = usd
    return made


@pytest.mark.parametrize(
    "usage", ["AppRunner-vCPU-hours", "USE1-AppRunner-vCPU-hours", "EU-AppRunner-vCPU-hours"]
)
def test_any_prefix_will_do(usage: str) -> None:
    assert refresh(only(cpu(usagetype=usage)), "eu-west-1").per(CPU) == Decimal("0.5")


@pytest.mark.parametrize(
    "strange",
    [
        cpu(usagetype="EU-Other-AppRunner-vCPU-hours"),
        cpu(databaseEngine="Aurora MySQL"),
        cpu("0"),
        cpu("-1"),
        cpu("NaN"),
        cpu("Infinity"),
        cpu("1e40"),
        cpu("free"),
        {},
        [],
        "text",
        None,
        {"product": {"attributes": {}}},
        {"product": None, "terms": None},
    ],
)
def test_a_strange_product_is_passed_over(strange: Any) -> None:
    assert not live(refresh(only(strange), "eu-west-1"))
    beside = refresh(only(strange, cpu()), "eu-west-1")
    assert live(beside) == {CPU}


def test_a_free_first_step_is_not_the_price() -> None:
    made = cpu()
    (term,) = made["terms"]["OnDemand"].values()
    (paid,) = term["priceDimensions"].values()
    term["priceDimensions"] = {
        "later": {**paid, "beginRange": "900", "pricePerUnit": {"USD": "0.3"}},
        "paid": {**paid, "beginRange": "5"},
        "free": {**paid, "beginRange": "0", "pricePerUnit": {"USD": "0"}},
    }
    assert refresh(only(made), "eu-west-1").per(CPU) == Decimal("0.5")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@given(JSON, st.sampled_from(["product", "terms"]))
def test_no_answer_makes_it_raise(junk: Any, place: str) -> None:
    assert refresh(only(junk, {**cpu(), place: junk}), "eu-west-1").units.keys() == priced().keys()
