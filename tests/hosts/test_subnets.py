"""An agent in subnets that were chosen, where there is no default VPC."""

import threading
from collections.abc import Callable

import pytest

from tests.account.test_existing_cluster import make_cluster
from tests.corpus import ACCOUNT, REGION
from tests.hosts.ecs import NAME, answers, destroyed, run, there
from tests.standin.gateway import default_vpc
from tests.support import made
from tests.support.networks import Network
from tests.support.standin import client
from tests.support.tiers import unsampled, unsampled_tier
from wizard.answers.model import Source
from wizard.answers.questions import Group
from wizard.answers.questions.host import INTERNAL
from wizard.base.events import StepMoved
from wizard.base.names import Names
from wizard.costs.estimate import charged
from wizard.engine.account import existing
from wizard.engine.account.deployments import deployments
from wizard.engine.account.read_answers import deployed
from wizard.engine.flow import Flow
from wizard.engine.resolve_answers import resolve
from wizard.engine.rotation import Wish, prepare
from wizard.engine.status.look import look
from wizard.standin.server import StandIn
from wizard.ui.common.queries import PLACED
from wizard.ui.common.session import Session


def written(subnets: list[str]) -> str:
    return ",".join(subnets)


def subnets_of(name: str, host: str) -> list[str]:
    """The subnets that the agent's service is in."""
    ecs, name = client("ecs"), Names(name, host).service
    (service,) = ecs.describe_services(cluster=name, services=[name])["services"]
    found = ecs.describe_express_gateway_service(serviceArn=service["serviceArn"])["service"]
    network = found["activeConfigurations"][0]["networkConfiguration"]
    return [str(each) for each in network["subnets"]]


def told(**given: str) -> str:
    found = Flow().prepare(answers(**given)).preflight.problems
    return "\n".join(f"{each.what} {each.fix}" for each in found)


@pytest.mark.parametrize("host", ["ecs", pytest.param("ecs-gateway", marks=unsampled)])
def test_without_a_default_vpc(host: str, standin: StandIn) -> None:
    """Made with a database of its own, read back, kept as it is, and taken away whole."""
    standin.delete_default_vpc(REGION)
    assert "no default VPC" in told(host=host)
    network, before = Network(), there()
    given = answers(host=host, subnets=written(network.public))
    run(given)
    rds, ec2 = client("rds"), client("ec2")
    (cluster,) = rds.describe_db_clusters()["DBClusters"]
    assert cluster["DBSubnetGroup"] == cluster["DBClusterIdentifier"] == "formae-db"
    (group,) = rds.describe_db_subnet_groups(DBSubnetGroupName="formae-db")["DBSubnetGroups"]
    assert group["VpcId"] == network.vpc
    assert {each["SubnetIdentifier"] for each in group["Subnets"]} == {*network.public}
    ours = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["formae-*"]}])[
        "SecurityGroups"
    ]
    assert {each["VpcId"] for each in ours} == {network.vpc}
    call = Flow().snapshot("", REGION).call
    found = deployed(call, REGION, given.name)
    assert (found.answers["subnets"], found.drift) == (written(network.public), ())
    again = Flow().prepare(given).preflight
    assert not [key for key, each in again.findings.items() if each.action.changes]
    third = network.subnet(7, "b")
    network.route([third], GatewayId=network.gate)
    other = written([network.public[0], third])
    if host == "ecs":
        run(answers(host=host, subnets=other))
        assert written(subnets_of(given.name, host)) == other
    else:
        assert "does not change a gateway's subnets" in told(host=host, subnets=other)
    destroyed(answers(host=host))  # which says nothing of subnets
    assert there() == before
    assert not rds.describe_db_subnet_groups()["DBSubnetGroups"]


