"""An agent that speaks PostgreSQL with its database: let in by rules, with a password from ECS."""

from dataclasses import replace

import pytest

from tests.hosts.ecs import NAME, answers, destroyed, run, there, url
from tests.standin.steps import get
from tests.support.standin import client
from wizard.answers.model import Answers
from wizard.engine.flow import Flow
from wizard.standin.server import StandIn

pytestmark = pytest.mark.usefixtures("offered", "most")


def direct(**given: str) -> Answers:
    return replace(answers(**given), datastore="postgres")


def test_an_agent_speaks_postgresql_from_its_first_day_to_its_last(standin: StandIn) -> None:
    before = there()
    run(direct())
    assert get(f"{url()}/api/v1/health")[0] == 200
    again = Flow().prepare(direct())
    changing = {k: f for k, f in again.preflight.findings.items() if f.action.changes}
    assert not changing, {k: (f.action, f.differences) for k, f in changing.items()}
    destroyed(direct())
    assert there() == before
