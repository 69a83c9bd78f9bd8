"""An agent that speaks PostgreSQL with its database: let in by rules, with a password from ECS."""

import json
import re
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from botocore import xform_name

from tests.account.test_existing_cluster import make_cluster
from tests.corpus import ACCOUNT, REGION
from tests.hosts.ecs import NAME, answers, destroyed, run, running, there, url
from tests.standin.steps import get
from tests.support.golden import golden
from tests.support.pkl import VERSIONS, PklError, evaluate
from tests.support.standin import client, passes
from tests.support.tiers import second_tier, unsampled_tier
from wizard.answers.model import Answers
from wizard.base.names import Names
from wizard.engine import rotation as rotate
from wizard.engine.account.asking import Asking
from wizard.engine.account.deployments import Deployment, deployments
from wizard.engine.account.read_answers import deployed
from wizard.engine.account.snapshot import served
from wizard.engine.diff import Action
from wizard.engine.flow import Flow
from wizard.engine.status.look import MISSING, look
from wizard.export.bash.changes import changes_of
from wizard.plan.build import build
from wizard.plan.inputs import PlanInputs
from wizard.plan.placeholders import text_of
from wizard.plan.resources.secrets import PASSWORD, USER
from wizard.standin.call import AwsError
from wizard.standin.faults import Fault
from wizard.standin.server import StandIn

if TYPE_CHECKING:
    from tests.support.postgres import PostgresDatabases

pytestmark = pytest.mark.usefixtures("most")


def direct(**given: str) -> Answers:
    return replace(answers(**given), datastore="postgres")


def groups(name: str) -> list[Any]:
    filters = [{"Name": "group-name", "Values": [name]}]
    found: list[Any] = client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return found


def rules(group: str) -> list[Any]:
    (found,) = client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    listed: list[Any] = found["IpPermissions"]
    return listed


def cluster(name: str = "formae-db") -> Any:
    (found,) = client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
    return found


def password() -> str:
    value = client("secretsmanager").get_secret_value(SecretId="formae-db-creds")
    return str(json.loads(value["SecretString"])["password"])


def written() -> str:
    """What the agent wrote so far."""
    lines = client("logs").filter_log_events(logGroupName=f"/ecs/{NAME}")["events"]
    return "\n".join(each["message"] for each in lines)


def found() -> Deployment:
    (only,) = deployments(Flow().snapshot("", REGION).call, REGION).deployments
    return only


def others() -> Answers:
    """A cluster that somebody made in the default VPC, with its default security group."""
    return replace(direct(**make_cluster().flags), enable_data_api=True)


@unsampled_tier
def test_an_agent_speaks_postgresql_from_its_first_day_to_its_last(standin: StandIn) -> None:
    before = there()
    run(direct())
    assert get(f"{url()}/api/v1/health")[0] == 200
    again = Flow().prepare(direct())
    changing = {k: f for k, f in again.preflight.findings.items() if f.action.changes}
    assert not changing, {k: (f.action, f.differences) for k, f in changing.items()}
    read = deployed(Flow().snapshot("", REGION).call, REGION, "formae")
    assert read.answers["subnets"] == "", "the default, as deployed"
    destroyed(direct())
    assert there() == before


@unsampled_tier
def test_the_datastore_of_a_running_agent_changes_and_changes_back(standin: StandIn) -> None:
    running(datastore="data-api")
    assert not groups("formae-db")
    before = cluster()
    run(direct())
    assert get(f"{url()}/api/v1/health")[0] == 200
    (own,) = groups("formae-db")
    held = cluster()
    assert held["DbClusterResourceId"] == before["DbClusterResourceId"]
    ids = [each["VpcSecurityGroupId"] for each in held["VpcSecurityGroups"]]
    assert ids == [before["VpcSecurityGroups"][0]["VpcSecurityGroupId"], own["GroupId"]]
    assert deployed(Flow().snapshot("", REGION).call, REGION, "formae").answers["datastore"] == (
        "postgres"
    )
    prepared, _ = run(replace(answers(), datastore="data-api"))
    gone = {k for k, f in prepared.preflight.findings.items() if f.action is Action.DELETE}
    assert gone == {"database-rule-old-1", "database-secret-policy"}
    assert get(f"{url()}/api/v1/health")[0] == 200
    (own,) = groups("formae-db")
    assert not own["IpPermissions"]
    again = Flow().prepare(replace(answers(), datastore="data-api"))
    assert not [k for k, f in again.preflight.findings.items() if f.action.changes]
    destroyed(answers())
    assert not there()["groups"]


