"""The Data API: the same tests over the catalogue and over real PostgreSQL, so that they agree."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.standin.steps import (
    PASSWORD,
    Database,
    create_cluster,
    create_instance,
    login_secret,
    make_database,
    policy,
    until,
    wait_for_data_api,
)
from tests.support.standin import REGION, SCALE, NewAccount, client
from wizard.standin.dataapi.catalogue import CatalogueOnly
from wizard.standin.durations import Durations
from wizard.standin.server import StandIn

LOOKUP = "SELECT 1 FROM pg_database WHERE datname = :name"
Run = Callable[..., dict[str, Any]]


@pytest.fixture(params=["catalogue", "postgres"])
def account(request: pytest.FixtureRequest, new_account: NewAccount) -> StandIn:
    if request.param == "catalogue":
        return new_account(databases=CatalogueOnly(), scale=0)
    return new_account(databases=request.getfixturevalue("postgres_databases"), scale=0)


@pytest.fixture
def database(account: StandIn) -> Database:
    return make_database()


@pytest.fixture
def run(database: Database) -> Run:
    data = client("rds-data")
    return lambda sql, **more: data.execute_statement(sql=sql, **(database.names | more))


def error_of(call: Callable[..., Any], *args: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(*args, **params)
    error = caught.value.response["Error"]
    return error["Code"], error.get("Message", "")


def named(**values: str) -> list[dict[str, Any]]:
    return [{"name": name, "value": {"stringValue": value}} for name, value in values.items()]


def test_select_one(run: Run) -> None:
    answer = run("SELECT 1")
    assert answer["records"] == [[{"longValue": 1}]]
    assert answer["numberOfRecordsUpdated"] == 0


def test_metadata_and_json_on_demand(run: Run) -> None:
    answer = run("select 1 as one;", includeResultMetadata=True)
    column = answer["columnMetadata"][0]
    assert (column["name"], column["typeName"], column["type"]) == ("one", "int4", 4)
    answer = run("SELECT 1 AS one", formatRecordsAs="JSON")
    assert json.loads(answer["formattedRecords"]) == [{"one": 1}]
    assert "records" not in answer


def test_databases_come_and_go(run: Run) -> None:
    assert run(LOOKUP, parameters=named(name="formae"))["records"] == []
    created = run("CREATE DATABASE formae")
    assert created["numberOfRecordsUpdated"] == 0
    assert "records" not in created
    assert run(LOOKUP, parameters=named(name="formae"))["records"] == [[{"longValue": 1}]]
    assert run("SELECT 1", database="formae")["records"]
    code, message = error_of(run, "CREATE DATABASE formae")
    assert code == "DatabaseErrorException"
    assert message == 'ERROR: database "formae" already exists; SQLState: 42P04'
    run("DROP DATABASE formae")
    run("DROP DATABASE IF EXISTS formae")
    code, message = error_of(run, 'DROP DATABASE "formae"')
    assert message == 'ERROR: database "formae" does not exist; SQLState: 3D000'


def test_a_database_made_with_the_cluster(account: StandIn) -> None:
    database = make_database(DatabaseName="formae")
    data = client("rds-data")
    answer = data.execute_statement(
        sql="SELECT datname FROM pg_database WHERE datname = 'formae'", **database.names
    )
    assert answer["records"] == [[{"stringValue": "formae"}]]
    assert data.execute_statement(sql="SELECT version()", database="formae", **database.names)


def test_a_missing_database(run: Run) -> None:
    code, message = error_of(run, "SELECT 1", database="nowhere")
    assert code == "DatabaseErrorException"
    assert message == 'FATAL: database "nowhere" does not exist; SQLState: 3D000'


def test_a_missing_parameter(run: Run) -> None:
    code, message = error_of(run, LOOKUP)
    assert code == "DatabaseErrorException"
    assert "no parameter :name" in message


def test_create_database_in_a_transaction(database: Database, run: Run) -> None:
    data = client("rds-data")
    key = data.begin_transaction(**database.names)["transactionId"]
    code, message = error_of(run, "CREATE DATABASE formae", transactionId=key)
    assert message.endswith("cannot run inside a transaction block; SQLState: 25001")
    names = {"resourceArn": database.cluster, "secretArn": database.secret}
    data.rollback_transaction(transactionId=key, **names)
    code, _ = error_of(run, "SELECT 1", transactionId=key)
    assert code == "TransactionNotFoundException"


def test_transactions_end_once(database: Database, run: Run) -> None:
    data = client("rds-data")
    key = data.begin_transaction(**database.names)["transactionId"]
    assert run("SELECT 1", transactionId=key)["records"]
    done = data.commit_transaction(transactionId=key, **database.names)
    assert done["transactionStatus"] == "Transaction Committed"
    code, _ = error_of(data.commit_transaction, transactionId=key, **database.names)
    assert code == "TransactionNotFoundException"


def test_batches(database: Database) -> None:
    answer = client("rds-data").batch_execute_statement(
        sql=LOOKUP, parameterSets=[named(name="a"), named(name="b")], **database.names
    )
    assert len(answer["updateResults"]) == 2


def test_a_wrong_password(database: Database) -> None:
    wrong = login_secret("other", "not-the-one")
    data = client("rds-data")
    code, message = error_of(
        data.execute_statement, sql="SELECT 1", resourceArn=database.cluster, secretArn=wrong
    )
    assert code == "DatabaseErrorException"
    expected = 'FATAL: password authentication failed for user "postgres"; SQLState: 28P01'
    assert message == expected


def test_a_changed_password(database: Database, run: Run) -> None:
    assert run("SELECT 1")
    client("rds").modify_db_cluster(
        DBClusterIdentifier="formae-db", MasterUserPassword="another-horse-2"
    )
    assert "28P01" in error_of(run, "SELECT 1")[1]
    value = json.dumps({"username": "postgres", "password": "another-horse-2"})
    client("secretsmanager").put_secret_value(SecretId=database.secret, SecretString=value)
    assert run("SELECT 1")


def test_a_password_rds_manages(account: StandIn) -> None:
    cluster = create_cluster(ManageMasterUserPassword=True)
    create_instance()
    secret = cluster["MasterUserSecret"]["SecretArn"]
    assert ":secret:rds!cluster-" in secret
    data = client("rds-data")
    answer = data.execute_statement(
        sql="SELECT 1", resourceArn=cluster["DBClusterArn"], secretArn=secret
    )
    assert answer["records"]


def test_a_cluster_made_anew_is_empty(database: Database, run: Run) -> None:
    run("CREATE DATABASE formae")
    rds = client("rds")
    rds.delete_db_instance(DBInstanceIdentifier="formae-db-instance")
    rds.delete_db_cluster(DBClusterIdentifier="formae-db", SkipFinalSnapshot=True)
    create_cluster()
    create_instance()
    assert run(LOOKUP, parameters=named(name="formae"))["records"] == []


def test_secrets_that_do_not_open(database: Database, run: Run) -> None:
    secrets = client("secretsmanager")
    code, message = error_of(run, "SELECT 1", secretArn=database.secret + "x")
    assert code == "SecretsErrorException"
    assert "can't find the specified secret" in message
    plain = secrets.create_secret(Name="plain", SecretString="no json")["ARN"]
    assert error_of(run, "SELECT 1", secretArn=plain)[0] == "InvalidSecretException"
    secrets.delete_secret(SecretId=database.secret)
    code, message = error_of(run, "SELECT 1")
    assert code == "SecretsErrorException"
    assert "marked for deletion" in message


def test_a_missing_cluster(run: Run, database: Database) -> None:
    code, _ = error_of(run, "SELECT 1", resourceArn=database.cluster + "x")
    assert code == "NotFoundException"


def test_what_the_catalogue_does_not_know(standin: StandIn) -> None:
    standin.reset(scale=0)
    database = make_database()
    data = client("rds-data")
    code, message = error_of(
        data.execute_statement, sql="CREATE TABLE stacks (id int)", **database.names
    )
    assert code == "DatabaseErrorException"
    assert "does not know this statement" in message


def test_before_the_writer_runs(new_account: NewAccount) -> None:
    new_account(durations=Durations(data_api_ready=200.0))
    database = Database(create_cluster()["DBClusterArn"], login_secret())
    data = client("rds-data", config=Config(retries={"total_max_attempts": 1}))
    seen: list[str] = []

    def answers() -> bool:
        try:
            data.execute_statement(sql="SELECT 1", **database.names)
        except ClientError as error:
            if error.response["Error"]["Code"] not in seen:
                seen.append(error.response["Error"]["Code"])
            return False
        return True

    assert not answers()
    create_instance()
    until(answers)
    assert seen[0] == "DatabaseNotFoundException"
    assert set(seen) <= {"DatabaseNotFoundException", "DatabaseUnavailableException"}


def test_the_switch(new_account: NewAccount) -> None:
    new_account(scale=SCALE, durations=Durations(http_endpoint=100.0))
    cluster = create_cluster(EnableHttpEndpoint=False)
    create_instance()
    database = Database(cluster["DBClusterArn"], login_secret())
    data, rds = client("rds-data"), client("rds")
    off = data.exceptions.HttpEndpointNotEnabledException
    with pytest.raises(off, match="HttpEndpoint is not enabled for cluster formae-db"):
        data.execute_statement(sql="SELECT 1", **database.names)

    def switched() -> bool:
        try:
            rds.enable_http_endpoint(ResourceArn=database.cluster)
        except ClientError:
            return False
        return True

    until(switched)
    with pytest.raises(off):
        data.execute_statement(sql="SELECT 1", **database.names)
    until(lambda: rds.describe_db_clusters()["DBClusters"][0]["HttpEndpointEnabled"])
    wait_for_data_api(database)


def test_a_role_needs_both_permissions(new_account: NewAccount) -> None:
    standin = new_account(scale=0)
    database = make_database()
    iam = client("iam")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=policy())["Role"]["Arn"]
    key = standin.world.roles.issue_key(role)
    data = boto3.Session(
        aws_access_key_id=key, aws_secret_access_key=PASSWORD, region_name=REGION
    ).client("rds-data")
    sql = {"Effect": "Allow", "Action": "rds-data:ExecuteStatement", "Resource": database.cluster}
    read = {
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": database.secret[:-6] + "??????",
    }

    def allow(*statements: dict[str, Any]) -> None:
        iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=policy(*statements))

    code, message = error_of(data.execute_statement, sql="SELECT 1", **database.names)
    assert code == "AccessDeniedException"
    assert "not authorized to perform: rds-data:ExecuteStatement" in message
    allow(sql)
    code, message = error_of(data.execute_statement, sql="SELECT 1", **database.names)
    assert code == "SecretsErrorException"
    assert "secretsmanager:GetSecretValue" in message
    allow(sql, read)
    assert data.execute_statement(sql="SELECT 1", **database.names)["records"]


def test_postgres_runs_what_formae_needs(new_account: NewAccount, request: Any) -> None:
    """Beyond the catalogue: tables, values of all kinds, rollbacks."""
    new_account(databases=request.getfixturevalue("postgres_databases"), scale=0)
    database = make_database(DatabaseName="formae")
    data = client("rds-data")

    def run(sql: str, **more: Any) -> dict[str, Any]:
        answer = data.execute_statement(sql=sql, database="formae", **database.names, **more)
        return dict(answer)

    run("CREATE TABLE stacks (id bigint, name text, tags jsonb, at timestamp, part numeric)")
    one = [
        {"name": "id", "value": {"longValue": 7}},
        {"name": "name", "value": {"stringValue": "50% of ':x'"}},
        {"name": "nothing", "value": {"isNull": True}},
    ]
    done = run(
        "INSERT INTO stacks VALUES (:id, :name, '{\"a\": 1}'::jsonb, '2026-11-23 10:00:00', 1.50)",
        parameters=one[:2],
    )
    assert done["numberOfRecordsUpdated"] == 1
    row = run("SELECT *, true AS yes, NULL AS no, ARRAY[1,2] AS many FROM stacks")["records"][0]
    assert row == [
        {"longValue": 7},
        {"stringValue": "50% of ':x'"},
        {"stringValue": '{"a": 1}'},
        {"stringValue": "2026-11-23 10:00:00"},
        {"stringValue": "1.50"},
        {"booleanValue": True},
        {"isNull": True},
        {"arrayValue": {"longValues": [1, 2]}},
    ]
    key = data.begin_transaction(database="formae", **database.names)["transactionId"]
    run("DELETE FROM stacks", transactionId=key)
    data.rollback_transaction(transactionId=key, **database.names)
    assert run("SELECT count(*) FROM stacks")["records"] == [[{"longValue": 1}]]
    assert "42601" in error_of(run, "SELECT 1; SELECT 2")[1]
    assert "42P01" in error_of(run, "SELECT * FROM nowhere")[1]
