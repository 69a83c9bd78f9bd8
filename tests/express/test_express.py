"""A database in Aurora's express configuration: made, changed, rotated and removed."""

import json
import threading
from typing import Any

import pytest

from tests.corpus import REGION
from tests.destroy.account import everything
from tests.support import made
from tests.support.standin import client
from tests.support.tiers import tail, unsampled_tier
from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.engine import rotation as rotate
from wizard.engine.account.read_answers import deployed
from wizard.engine.destroy.job import destroy_job
from wizard.engine.destroy.teardown import leaving
from wizard.engine.diff import Action
from wizard.engine.flow import Flow
from wizard.plan.inputs import Choices, Data
from wizard.standin.call import AwsError
from wizard.standin.dataapi.databases import Session, SqlError
from wizard.standin.faults import Fault
from wizard.standin.rds.gateway import _Talk
from wizard.standin.server import StandIn

OPERATIONS = ("CreateDBCluster", "ModifyDBCluster", "EnableHttpEndpoint", "CreateSecret")
"""What a run with such a database calls, in the order of its steps."""


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


def removed(given: Answers, data: Data, *, purge: bool = True) -> None:
    flow = Flow()
    choices = Choices(data=data, purge_secrets=purge)
    job = destroy_job(flow, leaving(flow, given, choices), given, agreed=True)
    outcome = job.work(lambda _: None, threading.Event())
    assert outcome.ok, {key: each.error for key, each in outcome.results.items() if each.error}


def problems(given: Answers) -> list[str]:
    return [each.what + each.fix for each in Flow().prepare(given).preflight.problems]


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


@unsampled_tier
def test_the_final_snapshot_is_kept_as_of_a_new_one(standin: StandIn) -> None:
    assert applied(express()) == {}
    removed(express(), Data.FINAL_SNAPSHOT)
    (kept,) = client("rds").describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert kept["DBClusterIdentifier"] == "formae-db"
    assert client("rds").describe_db_instances()["DBInstances"] == []


@unsampled_tier
def test_neither_becomes_the_other(standin: StandIn) -> None:
    new = made.answers({"region": REGION, "client_config": "no"})
    assert applied(express()) == {}
    (told,) = problems(new)
    assert "express configuration" in told
    assert "--database express" in told
    removed(express(), Data.DELETE)
    assert applied(new) == {}
    (told,) = problems(express())
    assert "is in a VPC" in told
    assert "--database new" in told


def test_without_a_default_vpc(standin: StandIn) -> None:
    standin.delete_default_vpc(REGION)
    assert applied(express()) == {}


def test_postgresql_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="IAM tokens only"):
        express(host="ecs", datastore="postgres")
    assert express(host="ecs").datastore == "data-api"


@pytest.mark.parametrize("region", ["me-central-1", "me-south-1"])
def test_regions_without_it(region: str) -> None:
    with pytest.raises(ValueError, match="not available"):
        express(region=region)


def test_what_is_deployed_is_the_answer(standin: StandIn) -> None:
    assert applied(express()) == {}
    found = deployed(Flow().snapshot("", REGION).call, REGION, "formae")
    assert found.answers["database"] == "express"
    assert not found.drift


@unsampled_tier
def test_a_half_made_role_is_met(standin: StandIn) -> None:
    """Another password is in the secret than the role has, as after a run that was cut off."""
    assert applied(express()) == {}
    secrets = client("secretsmanager")
    lost = json.dumps({"username": "formae", "password": "another-password-than-that"})
    secrets.put_secret_value(SecretId="formae-db-creds", SecretString=lost)
    assert actions(express())["database"] is Action.CREATE
    assert applied(express()) == {}
    arn = cluster()["DBClusterArn"]
    databases = standin.world.databases
    databases.connect(arn, "formae", "another-password-than-that", "formae").close()


def test_the_port_is_blocked_and_nothing_is_lost(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as blocked:
        blocked.setattr("wizard.standin.rds.gateway.Gateways.address", lambda *_: ("127.0.0.1", 1))
        failed = applied(express())
    assert failed["database"].entry == "FW-RDS-015"
    assert cluster()["Status"] == "available"
    before = [call.operation for call in standin.calls].count("CreateDBCluster")
    assert applied(express()) == {}
    assert [call.operation for call in standin.calls].count("CreateDBCluster") == before


@pytest.mark.parametrize(
    ("operation", "applied_"),
    [
        ("CreateDBCluster", True),
        *tail([("EnableHttpEndpoint", False)]),
        *tail([(each, True) for each in OPERATIONS[1:]]),
        *tail([(each, False) for each in OPERATIONS if each != "EnableHttpEndpoint"]),
    ],
)
def test_cut_off_at_a_call_it_goes_on(operation: str, applied_: bool, standin: StandIn) -> None:
    refused = AwsError("AccessDeniedException", "no")
    service = "secretsmanager" if operation == "CreateSecret" else "rds"
    standin.disturb(
        Fault(service=service, operation=operation, outcome=refused, applied=applied_, times=1)
    )
    assert applied(express())
    assert applied(express()) == {}
    made_ = [call.operation for call in standin.calls].count("CreateDBCluster")
    assert made_ == 1 + (operation == "CreateDBCluster" and not applied_)


@pytest.mark.parametrize("answered", tail([(4,), (0,), (1,), (5,)]))
def test_cut_off_over_the_wire_it_goes_on(
    answered: int, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks after so many statements, each time, until the run gives up."""
    with monkeypatch.context() as cut:
        answer, counts = _Talk._answer, dict[int, int]()

        def some(talk: _Talk, session: Session) -> bool:
            counts[id(talk)] = counts.get(id(talk), 0) + 1
            return counts[id(talk)] <= answered and answer(talk, session)

        cut.setattr(_Talk, "_answer", some)
        failed = applied(express())
    assert failed["database"].entry == "FW-RDS-015", failed
    assert applied(express()) == {}
    standin.world.databases.connect(
        cluster()["DBClusterArn"], "formae", password(), "formae"
    ).close()


def test_another_password(standin: StandIn) -> None:
    assert applied(express()) == {}
    old, flow = password(), Flow()
    rotation = rotate.prepare(flow, express(), rotate.Wish(database=True))
    outcome = rotate.run(flow, rotation, rotation.plan, lambda _: None, threading.Event())
    assert outcome.ok, outcome.errors
    new, arn = password(), cluster()["DBClusterArn"]
    assert new != old
    standin.world.databases.connect(arn, "formae", new, "formae").close()
    with pytest.raises(SqlError):
        standin.world.databases.connect(arn, "formae", old, "formae")
    statements = [call.params["sql"] for call in standin.calls if "sql" in call.params]
    assert [each for each in statements if each.startswith("ALTER ROLE")]
    assert not [each for each in statements if new in each or old in each]


@unsampled_tier
def test_a_rotation_that_was_cut_off_goes_on(standin: StandIn) -> None:
    """The role had its new password, but the secret did not say so yet."""
    assert applied(express()) == {}
    standin.fail("secretsmanager", "UpdateSecretVersionStage", "AccessDeniedException", "no")
    for ok in (False, True):
        flow = Flow()
        rotation = rotate.prepare(flow, express(), rotate.Wish(database=True))
        outcome = rotate.run(flow, rotation, rotation.plan, lambda _: None, threading.Event())
        assert outcome.ok is ok
    arn = cluster()["DBClusterArn"]
    standin.world.databases.connect(arn, "formae", password(), "formae").close()
