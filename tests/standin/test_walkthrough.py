"""The whole walkthrough against the stand-in, and what each mistake in it ends in."""

import json
from typing import Any

import pytest

from tests.standin.steps import (
    Database,
    Service,
    agent_config,
    get,
    lines,
    make_database,
    make_roles,
    operation,
    policy,
    push_image,
    status,
    store_config,
)
from tests.support.standin import NewAccount, client
from wizard.standin.server import StandIn


@pytest.fixture(params=["catalogue", "postgres"])
def account(request: pytest.FixtureRequest, new_account: NewAccount) -> StandIn:
    if request.param == "postgres":
        return new_account(databases=request.getfixturevalue("postgres_databases"))
    return new_account()


def installed(database: Database, config: str, runtime: str | None = None) -> str:
    access, instance = make_roles(runtime)
    service = Service(access, instance, push_image(), store_config(config))
    return str(service.create()["Service"]["ServiceArn"])


def scoped(database: Database, config: str = "*") -> str:
    return policy(
        {"Effect": "Allow", "Action": "rds-data:*", "Resource": database.cluster},
        {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": [database.secret, config],
        },
    )


def test_it_ends_in_a_healthy_agent(account: StandIn) -> None:
    database = make_database()
    client("rds-data").execute_statement(sql="CREATE DATABASE formae", **database.names)
    arn = installed(database, agent_config(database))
    assert operation(arn) == "SUCCEEDED"
    url = client("apprunner").describe_service(ServiceArn=arn)["Service"]["ServiceUrl"]
    assert get(f"{url}/api/v1/health") == (200, b"null")
    assert get(f"{url}/api/v1/stats")[0] == 401
    assert get(f"{url}/api/v1/stats", "ops:wrong")[0] == 401
    assert get(f"{url}/api/v1/stats", "eve:pass word")[0] == 401
    code, body = get(f"{url}/api/v1/stats", "ops:pass word")
    assert code == 200
    assert json.loads(body)["Version"] == "0.88.1"
    assert "listening port=49684" in lines(arn, "application")[-1]
    assert lines(arn, "service")[-1] == "[AppRunner] Service status is set to RUNNING."


def test_a_scoped_policy_is_enough(standin: StandIn) -> None:
    database = make_database(DatabaseName="formae")
    config = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:formae-config-??????"
    arn = installed(database, agent_config(database), scoped(database, config))
    assert operation(arn) == "SUCCEEDED"


def unsuccessful(arn: str) -> str:
    """Its last log lines, once it failed."""
    assert operation(arn) == "FAILED"
    assert status(arn) == "CREATE_FAILED"
    assert any("Health check failed" in line for line in lines(arn, "service"))
    return lines(arn, "application")[-1]


def test_a_database_that_is_not_there(account: StandIn) -> None:
    database = make_database()
    said = unsuccessful(installed(database, agent_config(database)))
    assert "failed to run migrations" in said
    assert 'database "formae" does not exist' in said


def test_a_wrong_region(standin: StandIn) -> None:
    database = make_database(DatabaseName="formae")
    said = unsuccessful(installed(database, agent_config(database, region="us-east-1")))
    assert "NotFoundException" in said


def test_a_role_without_the_data_api(standin: StandIn) -> None:
    database = make_database(DatabaseName="formae")
    read = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    said = unsuccessful(installed(database, agent_config(database), policy(read)))
    assert "AccessDeniedException" in said
    assert "rds-data:ExecuteStatement" in said


def test_a_role_without_the_database_secret(standin: StandIn) -> None:
    database = make_database(DatabaseName="formae")
    runtime: list[dict[str, Any]] = json.loads(scoped(database))["Statement"]
    deny = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": database.secret}
    said = unsuccessful(installed(database, agent_config(database), policy(*runtime, deny)))
    assert "SecretsErrorException" in said


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ("agent { }", "expected amends"),
        ('amends "formae:/Config.pkl"\nagent {', "Missing `}` delimiter"),
        ('amends "formae:/Config.pkl"\nagent { x = "', "delimiter"),
        (
            'amends "formae:/Config.pkl"\nagent { datastore { datastoreType = "oracle" } }',
            "unsupported datastore type: oracle",
        ),
    ],
)
def test_a_wrong_config_is_told_in_the_application_log(
    standin: StandIn, wrong: str, expected: str
) -> None:
    access, instance = make_roles()
    service = Service(access, instance, push_image(), store_config(wrong))
    assert expected in unsuccessful(str(service.create()["Service"]["ServiceArn"]))


def test_a_new_config_needs_a_deployment(standin: StandIn) -> None:
    database = make_database(DatabaseName="formae")
    arn = installed(database, agent_config(database))
    assert operation(arn) == "SUCCEEDED"
    apprunner = client("apprunner")
    url = apprunner.describe_service(ServiceArn=arn)["Service"]["ServiceUrl"]
    other = agent_config(database).replace('"ops"', '"eve"')
    client("secretsmanager").put_secret_value(SecretId="formae-config", SecretString=other)
    assert get(f"{url}/api/v1/stats", "ops:pass word")[0] == 200
    apprunner.start_deployment(ServiceArn=arn)
    assert operation(arn) == "SUCCEEDED"
    assert get(f"{url}/api/v1/stats", "ops:pass word")[0] == 401
    assert get(f"{url}/api/v1/stats", "eve:pass word")[0] == 200
    broken = client("secretsmanager")
    broken.put_secret_value(SecretId="formae-config", SecretString="agent {")
    apprunner.start_deployment(ServiceArn=arn)
    assert operation(arn) == "ROLLBACK_SUCCEEDED"
    assert get(f"{url}/api/v1/stats", "eve:pass word")[0] == 200
