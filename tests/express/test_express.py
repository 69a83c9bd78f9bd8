"""A database in Aurora's express configuration: made, changed, rotated and removed."""

import json
import threading
from typing import Any

from tests.corpus import REGION
from tests.destroy.account import everything
from tests.support import made
from tests.support.standin import client
from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.engine.destroy.job import destroy_job
from wizard.engine.destroy.teardown import leaving
from wizard.engine.diff import Action
from wizard.engine.flow import Flow
from wizard.plan.inputs import Choices, Data
from wizard.standin.server import StandIn


def express(**given: str) -> Answers:
    return made.answers({"region": REGION, "client_config": "no", "database": "express", **given})


def applied(given: Answers) -> dict[str, WizardError]:
    """Apply; why each step failed that did."""
    flow = Flow()
    prepared = flow.prepare(given)
    assert not prepared.preflight.problems
    outcome = flow.run(prepared, lambda _: None, threading.Event())
    return {key: each.error for key, each in outcome.results.items() if each.error}


def actions(given: Answers) -> dict[str, Action]:
    return {key: each.action for key, each in Flow().prepare(given).preflight.findings.items()}


def cluster() -> Any:
    (found,) = client("rds").describe_db_clusters()["DBClusters"]
    return found


def password() -> str:
    value = client("secretsmanager").get_secret_value(SecretId="formae-db-creds")
    return str(json.loads(value["SecretString"])["password"])


def removed(given: Answers, data: Data) -> None:
    flow = Flow()
    job = destroy_job(
        flow, leaving(flow, given, Choices(data=data, purge_secrets=True)), given, agreed=True
    )
    outcome = job.work(lambda _: None, threading.Event())
    assert outcome.ok, {key: each.error for key, each in outcome.results.items() if each.error}


def test_a_database_in_seconds_from_its_first_day_to_its_last(standin: StandIn) -> None:
    before = everything()
    assert applied(express()) == {}
    found = cluster()
    assert found["ServerlessV2ScalingConfiguration"]["MinCapacity"] == 0.5
    assert found["HttpEndpointEnabled"]
    assert found["InternetAccessGatewayEnabled"]
    again = actions(express())
    assert not [key for key, each in again.items() if each.changes], again
    assert applied(express(max_capacity="4")) == {}
    assert cluster()["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 4
    secret = password().encode()
    assert not [each for each in standin.gateways.sent if secret in each]
    removed(express(), Data.DELETE)
    assert everything() == before
