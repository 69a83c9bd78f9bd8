"""What is deployed is found also where it is half-made, and where AWS refuses to list a kind."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.command import Command
from tests.support.standin import REGION, client
from tests.support.tiers import sampled
from wizard.aws.session import Aws
from wizard.engine.account.deployments import Deployment, deployments

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

DENIED = {
    ("apprunner", "ListServices"): ("service", "The services"),
    ("secretsmanager", "ListSecrets"): ("secret", "The secrets"),
    ("rds", "DescribeDBClusters"): ("cluster", "The clusters"),
    ("rds", "DescribeDBInstances"): ("instance", "The database instances"),
    ("iam", "ListRoles"): ("role", "The roles"),
    ("ecr", "DescribeRepositories"): ("repository", "The repositories"),
}
"""The calls that list, with the kind of part they find and what a gap calls it."""


def found(region: str = REGION) -> Any:
    return deployments(Aws("", region).call, region)


def kinds(one: Deployment) -> set[str]:
    return {part.kind for part in one.parts}


@pytest.mark.parametrize("denied", sampled([(each,) for each in DENIED]))
def test_one_kind_that_nobody_may_list(
    standin: "StandIn", command: Command, denied: tuple[str, str]
) -> None:
    command.deployed()
    (whole,) = found().deployments
    standin.fail(*denied, "AccessDeniedException", "not authorized", times=99)
    seen = found()
    (there,) = seen.deployments
    kind, what = DENIED[denied]
    assert kinds(there) == kinds(whole) - {kind}
    (gap,) = seen.gaps
    assert gap.what == what
    assert gap.why


def test_everything_denied_is_told_and_nothing_is_raised(standin: "StandIn") -> None:
    for service, operation in DENIED:
        standin.fail(service, operation, "AccessDeniedException", "not authorized", times=99)
    seen = found()
    assert seen.deployments == ()
    assert {gap.what for gap in seen.gaps} == {what for _, what in DENIED.values()}


def test_what_an_attempt_left_and_what_waits_for_its_end(
    standin: "StandIn", command: Command
) -> None:
    standin.fail("rds", "CreateDBInstance", "InsufficientDBInstanceCapacity", "none left")
    assert command.apply().code == 1
    client("secretsmanager").delete_secret(SecretId="formae-config", RecoveryWindowInDays=7)
    (there,) = found().deployments
    assert there.service is None
    assert "incomplete, without a service" in there.words
    assert "secret formae-config (scheduled for deletion)" in there.words
    assert "instance" not in kinds(there)
    (elsewhere,) = found("us-west-2").deployments
    assert kinds(elsewhere) == {"role"}, "roles belong to no region"


def test_names_like_ours_without_our_tag_are_not_ours(standin: "StandIn") -> None:
    client("secretsmanager").create_secret(Name="other-config", SecretString="x")
    client("iam").create_role(RoleName="x-apprunner-access", AssumeRolePolicyDocument="{}")
    client("ecr").create_repository(repositoryName="other")
    assert found().deployments == ()