@pytest.mark.parametrize("host", ["ecs-gateway", pytest.param("ecs", marks=unsampled)])
def test_private_subnets_give_an_internal_address(host: str, standin: StandIn) -> None:
    """It is verified by AWS's own checks, because this machine is not in the VPC."""
    standin.delete_default_vpc(REGION)
    network = Network()
    given = {
        "region": REGION,
        "host": host,
        "subnets": written(network.private),
        "client_config": "no",
    }
    resolved = resolve({Source.FLAG: {**given, "database": "express"}}, Flow())
    assert resolved.internal
    assert "VPN" in INTERNAL.remark(resolved.internal)
    prepared, _ = run(resolved)
    assert {"refuses", "accepts"} & {step.id for step in prepared.plan.steps} == set()
    assert "internal" in prepared.plan.step("health").why
    ecs = client("ecs")
    if host == "ecs":
        name = Names("formae", host).service
        (service,) = ecs.describe_services(cluster=name, services=[name])["services"]
        found = ecs.describe_express_gateway_service(serviceArn=service["serviceArn"])["service"]
        (path,) = found["activeConfigurations"][0]["ingressPaths"]
        assert path["accessType"] == "PRIVATE"
    else:
        gateway = ecs.describe_gateway(gateway=NAME)["gateway"]
        assert gateway["configuration"]["hostSharedAlb"]["scheme"] == "internal"
    assert "public addresses" not in str(charged(resolved)).lower()
    again = Flow().prepare(resolved).preflight
    assert not [key for key, each in again.findings.items() if each.action.changes]
    flow = Flow()
    (found,) = deployments(flow.snapshot("", REGION).call, REGION).deployments
    state, _ = look(flow, resolved, ACCOUNT, found)
    assert state.well
    assert state.unreachable
    (warning,) = prepare(flow, resolved, Wish(api=True, database=False)).warnings
    assert "address is internal" in warning.what
    public = written(network.public)
    assert "does not change" in told(host=host, database="express", subnets=public)


def one_zone(network: Network) -> list[str]:
    made = [network.public[0], network.subnet(4, "a")]
    network.route(made[1:], GatewayId=network.gate)
    return made


def other_vpc(network: Network) -> list[str]:
    return [network.public[0], Network(block="10.30").public[1]]


def full(network: Network) -> list[str]:
    made = [network.public[0], network.subnet(5, "b", 28)]
    network.route(made[1:], GatewayId=network.gate)
    for _ in range(4):
        network.ec2.create_network_interface(SubnetId=made[1])
    return made


