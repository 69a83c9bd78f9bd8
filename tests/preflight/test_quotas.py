"""Quotas: free is the limit less what is used; what AWS will not say is unknown, and fine."""

from typing import TYPE_CHECKING

import pytest

from tests.preflight.conftest import look, one
from wizard.engine.preflight import CheckState

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


@pytest.mark.parametrize(
    ("name", "limit", "state", "said"),
    [
        ("Services", 1, CheckState.FINE, "App Runner services 0 of 1"),
        (
            "Services",
            0,
            CheckState.WARNING,
            "The quota does not allow 1 more App Runner services: 0 of 0",
        ),
        ("Auto scaling configurations", 1, CheckState.WARNING, "scaling configurations: 1 of 1"),
        ("Auto scaling configuration revisions", 0, CheckState.FINE, "1 of 10"),
        ("DBClusters", 0, CheckState.WARNING, "database clusters: 0 of 0"),
        ("DBInstances", 1, CheckState.FINE, "database instances 0 of 1"),
    ],
)
def test_what_is_full_is_told(
    standin: "StandIn", name: str, limit: int, state: CheckState, said: str
) -> None:
    standin.world.limits[name] = limit
    checked = look()
    found = one(checked, "quotas")
    assert found.state is state
    assert said in found.found
    assert checked.problems == []


def test_a_source_that_is_silent_leaves_the_others(standin: "StandIn") -> None:
    standin.fail("servicequotas", "*", "AccessDeniedException", "no", times=1000)
    found = one(look(), "quotas")
    assert found.state is CheckState.FINE
    assert "App Runner services unknown" in found.found
    assert "database clusters 0 of 40" in found.found


def test_nothing_known_blocks_nothing(standin: "StandIn") -> None:
    for service, operation in (
        ("servicequotas", "*"),
        ("rds", "DescribeAccountAttributes"),
        ("iam", "GetAccountSummary"),
    ):
        standin.fail(service, operation, "AccessDenied", "no", status=403, times=1000)
    checked = look()
    assert one(checked, "quotas").state is CheckState.UNKNOWN
    assert checked.problems == []
