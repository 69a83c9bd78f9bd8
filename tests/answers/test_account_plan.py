"""The account's plan in words, and what it means for the choice of a database."""

from datetime import date
from decimal import Decimal

import pytest

from wizard.answers.model import Source
from wizard.answers.questions import Detected, place, question
from wizard.answers.resolving import collect
from wizard.base.account_plan import AccountPlan, read

FREE = {
    "accountPlanType": "FREE",
    "accountPlanStatus": "ACTIVE",
    "accountPlanRemainingCredits": {"amount": 87.4, "unit": "USD"},
    "accountPlanExpirationDate": "2027-03-03T12:00:00+00:00",
}
TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("differs", "words", "lasts"),
    [
        (
            {},
            "Free plan, $87 left until Mar 3",
            "your credits ($87) last about 6 weeks",
        ),
        (
            {"accountPlanRemainingCredits": {"amount": 2.4}},
            "Free plan, $2 left until Mar 3",
            "your credits ($2) last about 1 day",
        ),
        (
            {"accountPlanRemainingCredits": {"amount": 200}},
            "Free plan, $200 left until Mar 3",
            "your credits ($200) last until the Free plan ends on Mar 3",
        ),
        (
            {"accountPlanRemainingCredits": {"amount": 0}},
            "Free plan, $0 left until Mar 3",
            "your credits are used up",
        ),
        (
            {"accountPlanRemainingCredits": None, "accountPlanExpirationDate": None},
            "Free plan",
            "",
        ),
        ({"accountPlanStatus": "EXPIRED"}, "Free plan, ended", ""),
        (
            {"accountPlanType": "PAID", "accountPlanRemainingCredits": {"amount": 300}},
            "Paid plan, $300 left",
            "your credits ($300) last about 5 months",
        ),
        ({"accountPlanType": "PAID", "accountPlanRemainingCredits": None}, "Paid plan", ""),
    ],
)
def test_a_plan_in_words(differs: dict[str, object], words: str, lasts: str) -> None:
    plan = read({**FREE, **differs})
    assert plan.words == words
    assert plan.lasts(Decimal(63), TODAY) == lasts


def test_a_plan_gives_way_in_a_narrow_line() -> None:
    assert read(FREE).shorter == ("Free plan, $87 left", "Free plan")
    assert AccountPlan(free=True, until=TODAY).shorter == ("Free plan", "Free plan")


def test_a_new_database_is_refused_on_the_free_plan_only() -> None:
    database = question("database")
    for plan in (None, AccountPlan(free=False)):
        assert not database.refused(Detected(account_plan=plan))
    refused = database.refused(Detected(account_plan=AccountPlan(free=True)))
    assert list(refused) == ["new"]


def test_express_is_the_default_on_the_free_plan() -> None:
    free = Detected(account_plan=AccountPlan(free=True))
    given = collect({}, free).given["database"]
    assert (given.value, "Free plan" in given.reason) == ("express", True)
    for region in ({"region": "me-south-1"}, {"region": "eu-west-1"}):
        paid = collect({Source.FLAG: region}, Detected()).given["database"]
        assert paid.value == "new"
    assert collect({Source.FLAG: {"region": "me-south-1"}}, free).values["database"] == "new"
    assert "--database express" in place.instead_of_new()