NONE = "subnet-0123456789abcdef0"
BAD: dict[str, tuple[Callable[[Network], list[str]], str]] = {
    "one zone": (one_zone, "all in one zone"),
    "two VPCs": (other_vpc, "in different VPCs"),
    "full": (full, "fewer than 8 free addresses"),
    "missing": (
        lambda it: [it.public[0], "subnet-0123456789abcdef0"],
        "There is no subnet subnet-0",
    ),
    "mixed": (lambda it: [it.public[0], it.private[1]], "is private: it has no route"),
    "shut in": (lambda it: [it.private[0], it.subnet(6, "b")], "no way out"),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_will_not_do_is_told_before_anything_is_made(bad: str, standin: StandIn) -> None:
    """As the account's checks say it, and beside the field."""
    choose, words = BAD[bad]
    subnets = written(choose(Network()))
    internal = "yes" if bad == "shut in" else "no"
    assert words in told(subnets=subnets, internal=internal)
    assert words in shown(host="ecs", subnets=subnets, internal=internal)


def shown(**given: str) -> str:
    """What stands beside the field."""
    flow = Flow()
    session = Session(flow, {Source.FLAG: {"region": REGION, **given}})
    session.signed_in = flow.sign_in("", REGION)
    session.known[PLACED, session.placed_key] = PLACED.ask(flow, session.placed_key)
    session.recollect()
    return session.problems(Group.ACCOUNT).get("subnets", "")


@pytest.mark.parametrize("host", ["ecs", pytest.param("ecs-gateway", marks=unsampled)])
def test_vpc_endpoints_do_in_place_of_a_way_out(host: str, standin: StandIn) -> None:
    """With a copy of the image, which they reach; those that are missing are named."""
    network = Network()
    subnets = written([network.subnet(6, "a"), network.subnet(7, "b")])
    given = {"host": host, "subnets": subnets, "internal": "yes", "datastore": "data-api"}
    for words in (told(**given), shown(**given)):
        assert "pull its image from ghcr.io" in words
        assert "--copy-image yes" in words
    given["copy_image"] = "yes"
    needed = ["ecr.api", "ecr.dkr", "logs", "rds-data", "s3", "secretsmanager"]
    names = [f"com.amazonaws.{REGION}.{each}" for each in needed]
    assert all(each in shown(**given) for each in names)
    network.endpoints(*needed[:3], "s3")
    network.endpoints("secretsmanager", private_dns=False)
    for words in (told(**given), shown(**given)):
        assert [each for each in names if each in words] == [names[3], names[5]]
        assert "can only manage AWS services that have a VPC endpoint" in words
    network.endpoints("secretsmanager")
    assert names[3] not in told(**{**given, "datastore": "postgres"})
    network.endpoints("rds-data")
    assert (told(**given), shown(**given)) == ("", "")
    found = existing.subnets(Flow().snapshot("", REGION).call)
    assert [each.id for each in found if each.isolated and not each.unfit] == subnets.split(",")


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("", ""),
        pytest.param("ecr.api", "cannot pull registry auth from Amazon ECR", marks=unsampled),
        pytest.param("ecr.dkr", "failed to do request: dial tcp: i/o timeout", marks=unsampled),
        pytest.param(
            "secretsmanager",
            "connection issue between the task and AWS Secrets Manager",
            marks=unsampled,
        ),
        pytest.param("logs", "failed to create Cloudwatch log stream", marks=unsampled),
        pytest.param("rds-data", "RDS Data: ExecuteStatement, dial tcp", marks=unsampled),
    ],
)
def test_an_agent_without_a_way_out_runs_by_endpoints(
    lost: str, words: str, standin: StandIn
) -> None:
    """One that goes while the agent is being made is told by what ECS, or the agent, says."""
    network = Network()
    subnets = written([network.subnet(6, "a"), network.subnet(7, "b")])
    given = answers(
        host="ecs-gateway", subnets=subnets, internal="yes", datastore="data-api", copy_image="yes"
    )
    network.endpoints("ecr.api", "ecr.dkr", "logs", "rds-data", "s3", "secretsmanager")
    flow = Flow()
    prepared = flow.prepare(given)
    assert not prepared.preflight.problems

    def taken(event: object) -> None:
        if isinstance(event, StepMoved) and event.step == "task-definition" and lost:
            for each in network.ec2.describe_vpc_endpoints()["VpcEndpoints"]:
                if each["ServiceName"].endswith(lost):
                    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[each["VpcEndpointId"]])

    outcome = flow.run(prepared, taken, threading.Event())
    assert outcome.ok is not bool(lost)
    assert words in "\n".join(str(error) for _, error in outcome.errors)


@unsampled_tier
def test_a_gateway_stays_where_it_is(standin: StandIn) -> None:
    """Also where the default subnets of the same VPC are wanted, and beside the field."""
    _, ids = default_vpc()
    third = client("ec2").create_subnet(
        VpcId=default_vpc()[0], CidrBlock="172.31.250.0/24", AvailabilityZone=f"{REGION}a"
    )["Subnet"]["SubnetId"]
    chosen = written([third, ids[1]])
    run(answers(subnets=chosen))
    for words in (told(subnets=""), shown(host="ecs-gateway", subnets="")):
        assert "does not change a gateway's subnets" in words
        assert f"--subnets {chosen}" in words
    other = written(ids[:2])
    assert "does not change a gateway" in shown(host="ecs-gateway", subnets=other)
    assert (told(subnets=chosen), shown(host="ecs-gateway", subnets=chosen)) == ("", "")


def test_a_database_of_others_must_be_in_the_same_vpc(standin: StandIn) -> None:
    """Its VPC is named, and chosen subnets of that one will do."""
    existing = make_cluster(data_api=True)
    own = {"database": "existing", "cluster_arn": existing.arn}
    own |= {"cluster_secret_arn": existing.secret, "open_database": "yes"}
    network = Network()
    assert f"agent runs in the VPC of your subnets, {network.vpc}" in told(
        subnets=written(network.public), **own
    )
    assert "in the VPC" not in told(subnets=written(default_vpc()[1][:2]), **own)


@unsampled_tier
def test_nothing_is_moved_to_another_vpc(standin: StandIn) -> None:
    """A cluster that App Runner's agent has is in the default VPC, and stays there."""
    run(made.answers({"region": REGION, "client_config": "no"}))
    network = Network()
    assert "The deployment “formae” is in vpc-" in told(host="ecs", subnets=written(network.public))