def permitted() -> str:
    names = Names("formae", "ecs-gateway")
    found = client("iam").get_role_policy(
        RoleName=names.instance_role, PolicyName=names.runtime_policy
    )
    return json.dumps(found["PolicyDocument"])


def test_its_role_may_use_the_data_api_only_while_it_does(standin: StandIn) -> None:
    running(datastore="data-api")
    assert "rds-data:ExecuteStatement" in permitted()
    run(direct())
    assert "rds" not in permitted()
    names = Names("formae", "ecs-gateway")
    assert served(Asking(Flow().snapshot("", REGION).call), names) == REGION
    elsewhere = Flow().prepare(replace(direct(), region="us-east-1")).preflight.problems
    assert any("another region" in each.what for each in elsewhere), elsewhere
    run(replace(answers(), datastore="data-api"))
    assert "rds-data:ExecuteStatement" in permitted()


def ordered(calls: list[str], *wanted: str) -> bool:
    """Whether the last of each of the calls came in this order."""
    found = [len(calls) - calls[::-1].index(each) for each in wanted]
    return found == sorted(found)


@unsampled_tier
def test_the_old_permission_goes_once_the_new_agent_is_proved(standin: StandIn) -> None:
    """Also where the run is cut off in between, and in a script of the changes."""
    deploys, before, after = "UpdateService", replace(answers(), datastore="data-api"), direct()
    run(before)
    refused = AwsError("AccessDeniedException", "no")
    standin.disturb(Fault(service="ecs", operation=deploys, outcome=refused, times=1))
    flow = Flow()
    assert not flow.run(flow.prepare(after), lambda _: None, threading.Event()).ok
    assert "rds-data:" in permitted(), "the agent of before still has its database"
    narrow = (("ecs", deploys), ("iam", "PutRolePolicy"))
    closed = (("ecs", deploys), ("ec2", "RevokeSecurityGroupIngress"))
    unread = (narrow[1], narrow[0], ("iam", "DeleteRolePolicy"))
    for wanted, *orders in ((after, narrow), (before, unread, closed)):
        words = re.findall(r"change aws (\S+ \S+)", changes_of(Flow().prepare(wanted)))
        begun = len(standin.calls)
        run(wanted)
        calls = [str(each) for each in standin.calls[begun:]]
        for order in orders:
            assert ordered(calls, *map(":".join, order))
            assert ordered(words, *(spoken(*each) for each in order))


def spoken(service: str, operation: str) -> str:
    """The call as `aws` has it."""
    return f"{service} {xform_name(operation, '-')}"


@unsampled_tier
def test_without_its_rule_the_agent_does_not_start_and_says_why(standin: StandIn) -> None:
    running(datastore="postgres")
    (own,) = groups("formae-db")
    client("ec2").revoke_security_group_ingress(
        GroupId=own["GroupId"], IpPermissions=own["IpPermissions"]
    )
    finding = Flow().prepare(direct()).preflight.findings["database-rule"]
    assert finding.action is Action.CREATE
    state, _ = look(Flow(), direct(), ACCOUNT, found())
    assert state.datastore == "postgres"
    assert [(each.resource, each.now) for each in state.drift or ()] == [("database-rule", MISSING)]
    client("ecs").update_service(cluster=NAME, service=NAME, forceNewDeployment=True)
    while "i/o timeout" not in written():
        passes(10)
    run(direct())
    assert get(f"{url()}/api/v1/health")[0] == 200


@unsampled_tier
def test_a_password_that_the_database_refuses_is_told(standin: StandIn) -> None:
    running(datastore="postgres")
    wrong = json.dumps({"username": "postgres", "password": "not-the-database's"})
    client("secretsmanager").put_secret_value(SecretId="formae-db-creds", SecretString=wrong)
    flow = Flow()
    prepared = flow.prepare(direct())
    assert prepared.preflight.findings["service"].action is Action.UPDATE
    outcome = flow.run(prepared, lambda _: None, threading.Event())
    error = outcome.results["data-api"].error
    assert error is not None
    assert error.entry == "FW-SQL-002"  # before an agent was stopped that runs
    client("ecs").update_service(cluster=NAME, service=NAME, forceNewDeployment=True)
    while "password authentication failed" not in written():
        passes(10)


