"""An agent on ECS behind a gateway, run as the wizard runs it, and what the account has of it."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.corpus import REGION
from tests.standin.gateway import living
from tests.support import made
from tests.support.deployed import ACCOUNTS
from tests.support.standin import client
from wizard.answers.model import Answers
from wizard.base.offer import offer
from wizard.engine.apply.run import Outcome
from wizard.engine.destroy.destroy_text import before
from wizard.engine.destroy.job import destroy_job
from wizard.engine.destroy.teardown import leaving
from wizard.engine.flow import Flow, Prepared
from wizard.plan.inputs import Choices, Data
from wizard.standin.server import StandIn

KEY = "ecs-gateway"
NAME = "formae-agent"


def answers(host: str = KEY, **given: str) -> Answers:
    return made.answers({"region": REGION, "client_config": "no", "host": host, **given})


def agents_running(standin: StandIn) -> int:
    """How many agents run on all hosts at this moment."""
    services = standin.apprunner.services.values()
    held = {
        id(each): each
        for service in services
        for each in (service.container, service.operations[0].container)
        if each
    }
    return living(standin) + sum(not each.exited for each in held.values())


def agents_counted(standin: StandIn) -> list[int]:
    """How many agents run, at every call from now on; until the account is another."""
    counts: list[int] = []

    def counting(advance: Callable[[], None]) -> Callable[[], None]:
        def counted() -> None:
            advance()
            counts.append(agents_running(standin))

        return counted

    places: tuple[Any, ...] = (standin.ecs, standin.apprunner)
    for place in places:
        place.advance = counting(place.advance)
    return counts


@pytest.fixture
def most(standin: StandIn) -> Iterator[list[int]]:
    """How many agents ran, at every call; never two."""
    counts = agents_counted(standin)
    yield counts
    assert max(counts, default=0) <= 1


def run(given: Answers, flow: Flow | None = None) -> tuple[Prepared, Outcome]:
    flow = flow or Flow()
    prepared = flow.prepare(given)
    assert not prepared.preflight.problems
    told = [trouble.what for check in prepared.preflight.checks for trouble in check.troubles]
    assert not [each for each in told if "mistake" in each]
    outcome = flow.run(prepared, lambda _: None, threading.Event())
    broken = {key: each.error for key, each in outcome.results.items() if each.error}
    assert outcome.ok, broken
    return prepared, outcome


def running(**given: str) -> None:
    """The account as it is after `run` with these answers: for tests of what comes then.

    It is made once in a test process, and then put back.
    """
    with ACCOUNTS.having({"host": KEY, **given}) as made_:
        if not made_:
            run(answers(**given))


def destroyed(given: Answers) -> None:
    flow = Flow()
    found = leaving(flow, given, Choices(data=Data.DELETE, purge_secrets=True))
    kept = offer(given.host).keeps
    assert not kept or kept in before(found)
    job = destroy_job(flow, found, given, agreed=True)
    outcome = job.work(lambda _: None, threading.Event())
    broken = {key: each.error for key, each in outcome.results.items() if each.error}
    assert outcome.ok, broken


def url() -> str:
    """The agent's address, as AWS tells it, without the scheme."""
    ecs = client("ecs")
    (route,) = ecs.list_gateway_routes(service=NAME)["gatewayRoutes"]
    found = ecs.describe_gateway_route(gatewayRouteArn=route["gatewayRouteArn"])
    return str(found["gatewayRoute"]["serviceUrl"]).removeprefix("https://")


def there(region: str = REGION) -> dict[str, list[Any]]:
    """What the account has of what the host makes; what others made is left out."""
    ecs, iam = client("ecs", region), client("iam")
    groups = client("ec2", region).describe_security_groups()["SecurityGroups"]
    logs = client("logs", region).describe_log_groups()
    statuses = [
        each["status"]
        for arn in ecs.list_clusters()["clusterArns"]
        if (known := ecs.list_services(cluster=arn)["serviceArns"])
        for each in ecs.describe_services(cluster=arn, services=known)["services"]
    ]
    roles = [each for each in iam.list_roles()["Roles"] if "aws-service-role" not in each["Arn"]]
    return {
        "services": [each for each in statuses if each != "INACTIVE"],
        "clusters": ecs.list_clusters()["clusterArns"],
        "gateways": ecs.list_gateways()["gateways"],
        "definitions": ecs.list_task_definitions()["taskDefinitionArns"],
        "groups": [each["GroupName"] for each in groups if each["GroupName"] != "default"],
        "logs": [each["logGroupName"] for each in logs["logGroups"]],
        "roles": [each["RoleName"] for each in roles],
        "repositories": client("ecr", region).describe_repositories()["repositories"],
    }
