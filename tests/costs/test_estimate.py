"""The bill: figures computed by hand, and what holds for every set of answers."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import CORPUS
from tests.support.made import answers
from wizard.base.offer import offer, open_hosts
from wizard.costs import Estimate, difference, estimate, snapshot

EAST = "us-east-1"
HALVES = st.integers(1, 512).map(lambda number: number / 2)
REGIONS = st.sampled_from(list(offer().regions))


def bill(region: str = EAST, **given_: str) -> Estimate:
    return estimate(answers({"region": region, **given_}), snapshot(region))


def amounts(made: Estimate) -> dict[str, tuple[str, str]]:
    return {line.what: (str(line.idle), str(line.busy)) for line in made.lines}


def test_the_smallest_deployment_by_hand() -> None:
    made = bill()
    assert amounts(made) == {
        "Agent memory": ("10.22", "10.22"),  # 2 GB x 730 h x 0.007
        "Agent CPU": ("0.00", "15.57"),  # 1 x 730 / 3 h x 0.064
        "Database capacity": ("43.80", "43.80"),  # 0.5 x 730 h x 0.12
        "Database capacity under load": ("0.00", "43.80"),  # (2 - 0.5) x 730 / 3 h x 0.12
        "Database storage": ("0.10", "0.10"),  # 1 GB
        "Database I/O": ("0.02", "0.20"),  # 0.1 and 1 million x 0.20
        "Data API": ("0.18", "0.53"),  # 730 x 3600 / 5 = 525,600 statements x 0.35 / million
        "Secrets": ("1.20", "1.20"),  # 3 x 0.40
        "Secrets Manager calls": ("0.05", "0.05"),
        "Image in ECR": ("0.10", "0.10"),
        "Logs": ("0.05", "0.50"),  # 0.1 and 1 GB x 0.50
    }
    assert (str(made.idle), str(made.busy)) == ("55.72", "116.07")


def test_a_large_deployment_by_hand() -> None:
    made = bill(cpu="4 vCPU", memory="12 GB", min_capacity="1.5", max_capacity="64")
    told = amounts(made)
    assert told["Agent memory"] == ("61.32", "61.32")
    assert told["Agent CPU"] == ("0.00", "62.29")
    assert told["Database capacity"] == ("131.40", "131.40")
    assert told["Database capacity under load"] == ("0.00", "1825.00")


def test_the_readme_says_the_same() -> None:
    told = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    match = re.search(
        r"About \*\*\$(\d+) a month\*\* idle in us-east-1 on App Runner, \*\*\$(\d+)\*\* on ECS",
        told,
    )
    assert match
    assert Decimal(match[1]) == round(bill().idle)
    for host in open_hosts():
        on_ecs = estimate(
            answers({"region": "us-east-1", "host": host}), snapshot("us-east-1", host)
        )
        assert Decimal(match[2]) == round(on_ecs.idle)


def test_an_existing_cluster_is_not_counted_and_that_is_said() -> None:
    made = estimate(answers(CORPUS["existing"]), snapshot("eu-west-1"))
    assert {line.what for line in made.lines if line.what.startswith("Data")} == {"Data API"}
    assert amounts(made)["Secrets"] == ("0.80", "0.80")
    assert "existing cluster is not included" in made.remarks[0]
    assert "existing cluster" not in " ".join(bill().remarks)


def test_an_open_agent_has_no_password_to_keep() -> None:
    made = bill(protect="no")
    assert amounts(made)["Secrets"] == ("0.80", "0.80")
    secrets = next(line for line in made.lines if line.what == "Secrets")
    assert "API" not in secrets.assumption


@pytest.mark.parametrize("name", CORPUS)
def test_every_line_says_what_it_assumes(name: str) -> None:
    draft = CORPUS[name]
    made = estimate(answers(draft), snapshot(draft["region"], draft.get("host", "")))
    assert all(line.assumption for line in made.lines)
    assert len({line.what for line in made.lines}) == len(made.lines)


def test_a_price_of_another_region_makes_the_line_about() -> None:
    east = {line.what: line.about for line in bill().lines}
    assert not east["Agent memory"]
    assert not east["Database capacity"]
    assert all(line.about for line in bill("eu-central-1").lines)


def test_what_a_larger_size_costs_at_once() -> None:
    change = difference(bill(), bill(min_capacity="1"))
    assert (str(change.idle), str(change.busy)) == ("43.80", "29.20")
    assert change.words == "$43.80 more a month idle, $29.20 more busy."
    assert [each.what for each in change.changes] == [
        "Database capacity",
        "Database capacity under load",
    ]
    smaller = difference(bill(memory="4 GB"), bill(memory="2 GB"))
    assert smaller.words == "$10.22 less a month."
    assert (
        difference(bill(), bill(max_capacity="3")).words
        == "The same a month idle, $29.20 more busy."
    )
    assert difference(bill(), bill(name="other")).words == "Costs the same."


def test_another_database_changes_whole_lines() -> None:
    existing = estimate(answers(CORPUS["existing"]), snapshot("eu-west-1"))
    change = difference(bill("eu-west-1"), existing)
    gone = {each.what for each in change.changes}
    assert "Database capacity" in gone
    assert change.idle == existing.idle - bill("eu-west-1").idle


@st.composite
def sizes(draw: st.DrawFn) -> dict[str, str]:
    cpu = draw(st.sampled_from([1024, 2048, 4096]))
    least = draw(HALVES)
    return {
        "cpu": str(cpu),
        "memory": str(draw(st.sampled_from(offer().sizes[cpu]))),
        "min_capacity": str(least),
        "max_capacity": str(min(256.0, max(1.0, least + draw(HALVES) - 0.5))),
    }


@settings(deadline=None)  # the first plan loads its templates
@given(sizes(), sizes(), REGIONS)
def test_larger_never_costs_less(one: dict[str, str], two: dict[str, str], region: str) -> None:
    small = {key: min(one[key], two[key], key=float) for key in one}
    large = {key: max(one[key], two[key], key=float) for key in one}
    cheap, dear = (_of_any_size(region, size) for size in (small, large))
    assert cheap.idle <= dear.idle
    # Each line is rounded to a cent of its own.
    assert cheap.busy <= dear.busy + Decimal("0.02")


def _of_any_size(region: str, size: dict[str, str]) -> Estimate:
    """Pairs of CPU and memory that App Runner refuses are fine for arithmetic."""
    from dataclasses import replace

    chosen = replace(
        answers({"region": region}),
        cpu=int(size["cpu"]),
        memory=int(size["memory"]),
        min_capacity=float(size["min_capacity"]),
        max_capacity=float(size["max_capacity"]),
    )
    return estimate(chosen, snapshot(region))


@given(sizes(), REGIONS)
def test_totals_are_the_sums_of_the_lines(size: dict[str, str], region: str) -> None:
    made = bill(region, **size)
    assert made.idle == sum(line.idle for line in made.lines)
    assert made.busy == sum(line.busy for line in made.lines)
    assert made.idle <= made.busy
    assert all(0 <= line.idle <= line.busy for line in made.lines)
    assert all(line.idle == line.busy for line in made.lines if line.kind == "fixed")


@settings(deadline=None)  # the first plan loads its templates
@given(sizes(), sizes(), REGIONS)
def test_a_difference_is_the_difference_of_the_totals(
    one: dict[str, str], two: dict[str, str], region: str
) -> None:
    before, after = bill(region, **one), bill(region, **two)
    change = difference(before, after)
    assert change.idle == after.idle - before.idle
    assert change.busy == after.busy - before.busy