def test_the_database_password_is_rotated_and_the_agent_started_with_it(standin: StandIn) -> None:
    running(datastore="postgres")
    old = password()
    flow = Flow()
    rotation = rotate.prepare(flow, direct(), rotate.Wish(database=True))
    assert not rotation.problems
    outcome = rotate.run(flow, rotation, rotation.plan, lambda _: None, threading.Event())
    broken = {key: each.error for key, each in outcome.results.items() if each.error}
    assert outcome.ok, broken
    assert password() != old
    assert get(f"{url()}/api/v1/health")[0] == 200
    again = Flow().prepare(direct())
    assert not [k for k, f in again.preflight.findings.items() if f.action.changes]
    both = rotate.prepare(flow, direct(), rotate.Wish(database=True, api=True))
    outcome = rotate.run(flow, both, both.plan, lambda _: None, threading.Event())
    broken = {key: each.error for key, each in outcome.results.items() if each.error}
    assert outcome.ok, broken


@second_tier
def test_a_cluster_of_others_is_opened_only_on_a_word_and_closed_again(standin: StandIn) -> None:
    theirs = others()
    (barred,) = Flow().prepare(theirs).preflight.problems
    assert "does not let the agent in" in barred.what
    assert "--open-database yes" in barred.fix
    assert "--datastore data-api" in barred.fix
    group = cluster("shared")["VpcSecurityGroups"][0]["VpcSecurityGroupId"]
    before = rules(group)
    run(replace(theirs, open_database=True))
    assert get(f"{url()}/api/v1/health")[0] == 200
    assert len(rules(group)) == len(before) + 1
    destroyed(theirs)
    assert rules(group) == before


def test_a_cluster_in_another_vpc_is_refused_before_anything_is_made(standin: StandIn) -> None:
    ec2, rds = client("ec2"), client("rds")
    theirs = replace(others(), open_database=True)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    elsewhere = ec2.create_security_group(GroupName="x", Description="x", VpcId=vpc)["GroupId"]
    rds.modify_db_cluster(DBClusterIdentifier="shared", VpcSecurityGroupIds=[elsewhere])
    (barred,) = Flow().prepare(theirs).preflight.problems
    assert vpc in barred.what
    assert "--datastore data-api" in barred.fix


@pytest.mark.parametrize("version", VERSIONS)
def test_the_real_pkl_reads_user_and_password_from_the_environment(version: str) -> None:
    plan = build(direct(), PlanInputs(account=ACCOUNT))
    text = text_of(plan.documents[0], plan)
    golden("config/agent-postgres.pkl", text)
    given = {USER: "boss", PASSWORD: "p!<(:#*\\"}
    said = evaluate(text, version, given)["agent"]["datastore"]
    assert said["datastoreType"] == "postgres"
    assert (said["postgres"]["user"], said["postgres"]["password"]) == tuple(given.values())
    assert (said["postgres"]["port"], said["postgres"]["connectionParams"]) == (
        5432,
        "sslmode=require",
    )
    with pytest.raises(PklError, match=USER):
        evaluate(text, version, {"ANOTHER": "x"})


def test_what_its_config_says_reaches_a_real_postgresql_over_tls_alone(
    postgres_databases: "PostgresDatabases",
) -> None:
    given = {USER: "boss", PASSWORD: "p!<(:#*"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    postgres_databases.create("shared", given[USER], given[PASSWORD], "formae")
    postgres_databases.over_tls("shared", port)
    plan = build(direct(), PlanInputs(account=ACCOUNT))
    text = text_of(plan.documents[0], plan)
    here = re.sub(r'host = ".*?"; port = "5432"', f'host = "127.0.0.1"; port = "{port}"', text)
    said = evaluate(here, VERSIONS[-1], given)["agent"]["datastore"]["postgres"]
    words = {"host": said["host"], "port": said["port"], "dbname": said["database"]}
    sign_in = {**words, "user": said["user"], "password": said["password"]}
    ((name, value),) = [said["connectionParams"].split("=")]
    with psycopg.connect(**sign_in, **{name: value}) as connection:
        asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert connection.execute(asked).fetchone() == (True,)
        connection.execute("CREATE TABLE kept (number int)")  # the agent makes its own tables
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(**sign_in, sslmode="disable")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(**{**sign_in, "password": "another"}, **{name: value})
